package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where a message ends must be beyond doubt: everything else is answered by 400, the connection is
 * closed, and nothing that was smuggled behind it is answered.
 */
@ParameterizedClass
@EnumSource(Wire.class)
class SmugglingTableTest {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n";

  @SuppressWarnings("NullAway.Init") // set before the first test of each wire
  private static ServedHttp http;

  @Parameter Wire wire;

  @SuppressWarnings("NullAway.Init") // set by JUnit
  SmugglingTableTest() {}

  static Stream<AmbiguousRequest> table() {
    return AmbiguousRequest.all();
  }

  /** One for all requests, so that each also shows that the server outlived those before it. */
  @BeforeParameterizedClassInvocation
  static void start(Wire wire) throws IOException {
    http =
        wire.serve(
            request ->
                text(200, request.method() + " " + request.target() + " " + drain(request.body())));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    http.close();
    assertThat(http.completed()).noneMatch(e -> e.request().path().contains("smuggled"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  @DisplayName("PF-7, PF-8, PF-9, PF-10, PF-11, PF-12, PF-13, PF-14, PF-16: doubtful, so refused")
  void request_inDoubt_isRefusedAndTheLastOne(AmbiguousRequest request) throws IOException {
    try (WireClient client = http.connect()) {
      client.sendRaw(request.raw() + SMUGGLED);

      assertRefused(client);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  @DisplayName("PF-12: a doubtful request is refused also if it comes byte by byte")
  void request_inDoubtAndInPieces_isRefusedAndTheLastOne(AmbiguousRequest request)
      throws IOException {
    try (WireClient client = http.connect()) {
      for (byte b : (request.raw() + SMUGGLED).getBytes(ISO_8859_1)) {
        client.send(new byte[] {b});
      }

      assertRefused(client);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  @DisplayName("PF-12: a doubtful request behind a good one is refused")
  void request_inDoubtBehindAnother_isRefusedAndTheLastOne(AmbiguousRequest request)
      throws IOException {
    try (WireClient client = http.connect()) {
      client.sendRaw("GET /good HTTP/1.1\r\nHost: test\r\n\r\n" + request.raw() + SMUGGLED);

      assertThat(client.readResponse().text()).isEqualTo("GET /good 0");
      assertRefused(client);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", " ", "\n", "\r\n\r\n", "\r", "\r\n ", ":", "\u0085", "0\r\n\r\n"})
  @DisplayName("PF-12: what lies behind a body is no part of a request")
  void garbage_behindABody_isRefused(String garbage) throws IOException {
    for (String whole :
        new String[] {
          "PUT /x HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello",
          "PUT /x HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        }) {
      try (WireClient client = http.connect()) {
        client.sendRaw(whole + garbage + SMUGGLED);

        assertThat(client.readResponse().text()).isEqualTo("PUT /x 5");
        assertRefused(client);
      }
    }
  }

  private static void assertRefused(WireClient client) throws IOException {
    WireResponse response = client.readResponse();

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.header("Connection")).contains("close");
    assertThat(response.header("Content-Type")).contains("application/json");
    assertThat(response.header("Docker-Distribution-Api-Version")).contains("registry/2.0");
    assertThat(response.text())
        .startsWith("{\"errors\":[{\"code\":\"UNSUPPORTED\",\"message\":\"")
        .endsWith("\",\"detail\":null}]}\n");
    assertThat(client.isClosedByServer()).isTrue();
  }
}
