package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.AccessRule;
import io.stowage.registry.access.AccessRules;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.RepositoryPattern;
import io.stowage.registry.access.Subject;
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.server.route.Router;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {anonymous, pull, push, delete, admin, admin of all} on every method of every route, generated
 * from the route table. What each of them may do is written here a second time, so that a route
 * with a wrong action fails; one without an action does not exist (security case AZ-9).
 */
class AccessMatrixTest extends ApiTest {
  /** Who asks, and what the rules give them: on the repository of the targets, or on all. */
  enum Caller {
    ANONYMOUS,
    PULL,
    PUSH,
    DELETE,
    ADMIN,
    OWNER;

    AccessRule rule() {
      Set<Action> actions =
          switch (this) {
            case ANONYMOUS -> throw new IllegalStateException("nothing is given to anonymous");
            case PULL -> Set.of(Action.PULL);
            case PUSH -> Set.of(Action.PULL, Action.PUSH);
            case DELETE -> Set.of(Action.PULL, Action.DELETE);
            case ADMIN, OWNER -> Set.of(Action.ADMIN);
          };
      RepositoryPattern where =
          this == OWNER ? RepositoryPattern.ALL : new RepositoryPattern("r/**");
      return new AccessRule(new Subject.User(name()), where, actions);
    }
  }

  private static final Set<Caller> ALL = EnumSet.allOf(Caller.class);
  private static final Set<Caller> KNOWN = EnumSet.complementOf(EnumSet.of(Caller.ANONYMOUS));
  private static final Set<Caller> PUSHERS = EnumSet.of(Caller.PUSH, Caller.ADMIN, Caller.OWNER);
  private static final Set<Caller> DELETERS = EnumSet.of(Caller.DELETE, Caller.ADMIN, Caller.OWNER);
  private static final Set<Caller> ADMINS = EnumSet.of(Caller.ADMIN, Caller.OWNER);
  private static final Set<Caller> OWNERS = EnumSet.of(Caller.OWNER);

  @TempDir private Path folder;

  AccessMatrixTest(Backing backing) {
    super(backing);
  }

  /** Who may use a method of a route, told by the specification's meaning of both. */
  private static Set<Caller> allowed(Route route, Method method) {
    return switch (route) {
      case Route.Root _, Route.Token _ -> ALL;
      case Route.Base _, Route.PersonalTokens _, Route.PersonalToken _ -> KNOWN;
      case Route.Robots _, Route.Robot _ -> OWNERS;
      case Route.Discovery _ -> KNOWN;
      case Route.Catalog _ -> ADMINS;
      case Route.TagList _, Route.ReferrerList _ -> KNOWN;
      case Route.Manifest _, Route.Blob _, Route.UploadStart _ ->
          switch (method) {
            case GET, HEAD, OPTIONS -> KNOWN;
            case PUT, POST, PATCH -> PUSHERS;
            case DELETE -> DELETERS;
          };
      case Route.Upload _ ->
          switch (method) {
            case OPTIONS -> KNOWN;
            case GET, HEAD, PUT, POST, PATCH -> PUSHERS;
            case DELETE -> EnumSet.of(Caller.PUSH, Caller.DELETE, Caller.ADMIN, Caller.OWNER);
          };
    };
  }

  @ParameterizedTest
  @EnumSource(Caller.class)
  @DisplayName("AZ-9, AZ-7: everybody, on every endpoint, by every method")
  void request_byEverybody_isAllowedWhereItShouldBe(Caller caller) throws Exception {
    RegistryClient client = serve();
    for (String target : Targets.in("r/app")) {
      for (Method method : Method.values()) {
        Route route = new Router("/").parse(method.name(), target);
        if (route.actions().containsKey(method)) {
          WireResponse response = send(client, caller, method, target);
          assertThat(response.status())
              .as("%s %s by %s", method, target, caller)
              .satisfies(
                  status -> {
                    if (allowed(route, method).contains(caller)) {
                      assertThat(status).isNotIn(401, 403).isLessThan(500);
                    } else {
                      assertThat(status).isEqualTo(caller == Caller.ANONYMOUS ? 401 : 403);
                    }
                  });
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWNER")
  @DisplayName("AZ-7: a right on one repository is none on another")
  void request_onAnotherRepository_isRefused(Caller caller) throws Exception {
    RegistryClient client = serve();
    for (String target : Targets.in("other/app")) {
      for (Method method : Method.values()) {
        Route route = new Router("/").parse(method.name(), target);
        if (route.actions().containsKey(method) && route.repository() != null) {
          assertThat(send(client, caller, method, target).status())
              .as("%s %s by %s", method, target, caller)
              .isEqualTo(caller == Caller.ANONYMOUS ? 401 : 403);
        }
      }
    }
  }

  private RegistryClient serve() throws IOException {
    AccessRules rules = new AccessRules(Map.of(), KNOWN.stream().map(Caller::rule).toList());
    Set<String> names = KNOWN.stream().map(Caller::name).collect(Collectors.toSet());
    TestUsers users = new TestUsers(folder, names, rules);
    return serve(users.gate(), users.endpoints());
  }

  private static WireResponse send(
      RegistryClient client, Caller caller, Method method, String target) throws Exception {
    RegistryClient.Call call = client.call(method.name(), target).body(new byte[0]);
    return caller == Caller.ANONYMOUS
        ? call.send()
        : call.with("Authorization", TestLogins.basic(caller.name())).send();
  }
}
