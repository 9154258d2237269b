package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.Action;
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.server.route.Router;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every route with every method: either it is handled, or the answer tells what would be. */
class RouteMatrixTest extends ApiTest {
  private static final List<String> TARGETS = Targets.in("r");

  private static final List<String> METHODS =
      Stream.concat(
              Arrays.stream(Method.values()).map(Method::name),
              Stream.of("TRACE", "BREW", "get", "PROPFIND"))
          .toList();

  RouteMatrixTest(Backing backing) {
    super(backing);
  }

  private static Route route(String method, String target) {
    return new Router("/").parse(method, target);
  }

  private static Optional<Action> action(String method, String target) {
    return Method.find(method).map(route(method, target).actions()::get);
  }

  @Test
  void targets_areOfEveryRoute() {
    assertThat(TARGETS.stream().map(target -> (Object) route("GET", target).getClass()))
        .contains((Object[]) Route.class.getPermittedSubclasses());
  }

  @Test
  @DisplayName("10-5, PF-16")
  void request_ofEveryMethod_isHandledOrToldWhatIs() throws Exception {
    for (String target : TARGETS) {
      for (String method : METHODS) {
        WireResponse response = registry.call(method, target).body(new byte[0]).send();
        if (action(method, target).isPresent()) {
          assertThat(response.status()).as(method + " " + target).isNotEqualTo(405).isLessThan(500);
        } else {
          assertThat(response.status()).as(method + " " + target).isEqualTo(405);
          if (!method.equals("HEAD")) {
            refused(response, 405, "UNSUPPORTED");
          }
          assertThat(response.header("Allow"))
              .contains(String.join(", ", route(method, target).allowed()));
        }
      }
    }
  }

  @Test
  @DisplayName("3.1 OPTIONS")
  void options_ofEveryRoute_tellsItsMethods() throws Exception {
    for (String target : TARGETS.subList(1, TARGETS.size())) {
      WireResponse options = registry.call("OPTIONS", target).send();

      assertThat(options.status()).as(target).isEqualTo(200);
      assertThat(options.header("Allow"))
          .contains(String.join(", ", route("OPTIONS", target).allowed()));
      assertThat(options.body()).isEmpty();
    }
  }

  @Test
  @DisplayName("RE-3: a body where none belongs is refused, however its length is told")
  void request_withABodyWhereNoneBelongs_isRefused() throws Exception {
    byte[] two = {'{', '}'};
    for (String target : TARGETS) {
      for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS")) {
        if (action(method, target).isEmpty()) {
          continue;
        }
        for (RegistryClient.Call call :
            List.of(
                registry.call(method, target).body(two),
                registry.call(method, target).chunkedBody(two))) {
          assertThat(call.send().status()).as(method + " " + target).isEqualTo(413);
        }
        RegistryClient.Call empty = registry.call(method, target).chunkedBody(new byte[0]);
        assertThat(empty.send().status()).as(method + " " + target).isNotEqualTo(413);
      }
    }
    refused(registry.call("POST", "/v2/").chunkedBody(two).send(), 413, "SIZE_INVALID");
  }

  @Test
  @DisplayName("AZ-9: every method of every route asks for its right, and for no other")
  void request_byWhoMayNothing_isDeniedByItsRight() throws Exception {
    List<Action> asked = new ArrayList<>();
    RegistryClient nobody =
        serve(
            (identity, action, repository) -> {
              asked.add(action);
              return false;
            });
    for (String target : TARGETS) {
      for (Method method : Method.values()) {
        Optional<Action> action = action(method.name(), target);
        if (action.isEmpty()) {
          continue;
        }
        asked.clear();
        WireResponse refusal = nobody.call(method.name(), target).body(new byte[0]).send();
        if (action.get() == Action.PUBLIC || action.get() == Action.PING) {
          assertThat(refusal.status()).as(method + " " + target).isIn(200, 404);
        } else {
          assertThat(refusal.status()).as(method + " " + target).isEqualTo(403);
          assertThat(asked).isEqualTo(sufficient(method, target));
        }
      }
    }
  }

  private static List<Action> sufficient(Method method, String target) {
    Route route = route(method.name(), target);
    List<Action> actions = new ArrayList<>();
    actions.add(route.actions().get(method));
    Action instead = route.instead(method);
    if (instead != null) {
      actions.add(instead);
    }
    return actions;
  }

  @Test
  @DisplayName("AZ-7: a right doesn't stand in for another")
  void request_withoutItsOwnRight_isDenied() throws Exception {
    for (Action missing : Action.values()) {
      if (missing == Action.PUBLIC || missing == Action.PING) {
        continue; // where nobody can log in these are everybody's
      }
      RegistryClient client = serve((identity, action, repository) -> action != missing);
      for (String target : TARGETS) {
        for (Method method : Method.values()) {
          Optional<Action> action = action(method.name(), target);
          if (action.isPresent()) {
            WireResponse response = client.call(method.name(), target).body(new byte[0]).send();
            assertThat(response.status() == 403)
                .as("%s %s without %s", method, target, missing)
                .isEqualTo(sufficient(method, target).equals(List.of(missing)));
          }
        }
      }
    }
  }
}
