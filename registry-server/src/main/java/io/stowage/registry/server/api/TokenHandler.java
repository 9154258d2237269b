package io.stowage.registry.server.api;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.TokenRejectedException;
import io.stowage.registry.access.TokenService;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.server.access.Challenge;
import io.stowage.registry.server.access.Credentials;
import io.stowage.registry.server.access.Logins;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.json.Json;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Query;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /v2/_token}: exchanges credentials, or none, for a token. {@code GET} takes them as any
 * other request does (distribution, "Token Authentication Specification"), {@code POST} in a form
 * (the same, "OAuth2 Token Authentication"). A token is no credential here: it would never end.
 */
public final class TokenHandler {
  private static final Logger LOG = LoggerFactory.getLogger(TokenHandler.class);

  /** Grant types, and the names of the fields that come with them. */
  private static final String PASSWORD = "password";

  private static final String REFRESH_TOKEN = "refresh_token";

  private final TokenService tokens;
  private final Logins logins;
  private final Challenge challenge;

  /**
   * @param challenge how clients are told to log in here
   */
  public TokenHandler(TokenService tokens, Logins logins, Challenge challenge) {
    this.tokens = tokens;
    this.logins = logins;
    this.challenge = challenge;
  }

  Response handle(Exchange exchange) throws IOException {
    return exchange.method() == Method.POST ? byForm(exchange) : byHeader(exchange);
  }

  private Response byHeader(Exchange exchange) throws IOException {
    Query query = exchange.query();
    Credentials credentials = Credentials.of(exchange.request().headers());
    Authentication holder = login(exchange.request(), credentials);
    boolean offline = query.first("offline_token").filter("true"::equals).isPresent();
    return answer(
        tokens.issue(holder, query.all("scope")),
        false,
        offline ? tokens.refreshToken(holder).orElse(null) : null);
  }

  private Response byForm(Exchange exchange) throws IOException {
    Query form = Query.parseForm(new String(exchange.smallBody(), StandardCharsets.ISO_8859_1));
    String grant = form.first("grant_type").orElse("");
    Authentication holder = holder(exchange.request(), form, grant);
    // A refresh token gets no other one, or whoever has stolen one would have it forever.
    boolean offline =
        grant.equals(PASSWORD) && form.first("access_type").filter("offline"::equals).isPresent();
    return answer(
        tokens.issue(holder, form.all("scope")),
        true,
        offline ? tokens.refreshToken(holder).orElse(null) : null);
  }

  private Authentication holder(Request request, Query form, String grant) throws IOException {
    return switch (grant) {
      case PASSWORD ->
          login(request, password(form.first("username").orElse(""), required(form, PASSWORD)));
      case REFRESH_TOKEN -> redeem(request, required(form, REFRESH_TOKEN));
      default ->
          throw new RegistryException(
              new RegistryError.RequestInvalid(
                  "grant_type", "a form has grant_type=password or grant_type=refresh_token"));
    };
  }

  private static Credentials password(String user, String password) {
    return user.isEmpty() || user.indexOf(':') >= 0
        ? new Credentials.Unusable()
        : new Credentials.Password(user, password);
  }

  private static String required(Query form, String name) {
    return form.first(name)
        .orElseThrow(
            () ->
                new RegistryException(
                    new RegistryError.RequestInvalid(name, "the form must have " + name)));
  }

  private Authentication login(Request request, Credentials credentials) throws IOException {
    return switch (credentials) {
      case Credentials.None _ -> Authentication.ANONYMOUS;
      case Credentials.Password _ ->
          logins.check(request, credentials).orElseThrow(this::unauthorized);
      case Credentials.Bearer _, Credentials.Unusable _ -> throw unauthorized();
    };
  }

  private Authentication redeem(Request request, String refreshToken) throws IOException {
    try {
      return tokens.redeem(refreshToken);
    } catch (TokenRejectedException e) {
      LOG.debug("{} the refresh token is refused: {}", request.id(), e.getMessage());
      throw unauthorized();
    }
  }

  private RegistryException unauthorized() {
    return new RegistryException(
        new RegistryError.LoginFailed(challenge.text(List.of(), Challenge.Problem.NONE)));
  }

  private static Response answer(
      TokenService.Issued issued, boolean withScope, @Nullable String refreshToken) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("token", issued.token());
    document.put("access_token", issued.token());
    document.put("expires_in", issued.lifetime().toSeconds());
    document.put("issued_at", issued.at().toString());
    if (refreshToken != null) {
      document.put(REFRESH_TOKEN, refreshToken);
    }
    if (withScope) {
      document.put("scope", issued.scope());
    }
    Headers headers =
        Headers.builder()
            .add("Content-Type", "application/json")
            .add("Cache-Control", "no-store")
            .build();
    return new Response(200, headers, new ResponseBody.Bytes(Json.writeLine(document)));
  }
}
