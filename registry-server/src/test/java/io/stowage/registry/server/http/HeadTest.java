package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient.WireResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of responses, with and without a body behind them. */
@ParameterizedClass
@EnumSource(Wire.class)
class HeadTest {
  private final Wire wire;

  HeadTest(Wire wire) {
    this.wire = wire;
  }

  @Test
  void head_ofBytes_hasLengthAndNoBody() throws Exception {
    try (ServedHttp http = wire.serve(request -> text(200, "hello"));
        WireClient client = http.connect()) {
      WireResponse head = client.request("HEAD", "/");

      assertThat(head.header("Content-Length")).contains("5");
      assertThat(client.get("/").text()).isEqualTo("hello");
      assertThat(http.completed(2).getFirst().bytesSent()).isZero();
    }
  }

  @Test
  void head_ofSlice_neverOpensIt() throws Exception {
    AtomicBoolean opened = new AtomicBoolean();
    ResponseBody.Source source =
        () -> {
          opened.set(true);
          throw new IllegalStateException("opened");
        };
    Response response =
        new Response(200, Headers.EMPTY, new ResponseBody.Slice(source, 0, 6_000_000_000L));
    try (ServedHttp http = wire.serve(request -> response);
        WireClient client = http.connect()) {
      assertThat(client.request("HEAD", "/").header("Content-Length")).contains("6000000000");
      assertThat(client.request("HEAD", "/").status()).isEqualTo(200);
      assertThat(opened).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEAD / HTTP/1.1\nHost: a\nX: \u0001\n\n",
        "HEAD / HTTP/9.9.9\n\n",
        "HEAD \u0001 HTTP/1.1\n\n"
      })
  void head_thatIsRefused_hasNoBodyEither(String head) throws Exception {
    try (ServedHttp http = wire.serve(request -> text(200, "hello"));
        WireClient client = http.connect()) {
      client.send(head);

      assertThat(client.readResponse("HEAD").status()).isEqualTo(400);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEADS / HTTP/1.1\n\u0001", "HEA\u0001", "HE / HTTP/1.1\n\u0001"})
  void refusal_ofAnotherMethod_hasABody(String head) throws Exception {
    try (ServedHttp http = wire.serve(request -> text(200, "hello"));
        WireClient client = http.connect()) {
      client.send(head);

      assertThat(client.readResponse("GET").text()).startsWith("{\"errors\":");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 404, 405, 500})
  void emptyBody_hasLengthZero(int status) throws Exception {
    Response response = Response.of(status, Headers.EMPTY);
    try (ServedHttp http = wire.serve(request -> response);
        WireClient client = http.connect()) {
      assertThat(client.get("/").headers("Content-Length")).containsExactly("0");
      assertThat(client.get("/").status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void bodilessStatus_hasNoLengthAndTheConnectionGoesOn(int status) throws Exception {
    Response response = Response.of(status, Headers.of("ETag", "\"x\""));
    try (ServedHttp http = wire.serve(request -> response);
        WireClient client = http.connect()) {
      assertThat(client.get("/").header("Content-Length")).isEmpty();
      assertThat(client.get("/").header("ETag")).contains("\"x\"");
    }
  }

  @Test
  void notModified_mayCarryTheLengthButNotTheBody() throws Exception {
    try (ServedHttp http = wire.serve(request -> text(304, "hello"));
        WireClient client = http.connect()) {
      assertThat(client.get("/").header("Content-Length")).contains("5");
      assertThat(client.get("/").status()).isEqualTo(304);
    }
  }

  @Test
  void fields_areSentAsGivenAndInOrder() throws Exception {
    Headers headers =
        Headers.builder().add("docker-Content-DIGEST", "a").add("B", "\u00e9").add("B", "").build();
    try (ServedHttp http = wire.serve(request -> Response.of(200, headers));
        WireClient client = http.connect()) {
      assertThat(client.get("/").fields())
          .startsWith("docker-Content-DIGEST: a", "B: \u00e9", "B: ", "Content-Length: 0")
          .hasSize(5);
    }
  }

  @Test
  void handlerThatThrows_isAnsweredBy500AndClosed() throws Exception {
    HttpHandler handler =
        request -> {
          throw new IllegalStateException("broken on purpose");
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      WireResponse response = client.get("/");

      String id = http.completed(1).getFirst().request().id();
      assertThat(id).matches("[0-9a-f]{16}");
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.header("X-Request-Id")).contains(id);
      assertThat(response.text())
          .contains("\"code\":\"UNKNOWN\"")
          .contains("\"detail\":{\"X-Request-Id\":\"" + id + "\"}")
          .doesNotContain("broken");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(http.completed()).singleElement().matches(e -> e.status() == 500);
    }
  }
}
