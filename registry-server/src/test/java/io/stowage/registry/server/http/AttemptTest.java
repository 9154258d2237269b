package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.thread.NonBlocking;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that are answered on the event loop, and those that can't be after all. */
@ParameterizedClass
@EnumSource(Wire.class)
class AttemptTest {
  private static final int SOME_BYTES = 1000;
  private static final int MANY_BYTES = 300_000;

  private final Wire wire;
  private @TempDir Path folder;

  /** Whether each call of the handler came on a virtual thread. */
  private final List<Boolean> virtual = new CopyOnWriteArrayList<>();

  AttemptTest(Wire wire) {
    this.wire = wire;
  }

  /** Takes everything for short, and says where it is called. */
  private HttpHandler shortly(HttpHandler handler) {
    return new HttpHandler() {
      @Override
      public Response handle(Request request) throws IOException {
        virtual.add(Thread.currentThread().isVirtual());
        return handler.handle(request);
      }

      @Override
      public boolean isShort(Request request) {
        return true;
      }
    };
  }

  private Response file(int bytes) throws IOException {
    Path file = folder.resolve(bytes + " bytes");
    byte[] content = new byte[bytes];
    Arrays.fill(content, (byte) 'x');
    Files.write(file, content);
    return new Response(
        200, Headers.EMPTY, new ResponseBody.Slice(() -> FileChannel.open(file), 0, bytes));
  }

  @Test
  void shortRequest_isAnsweredOnTheLoop() throws Exception {
    try (ServedHttp http = wire.serve(shortly(ServedHttp::echo));
        WireClient client = http.connect()) {
      assertThat(client.get("/a").text()).isEqualTo("GET /a");
      assertThat(http.completed(1)).hasSize(1);
    }
    assertThat(virtual).containsExactly(false);
  }

  @Test
  void otherRequest_getsAThread() throws Exception {
    HttpHandler handler =
        request -> {
          virtual.add(Thread.currentThread().isVirtual());
          return ServedHttp.echo(request);
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      assertThat(client.get("/a").text()).isEqualTo("GET /a");
    }
    assertThat(virtual).containsExactly(true);
  }

  @Test
  void requestWithABody_getsAThreadAlthoughItIsShort() throws Exception {
    try (ServedHttp http = wire.serve(shortly(ServedHttp::read));
        WireClient client = http.connect()) {
      client.send("PUT /a HTTP/1.1\nHost: test\nContent-Length: 3\n\nabc");
      assertThat(client.readResponse().text()).isEqualTo("PUT /a 3");
    }
    assertThat(virtual).containsExactly(true);
  }

  @Test
  void handlerThatWouldBlock_isCalledAgainOnAThread() throws Exception {
    HttpHandler blocking =
        request -> {
          NonBlocking.beforeBlocking();
          return ServedHttp.echo(request);
        };
    try (ServedHttp http = wire.serve(shortly(blocking));
        WireClient client = http.connect()) {
      assertThat(client.get("/a").text()).isEqualTo("GET /a");
      assertThat(http.completed(1)).hasSize(1);
    }
    assertThat(virtual).containsExactly(false, true);
  }

  @Test
  void handlerThatFails_isNotCalledAgain() throws Exception {
    HttpHandler failing =
        request -> {
          throw new IllegalStateException("broken");
        };
    try (ServedHttp http = wire.serve(shortly(failing));
        WireClient client = http.connect()) {
      assertThat(client.get("/a").status()).isEqualTo(500);
    }
    assertThat(virtual).containsExactly(false);
  }

  @Test
  void smallFile_arrivesWhole() throws Exception {
    arrivesWhole(SOME_BYTES);
  }

  @Test
  void largeFile_arrivesWhole() throws Exception {
    arrivesWhole(MANY_BYTES);
  }

  /** Through TLS that takes a thread which waits for the client, and which sends what is there. */
  private void arrivesWhole(int bytes) throws Exception {
    try (ServedHttp http = wire.serve(shortly(request -> file(bytes)));
        WireClient client = http.connect()) {
      assertThat(client.get("/a").text()).isEqualTo("x".repeat(bytes));
      assertThat(http.completed(1).getFirst().bytesSent()).isEqualTo(bytes);
    }
    assertThat(virtual).containsExactly(false);
  }

  @Test
  void fileThatIsTooShort_isAnError() throws Exception {
    Response tooLong = file(SOME_BYTES);
    ResponseBody.Slice slice = (ResponseBody.Slice) tooLong.body();
    Response response =
        new Response(200, Headers.EMPTY, new ResponseBody.Slice(slice.source(), 0, SOME_BYTES + 1));
    try (ServedHttp http = wire.serve(shortly(request -> response));
        WireClient client = http.connect()) {
      assertThat(client.get("/a").status()).isEqualTo(500);
    }
  }

  @Test
  void manyPipelined_areAnsweredInOrder() throws Exception {
    HttpHandler mixed =
        request -> request.path().endsWith("0") ? file(MANY_BYTES) : text(200, request.path());
    try (ServedHttp http = wire.serve(shortly(mixed));
        WireClient client = http.connect()) {
      StringBuilder requests = new StringBuilder();
      IntStream.range(0, 500)
          .forEach(i -> requests.append("GET /" + i + " HTTP/1.1\nHost: test\n\n"));
      client.send(requests.toString());

      for (int i = 0; i < 500; i++) {
        WireResponse response = client.readResponse();
        assertThat(response.text()).isEqualTo(i % 10 == 0 ? "x".repeat(MANY_BYTES) : "/" + i);
      }
    }
  }
}
