package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.RegistryClient.manifest;
import static io.stowage.registry.server.RegistryClient.uploads;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.api.CrossOrigin;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What web pages of other origins may do (Fetch standard, "CORS protocol"). */
@DisplayName("10-34: web pages of other origins")
final class CrossOriginApiTest extends ApiTest {
  private static final String PAGE = "https://ui.test";
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final String ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials";
  private static final AccessGate OPEN = AccessGate.withoutLogins(AccessPolicy.OPEN);
  private static final AccessGate CLOSED = TestLogins.gate((identity, action, repository) -> false);

  CrossOriginApiTest(Backing backing) {
    super(backing);
  }

  // ---- Preflight.

  @Test
  void preflight_ofAnAllowedOrigin_needsNoLogin() throws Exception {
    RegistryClient client = serve(allowing(PAGE), Headers.EMPTY, CLOSED);

    WireResponse answer =
        preflight(client, manifest("a", "v1"), PAGE)
            .with("Access-Control-Request-Headers", "authorization, x-evil,Accept")
            .with("Access-Control-Request-Headers", "docker-upload-uuid, docker-\"x")
            .send();

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.headers(ALLOW_ORIGIN)).containsExactly(PAGE);
    assertThat(answer.headers(ALLOW_CREDENTIALS)).containsExactly("true");
    assertThat(answer.headers("Access-Control-Allow-Methods"))
        .containsExactly("DELETE, GET, HEAD, OPTIONS, PUT");
    assertThat(answer.headers("Access-Control-Allow-Headers"))
        .containsExactly("authorization, accept, docker-upload-uuid");
    assertThat(answer.headers("Access-Control-Max-Age")).containsExactly("600");
    assertThat(answer.headers("Vary")).containsExactly("Origin");
  }

  @Test
  void preflight_ofAnyOrigin_whenAllAreAllowed_hasNoCredentials() throws Exception {
    WireResponse answer =
        preflight(serve(allowing("*"), Headers.EMPTY, CLOSED), uploads("a"), "https://x.test")
            .send();

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.headers(ALLOW_ORIGIN)).containsExactly("*");
    assertThat(answer.headers(ALLOW_CREDENTIALS)).isEmpty();
    assertThat(answer.headers("Access-Control-Allow-Headers")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.test",
        "https://ui.test.evil.test",
        "http://ui.test",
        "https://ui.test:444",
        "https://UI.test",
        "null",
        "https://ui.test https://ui.test"
      })
  void preflight_ofAnotherOrigin_isRefusedWithoutAFieldOfTheProtocol(String origin)
      throws Exception {
    WireResponse answer =
        preflight(serve(allowing(PAGE), Headers.EMPTY, OPEN), "/v2/", origin).send();

    refused(answer, 403, "DENIED");
    assertThat(answer.fields().toString()).doesNotContainIgnoringCase("access-control");
    assertThat(answer.headers("Vary")).containsExactly("Origin");
  }

  @Test
  void preflight_withTwoOrigins_isRefused() throws Exception {
    RegistryClient client = serve(allowing(PAGE), Headers.EMPTY, OPEN);

    refused(preflight(client, "/v2/", PAGE).with("Origin", PAGE).send(), 403, "DENIED");
  }

  @Test
  void preflight_whenNoOriginIsAllowed_isAnOrdinaryRequest() throws Exception {
    refused(preflight(serve(CLOSED), "/v2/", PAGE).send(), 401, "UNAUTHORIZED");
    assertThat(preflight(registry, "/v2/", PAGE).send().header("Allow")).isPresent();
    assertThat(registry.call("GET", "/v2/").with("Origin", PAGE).send().fields().toString())
        .doesNotContainIgnoringCase("access-control")
        .doesNotContain("Vary");
  }

  @Test
  void options_thatIsNoPreflight_isAnOrdinaryRequest() throws Exception {
    RegistryClient client = serve(allowing(PAGE), Headers.EMPTY, CLOSED);

    refused(client.call("OPTIONS", "/v2/").with("Origin", PAGE).send(), 401, "UNAUTHORIZED");
    refused(
        client.call("OPTIONS", "/v2/").with("Access-Control-Request-Method", "GET").send(),
        401,
        "UNAUTHORIZED");
  }

  // ---- The requests themselves.

  @Test
  void answer_toAnAllowedOrigin_mayBeRead() throws Exception {
    RegistryClient client = serve(allowing(PAGE), Headers.EMPTY, OPEN);

    WireResponse answer = client.call("GET", "/v2/").with("Origin", PAGE).send();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers(ALLOW_ORIGIN)).containsExactly(PAGE);
    assertThat(answer.headers(ALLOW_CREDENTIALS)).containsExactly("true");
    assertThat(answer.headers("Vary")).containsExactly("Origin");
    assertThat(answer.header("Access-Control-Expose-Headers").orElseThrow().split(", "))
        .contains(
            "Docker-Content-Digest",
            "Docker-Upload-UUID",
            "Docker-Distribution-API-Version",
            "Link",
            "Location",
            "Range",
            "Content-Range",
            "ETag",
            "WWW-Authenticate",
            "OCI-Subject",
            "OCI-Tag",
            "Warning");
  }

  @Test
  void refusal_toAnAllowedOrigin_mayBeRead() throws Exception {
    RegistryClient client = serve(allowing(PAGE), Headers.EMPTY, CLOSED);

    WireResponse answer = client.call("GET", manifest("a", "v1")).with("Origin", PAGE).send();

    refused(answer, 401, "UNAUTHORIZED");
    assertThat(answer.headers(ALLOW_ORIGIN)).containsExactly(PAGE);
    assertThat(answer.header("WWW-Authenticate"))
        .hasValueSatisfying(challenge -> assertThat(challenge).startsWith("Basic realm="));
  }

  @Test
  void answer_toNoPage_tellsCachesOnly() throws Exception {
    WireResponse answer = serve(allowing(PAGE), Headers.EMPTY, OPEN).get("/v2/");

    assertThat(answer.fields().toString()).doesNotContainIgnoringCase("access-control");
    assertThat(answer.headers("Vary")).containsExactly("Origin");
  }

  @Test
  void answer_whenAllAreAllowedAndOneIsListed_hasCredentialsForThatOneOnly() throws Exception {
    RegistryClient client = serve(allowing("*", PAGE), Headers.EMPTY, OPEN);

    WireResponse listed = client.call("GET", "/v2/").with("Origin", PAGE).send();
    WireResponse other = client.call("GET", "/v2/").with("Origin", "https://x.test").send();

    assertThat(listed.headers(ALLOW_ORIGIN)).containsExactly(PAGE);
    assertThat(listed.headers(ALLOW_CREDENTIALS)).containsExactly("true");
    assertThat(other.headers(ALLOW_ORIGIN)).containsExactly("*");
    assertThat(other.headers(ALLOW_CREDENTIALS)).isEmpty();
  }

  // ---- Beside what http.headers says.

  @Test
  void preflight_withConfiguredHeaders_doublesNothing() throws Exception {
    Headers configured =
        Headers.builder()
            .add("Access-Control-Allow-Methods", "GET, HEAD")
            .add("Access-Control-Allow-Headers", "Authorization")
            .add("Access-Control-Allow-Credentials", "false")
            .add("Access-Control-Expose-Headers", "Docker-Content-Digest")
            .add("Vary", "Accept")
            .build();
    RegistryClient client = serve(allowing(PAGE), configured, CLOSED);

    WireResponse answer =
        preflight(client, "/v2/", PAGE).with("Access-Control-Request-Headers", "accept").send();

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.headers(ALLOW_ORIGIN)).containsExactly(PAGE);
    assertThat(answer.headers(ALLOW_CREDENTIALS)).containsExactly("false");
    assertThat(answer.headers("Access-Control-Allow-Methods")).containsExactly("GET, HEAD");
    assertThat(answer.headers("Access-Control-Allow-Headers")).containsExactly("Authorization");
    assertThat(answer.headers("Access-Control-Expose-Headers"))
        .containsExactly("Docker-Content-Digest");
    assertThat(answer.headers("Vary")).containsExactly("Accept", "Origin");
  }

  @Test
  void answer_starAndConfiguredCredentials_areNeverTogether() throws Exception {
    Headers configured = Headers.of(ALLOW_CREDENTIALS, "true");
    RegistryClient client = serve(allowing("*"), configured, OPEN);

    WireResponse answer = client.call("GET", "/v2/").with("Origin", PAGE).send();

    assertThat(answer.headers(ALLOW_ORIGIN)).containsExactly("*");
    assertThat(answer.headers(ALLOW_CREDENTIALS)).isEmpty();
  }

  // ---- What may be configured.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ui.test",
        "https://ui.test/",
        "https://ui.test/a",
        "https://*.test",
        "null",
        "https://a@b",
        "https://a:b"
      })
  void allowing_whatIsNoOrigin_isNamed(String origin) {
    assertThatThrownBy(() -> allowing(origin))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "allowed origin: %s (expected: scheme://host, scheme://host:port, or *)"
                .formatted(origin));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://ui.test:443", "HTTPS://UI.test"})
  void allowing_originThatBrowsersWriteOtherwise_isTheSame(String origin) throws Exception {
    RegistryClient client = serve(allowing(origin), Headers.EMPTY, OPEN);

    assertThat(preflight(client, "/v2/", PAGE).send().status()).isEqualTo(204);
  }

  private static CrossOrigin allowing(String... origins) {
    return CrossOrigin.allowing(List.of(origins), Duration.ofMinutes(10));
  }

  private static RegistryClient.Call preflight(
      RegistryClient client, String target, String origin) {
    return client
        .call("OPTIONS", target)
        .with("Origin", origin)
        .with("Access-Control-Request-Method", "PUT");
  }

  private RegistryClient serve(CrossOrigin crossOrigin, Headers headers, AccessGate gate)
      throws IOException {
    ApiSettings d = ApiSettings.DEFAULT;
    return serve(
        gate,
        new ApiSettings(
            d.deleteEnabled(),
            d.readOnly(),
            d.rules(),
            d.maxManifestBytes(),
            d.maxCatalogEntries(),
            d.maxTags(),
            d.limits(),
            d.locations(),
            crossOrigin,
            headers,
            d.unavailability()));
  }
}
