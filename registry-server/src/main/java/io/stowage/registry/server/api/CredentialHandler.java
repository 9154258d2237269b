package io.stowage.registry.server.api;

import io.stowage.registry.access.Action;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Credential;
import io.stowage.registry.access.CredentialRefusedException;
import io.stowage.registry.access.CredentialService;
import io.stowage.registry.access.Scope;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.json.Json;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Route;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /v2/_stowage/tokens} and {@code /v2/_stowage/robots}: users make, list and revoke personal
 * access tokens of their own, administrators robots. Only a password opens them: a token that could
 * make tokens would never end, and could make one that is good for more than itself.
 */
final class CredentialHandler {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialHandler.class);

  private final CredentialService credentials;
  private final AccessGate gate;
  private final Locations locations;

  CredentialHandler(CredentialService credentials, AccessGate gate, Locations locations) {
    this.credentials = credentials;
    this.gate = gate;
    this.locations = locations;
  }

  // --- personal access tokens

  Response tokens(Exchange exchange) throws IOException {
    String user = requireUser(exchange);
    return exchange.method() == Method.POST
        ? createToken(user, exchange)
        : list("tokens", it -> isPersonal(it) && it.user().equals(user));
  }

  private Response createToken(String user, Exchange exchange) throws IOException {
    CredentialWish wish = CredentialWish.read(exchange);
    try {
      return created(
          exchange, credentials.createPersonal(user, wish.note(), wish.scopes(), wish.expires()));
    } catch (CredentialRefusedException e) {
      throw refused(e);
    }
  }

  Response token(Route.PersonalToken route, Exchange exchange) throws IOException {
    String user = requireUser(exchange);
    Credential token =
        credentials
            .find(route.id())
            .filter(CredentialHandler::isPersonal)
            .filter(it -> it.user().equals(user) || isAdministrator(exchange.caller()))
            .orElseThrow(() -> unknown(route.id()));
    if (!credentials.revoke(token.id())) {
      throw unknown(route.id());
    }
    return revoked(exchange, token);
  }

  private boolean isAdministrator(Authentication caller) {
    return gate.allows(caller, Action.ADMIN, null);
  }

  private static boolean isPersonal(Credential credential) {
    return credential.kind() == Credential.Kind.PERSONAL;
  }

  // --- robots

  Response robots(Exchange exchange) throws IOException {
    requireUser(exchange);
    return exchange.method() == Method.POST
        ? createRobot(exchange)
        : list("robots", CredentialHandler::isRobot);
  }

  private Response createRobot(Exchange exchange) throws IOException {
    CredentialWish wish = CredentialWish.read(exchange);
    try {
      return created(
          exchange,
          credentials.createRobot(wish.name(), wish.note(), wish.scopes(), wish.expires()));
    } catch (CredentialRefusedException e) {
      throw refused(e);
    }
  }

  /** One that ended may have left its name to another, so there can be more than one. */
  Response robot(Route.Robot route, Exchange exchange) throws IOException {
    requireUser(exchange);
    String user = Credential.robotUser(route.name());
    List<Credential> robots =
        credentials.list().stream()
            .filter(CredentialHandler::isRobot)
            .filter(it -> it.user().equals(user))
            .toList();
    if (robots.isEmpty()) {
      throw unknown(route.name());
    }
    for (Credential robot : robots) {
      credentials.revoke(robot.id());
    }
    return revoked(exchange, robots.getLast());
  }

  private static boolean isRobot(Credential credential) {
    return credential.kind() == Credential.Kind.ROBOT;
  }

  // --- for both

  private static String requireUser(Exchange exchange) {
    Authentication caller = exchange.caller();
    if (!caller.isUnlimited()) {
      throw new RegistryException(
          new RegistryError.Denied(
              "tokens and robots are made, listed and revoked with a user's password, not with a"
                  + " token"));
    }
    return caller.identity().user();
  }

  private Response list(String name, Predicate<Credential> wanted) throws IOException {
    List<Map<String, @Nullable Object>> newestFirst =
        credentials.list().reversed().stream()
            .filter(wanted)
            .map(CredentialHandler::fields)
            .toList();
    return new Response(
        200, headers().build(), new ResponseBody.Bytes(Json.writeLine(Map.of(name, newestFirst))));
  }

  private Response created(Exchange exchange, CredentialService.Created created) {
    Credential credential = created.credential();
    LOG.info(
        "{} {} made {} of {}",
        exchange.request().id(),
        exchange.caller().identity().user(),
        credential.id(),
        credential.user());
    Map<String, @Nullable Object> document = fields(credential);
    document.put("secret", created.secret());
    Headers headers = headers().add("Location", location(exchange, credential)).build();
    return new Response(201, headers, new ResponseBody.Bytes(Json.writeLine(document)));
  }

  private String location(Exchange exchange, Credential credential) {
    return switch (credential.kind()) {
      case PERSONAL -> locations.personalToken(exchange.request(), credential.id());
      case ROBOT -> locations.robot(exchange.request(), robotName(credential));
    };
  }

  private static Response revoked(Exchange exchange, Credential credential) {
    LOG.info(
        "{} {} revoked {} of {}",
        exchange.request().id(),
        exchange.caller().identity().user(),
        credential.id(),
        credential.user());
    return Response.of(204, Headers.EMPTY);
  }

  private static Headers.Builder headers() {
    return Headers.builder()
        .add("Content-Type", "application/json")
        .add("Cache-Control", "no-store");
  }

  private static Map<String, @Nullable Object> fields(Credential credential) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", credential.id());
    if (isRobot(credential)) {
      fields.put("name", robotName(credential));
      fields.put("user", credential.user());
    }
    fields.put("note", credential.note());
    fields.put("scopes", credential.scopes().stream().map(Scope::toString).toList());
    fields.put("created", credential.created().truncatedTo(ChronoUnit.SECONDS).toString());
    Instant expires = credential.expires();
    fields.put("expires", expires == null ? null : expires.toString());
    return fields;
  }

  private static String robotName(Credential robot) {
    return robot.user().substring(Credential.ROBOT_PREFIX.length());
  }

  private static RegistryException refused(CredentialRefusedException e) {
    return new RegistryException(new RegistryError.RequestInvalid(e.value(), e.rule()));
  }

  private static RegistryException unknown(String name) {
    return new RegistryException(new RegistryError.CredentialUnknown(name));
  }
}
