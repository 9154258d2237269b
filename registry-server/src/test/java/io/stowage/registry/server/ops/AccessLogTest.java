package io.stowage.registry.server.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Origin;
import io.stowage.registry.server.http.Particulars;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.RequestBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AccessLogTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");

  @Test
  void line_ofAnExchange_isTheCombinedLogFormat() {
    Headers headers =
        Headers.builder()
            .add("Referer", "https://x.test/")
            .add("User-Agent", "docker/28.0")
            .build();

    assertThat(line("GET", "/v2/_catalog", "n=1", headers, CLIENT))
        .isEqualTo(
            "192.0.2.7 - - [23/Nov/2026:19:10:09 +0000] \"GET /v2/_catalog?n=1 HTTP/1.1\" 200 17"
                + " \"https://x.test/\" \"docker/28.0\"\n");
  }

  @Test
  void line_withoutHeadersOrAddress_hasEmptyFields() {
    assertThat(line("GET", "/", "", Headers.EMPTY, null))
        .isEqualTo("- - - [23/Nov/2026:19:10:09 +0000] \"GET / HTTP/1.1\" 200 17 \"\" \"\"\n");
  }

  @Test
  void line_controlCharactersAndQuotes_areEscaped_SL3() {
    String line =
        line(
            "GE\nT",
            "/a\r\nb\"c\\d",
            "e=\u001b[31m\u0000\u009b\u00e9\u2028",
            Headers.EMPTY,
            CLIENT);

    assertThat(line)
        .contains(
            "\"GE\\x0aT /a\\x0d\\x0ab\\\"c\\\\d?e=\\x1b[31m\\x00\\x9b\\xe9\\x2028 HTTP/1.1\"");
    assertOneCleanLine(line);
  }

  @Test
  void line_hugeFields_areCut_SL3() {
    Headers headers =
        Headers.builder()
            .add("Referer", "\t".repeat(1_000_000))
            .add("User-Agent", "x".repeat(1_000_000))
            .build();

    String line =
        line(
            "x".repeat(1_000_000),
            "/" + "y".repeat(1_000_000),
            "z".repeat(1_000_000),
            headers,
            CLIENT);

    assertThat(line).hasSizeLessThan(8 * 1024).contains("x...");
    assertOneCleanLine(line);
  }

  @Test
  void line_somethingLikeALookup_isLiteral_SL4() {
    String attack = "${jndi:ldap://x.test/a}";

    assertThat(line("GET", "/v2/" + attack, "", Headers.of("User-Agent", attack), CLIENT))
        .contains("GET /v2/${jndi:ldap://x.test/a} HTTP/1.1", "\"${jndi:ldap://x.test/a}\"\n");
  }

  @ParameterizedTest
  @CsvSource({
    "_state=SECRET, _state=***",
    "digest=sha256:a&_state=SECRET&x=y, digest=sha256:a&_state=***&x=y",
    "X-Amz-Signature=SECRET&n=1, X-Amz-Signature=***&n=1",
    "sig=SECRET, sig=***",
    "token=SECRET&token=SECRET, token=***&token=***",
    "refresh_token=SECRET, refresh_token=***",
    "design=plain, design=plain",
    "from=a/b&mount=sha256:c, from=a/b&mount=sha256:c"
  })
  void line_secretInTheQuery_isMasked_SL1(String query, String masked) {
    assertThat(line("PATCH", "/v2/a/blobs/uploads/x", query, Headers.EMPTY, CLIENT))
        .contains("PATCH /v2/a/blobs/uploads/x?" + masked + " HTTP/1.1")
        .doesNotContain("SECRET");
  }

  @Test
  void line_userOfAUrl_isMasked_SL1() {
    assertThat(
            line(
                "GET",
                "/",
                "",
                Headers.of("Referer", "https://me:SECRET@x.test/?_state=SECRET#a"),
                CLIENT))
        .contains("\"https://***@x.test/?_state=***\"")
        .doesNotContain("SECRET");
  }

  @Test
  void line_credentials_areNotInIt_SL1() {
    Headers headers =
        Headers.builder().add("Authorization", "Basic SECRET").add("Cookie", "SECRET").build();

    assertThat(line("GET", "/v2/", "", headers, CLIENT)).doesNotContain("SECRET");
  }

  @Property
  void line_anyInput_isOneCleanLine_SL3(
      @ForAll("texts") String method, @ForAll("texts") String path, @ForAll("texts") String query) {
    assertOneCleanLine(line(method, path, query, Headers.EMPTY, CLIENT));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().all(),
        Arbitraries.of("://", "@", "?", "&", "_state=", "\n", "\"", "\\", "\u001b", "x")
            .list()
            .map(parts -> String.join("", parts)));
  }

  @Test
  void close_afterExchanges_hasWrittenEachOfThem() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (AccessLog log = new AccessLog(out).start()) {
      for (int i = 0; i < 100; i++) {
        log.completed(exchange("GET", "/" + i, "", Headers.EMPTY, CLIENT));
      }
    }

    assertThat(out.toString(UTF_8).lines()).hasSize(100).last().asString().contains("GET /99 ");
  }

  private static void assertOneCleanLine(String line) {
    assertThat(line).endsWith("\n").hasSizeLessThan(32 * 1024);
    assertThat(line.substring(0, line.length() - 1).chars()).allMatch(c -> c >= ' ' && c < 0x7f);
  }

  private static String line(
      String method, String path, String query, Headers headers, @Nullable InetAddress client) {
    return AccessLog.line(exchange(method, path, query, headers, client));
  }

  private static CompletedExchange exchange(
      String method, String path, String query, Headers headers, @Nullable InetAddress client) {
    Request request =
        new Request(
            "id",
            method,
            path,
            query,
            "HTTP/1.1",
            headers,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711),
            false,
            null,
            new Origin(client, "http", ""),
            new Particulars(),
            OptionalLong.of(0),
            RequestBody.EMPTY);
    return new CompletedExchange(
        request, Instant.parse("2026-11-23T19:10:09Z"), 200, 17, Duration.ofMillis(3));
  }
}
