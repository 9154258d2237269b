package io.stowage.registry.server.ops;

import static io.stowage.registry.server.ops.Exchanges.CLIENT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Request;
import java.net.InetAddress;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AccessLineTest {
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
  void line_ofAUser_hasTheNameAsOneWord() {
    Request request = Exchanges.request("GET", "/v2/", "", Headers.EMPTY, CLIENT);

    assertThat(combined(request)).startsWith("192.0.2.7 - - [");
    request.particulars().askedBy("alice");
    assertThat(combined(request)).startsWith("192.0.2.7 - alice [");
    request.particulars().askedBy("a b]\n\"c\\");
    assertThat(combined(request)).startsWith("192.0.2.7 - a\\x20b]\\x0a\\\"c\\\\ [");
  }

  @Test
  void json_ofAnExchange_hasAllFields() {
    Headers headers =
        Headers.builder()
            .add("Referer", "https://me:SECRET@x.test/")
            .add("User-Agent", "docker/28.0 \"\u009b\u00e9\"")
            .build();
    Request request =
        Exchanges.request("PATCH", "/v2/a/blobs/uploads/1", "_state=SECRET", headers, CLIENT);
    request.particulars().askedBy("alice");
    request.particulars().about("blob_upload_chunk", () -> Map.of("name", "a", "uuid", "1"));

    assertThat(json(request))
        .isEqualTo(
            "{\"time\":\"2026-11-23T19:10:09Z\",\"id\":\"id\",\"client\":\"192.0.2.7\","
                + "\"user\":\"alice\",\"method\":\"PATCH\","
                + "\"target\":\"/v2/a/blobs/uploads/1?_state=***\",\"protocol\":\"HTTP/1.1\","
                + "\"resource\":\"blob_upload_chunk\",\"status\":200,\"bytes\":17,"
                + "\"duration_ms\":3.0,\"referer\":\"https://***@x.test/\","
                + "\"user_agent\":\"docker/28.0 \\\"\\u009B\\u00E9\\\"\"}\n");
  }

  @Property
  void json_anyInput_isOneCleanLine_SL3(
      @ForAll("texts") String method, @ForAll("texts") String path, @ForAll("texts") String query) {
    assertOneCleanLine(json(Exchanges.request(method, path, query, Headers.EMPTY, CLIENT)));
  }

  private static String json(Request request) {
    return new String(AccessLine.JSON.of(Exchanges.of(request, 200)), UTF_8);
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

  private static void assertOneCleanLine(String line) {
    assertThat(line).endsWith("\n").hasSizeLessThan(32 * 1024);
    assertThat(line.substring(0, line.length() - 1).chars()).allMatch(c -> c >= ' ' && c < 0x7f);
  }

  private static String line(
      String method, String path, String query, Headers headers, @Nullable InetAddress client) {
    return combined(Exchanges.request(method, path, query, headers, client));
  }

  private static String combined(Request request) {
    return new String(AccessLine.COMBINED.of(Exchanges.of(request, 200)), UTF_8);
  }
}
