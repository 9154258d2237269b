package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 over TLS with a client that others have written. */
class Http2Test {
  private static final int MIB = 1024 * 1024;

  private final HttpClient client =
      HttpClient.newBuilder().sslContext(Objects.requireNonNull(Wire.TLS.client())).build();

  @TempDir Path folder;

  @AfterEach
  void close() {
    client.shutdownNow();
  }

  private static ServedHttp serving(HttpHandler handler) throws IOException {
    return Wire.TLS.serve(handler);
  }

  private static HttpRequest.Builder request(ServedHttp http, String target) {
    URI uri = URI.create("https://localhost:" + http.server().address().getPort() + target);
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
  }

  private HttpResponse<String> get(ServedHttp http, String target) throws Exception {
    return client.send(request(http, target).build(), BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({"true, HTTP_2, HTTP/2.0", "false, HTTP_1_1, HTTP/1.1"})
  void protocol_isChosenInTheHandshakeIfOffered(
      boolean offered, HttpClient.Version spoken, String version) throws Exception {
    HttpHandler handler = request -> text(200, request.version() + " " + request.secure());
    try (ServedHttp http = Wire.TLS.serve(ServedHttp.settings().withHttp2(offered), handler)) {
      HttpResponse<String> response = get(http, "/");

      assertThat(response.version()).isEqualTo(spoken);
      assertThat(response.body()).isEqualTo(version + " true");
    }
  }

  @Test
  void bodyLargerThanAnyWindow_isPushedAndBothSidesGoOn() throws Exception {
    HttpHandler handler = request -> text(201, "" + drain(request.body()));
    try (ServedHttp http = serving(handler)) {
      for (int i = 0; i < 2; i++) {
        HttpRequest push =
            request(http, "/").PUT(BodyPublishers.ofByteArray(new byte[20 * MIB])).build();
        HttpResponse<String> response = client.send(push, BodyHandlers.ofString());

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("" + 20 * MIB);
      }
    }
  }

  @Test
  void bodyOfUnknownLength_isPushed() throws Exception {
    try (ServedHttp http = serving(request -> text(201, "" + drain(request.body())))) {
      BodyPublisher stream =
          BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3 * MIB + 1]));
      HttpRequest push = request(http, "/").POST(stream).build();

      assertThat(client.send(push, BodyHandlers.ofString()).body()).isEqualTo("" + (3 * MIB + 1));
    }
  }

  @Test
  void re6_slowHandler_stopsTheClientWithinTheWindow() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          for (int read = 0; read < MIB; ) { // so that the window grows
            read += Objects.requireNonNull(request.body().next()).remaining();
          }
          ServedHttp.await(() -> goOn.getCount() == 0);
          return text(201, "" + drain(request.body()));
        };
    try (ServedHttp http = serving(handler)) {
      HttpRequest push =
          request(http, "/").PUT(BodyPublishers.ofByteArray(new byte[20 * MIB])).build();
      CompletableFuture<HttpResponse<String>> response =
          client.sendAsync(push, BodyHandlers.ofString());
      ServedHttp.await(() -> http.server().heldBytes() > 32 * 1024);

      assertThat(http.server().heldBytes()).isLessThanOrEqualTo(MIB);
      goOn.countDown();
      assertThat(response.get().statusCode()).isEqualTo(201);
    }
  }

  @Test
  void manyStreamsAtOnce_areServedBesideEachOther() throws Exception {
    int streams = 100;
    CountDownLatch all = new CountDownLatch(streams);
    HttpHandler handler =
        request -> {
          long bytes = drain(request.body());
          if (request.method().equals("OPTIONS")) {
            return text(200, "warm");
          }
          all.countDown();
          ServedHttp.await(() -> all.getCount() == 0);
          return text(200, request.path() + " " + bytes);
        };
    try (ServedHttp http = serving(handler)) {
      assertThat(warmUp(http)).isEqualTo(HttpClient.Version.HTTP_2);
      List<CompletableFuture<HttpResponse<String>>> responses =
          IntStream.range(0, streams)
              .mapToObj(
                  i ->
                      client.sendAsync(
                          request(http, "/" + i)
                              .PUT(BodyPublishers.ofByteArray(new byte[100_000]))
                              .build(),
                          BodyHandlers.ofString()))
              .toList();

      for (int i = 0; i < streams; i++) {
        assertThat(responses.get(i).get().body()).isEqualTo("/" + i + " 100000");
      }
      assertThat(http.completed(streams + 1)).allMatch(e -> e.status() == 200);
    }
  }

  /** Has the client open its one connection, as it would open many for many requests. */
  private HttpClient.Version warmUp(ServedHttp http) throws Exception {
    HttpRequest options = request(http, "/").method("OPTIONS", BodyPublishers.noBody()).build();
    return client.send(options, BodyHandlers.ofString()).version();
  }

  @Test
  void bigFiles_arriveIntactBesideEachOther() throws Exception {
    byte[] bytes = new byte[20 * MIB + 1];
    new Random(20).nextBytes(bytes);
    Path file = Files.write(folder.resolve("big"), bytes);
    ResponseBody body = new ResponseBody.Slice(() -> FileChannel.open(file), 0, bytes.length);
    try (ServedHttp http = serving(request -> new Response(200, Headers.EMPTY, body))) {
      List<CompletableFuture<HttpResponse<byte[]>>> responses = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        responses.add(client.sendAsync(request(http, "/").build(), BodyHandlers.ofByteArray()));
      }
      for (CompletableFuture<HttpResponse<byte[]>> response : responses) {
        assertThat(response.get().body()).isEqualTo(bytes);
      }
      assertThat(http.completed(6)).allMatch(e -> e.bytesSent() == bytes.length);
    }
  }

  @Test
  void clientThatCancels_endsItsStreamOnly() throws Exception {
    Path file = Files.write(folder.resolve("big"), new byte[50 * MIB]);
    HttpHandler handler =
        request ->
            request.path().equals("/big")
                ? new Response(
                    200,
                    Headers.EMPTY,
                    new ResponseBody.Slice(() -> FileChannel.open(file), 0, 50L * MIB))
                : ServedHttp.echo(request);
    try (ServedHttp http = serving(handler)) {
      HttpResponse<InputStream> response =
          client.send(request(http, "/big").build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        assertThat(body.readNBytes(1000)).hasSize(1000);
      }

      CompletedExchange cancelled = http.completed(1).getFirst();
      assertThat(cancelled.status()).isEqualTo(200);
      assertThat(cancelled.bytesSent()).isLessThan(50L * MIB);
      assertThat(get(http, "/next").body()).isEqualTo("GET /next");
    }
  }

  @Test
  void answerBeforeTheBodyWasRead_reachesTheClient() throws Exception {
    try (ServedHttp http = serving(request -> text(401, "who are you"))) {
      HttpRequest push =
          request(http, "/")
              .PUT(BodyPublishers.ofByteArray(new byte[20 * MIB]))
              .expectContinue(true)
              .build();
      HttpResponse<String> response = client.send(push, BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.body()).isEqualTo("who are you");
    }
  }
}
