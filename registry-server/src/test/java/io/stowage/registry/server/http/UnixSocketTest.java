package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Listening on a socket of the file system, natively and as the JDK does it. */
@Timeout(60)
@ParameterizedClass
@EnumSource(Transport.class)
class UnixSocketTest {
  private final Transport transport;
  private final BlockingQueue<CompletedExchange> completed = new LinkedBlockingQueue<>();

  @TempDir private Path folder;

  private Path socket = Path.of("");

  UnixSocketTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeEach
  void nameSocket() {
    socket = folder.resolve("registry.sock");
  }

  private HttpServer serve(HttpHandler handler) throws IOException {
    return serve(TrustedProxies.NONE, handler);
  }

  private HttpServer serve(TrustedProxies trusted, HttpHandler handler) throws IOException {
    return HttpServer.start(
        HttpServerSettings.at(new ServerAddress.Unix(socket)).withTrustedProxies(trusted),
        handler,
        completed::add,
        new Budget(PlatformDependent.maxDirectMemory()),
        transport);
  }

  @Test
  void start_onAPath_servesThereUntilTheStop() throws Exception {
    try (HttpServer server = serve(ServedHttp::echo)) {
      assertThat(UnixClient.get(socket, "/here"))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("\r\n\r\nGET /here");
      assertThat(server.listeningOn()).isEqualTo(socket.toString());
      assertThatThrownBy(server::address)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(socket.toString());
    }

    assertThat(socket).doesNotExist();
  }

  @Test
  void socket_isForWhomTheUmaskSays() throws Exception {
    String umask =
        Files.readString(Path.of("/proc/self/status"))
            .lines()
            .filter(line -> line.startsWith("Umask:"))
            .findFirst()
            .orElseThrow()
            .replaceFirst("Umask:\\s*", "");

    try (HttpServer _ = serve(ServedHttp::echo)) {
      int mode = (int) Files.getAttribute(socket, "unix:mode") & 0777;
      assertThat(mode).isEqualTo(0777 & ~Integer.parseInt(umask, 8));
    }
  }

  @Test
  void file_isSentFromItsPlace() throws Exception {
    Path content = Files.writeString(folder.resolve("content"), "0123456789".repeat(100_000));
    ResponseBody body = new ResponseBody.Slice(() -> FileChannel.open(content), 5, 999_990);

    try (HttpServer _ = serve(request -> new Response(200, Headers.EMPTY, body))) {
      String response = UnixClient.get(socket, "/");

      assertThat(response.substring(response.indexOf("\r\n\r\n") + 4))
          .hasSize(999_990)
          .startsWith("56789")
          .endsWith("01234");
    }
  }

  @Test
  void start_onASocketThatNobodyListensOn_replacesIt() throws Exception {
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();

    try (HttpServer _ = serve(ServedHttp::echo)) {
      assertThat(UnixClient.get(socket, "/")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void start_onASocketOfAnotherServer_isRefusedAndLeavesItAlone() throws Exception {
    try (HttpServer _ = serve(ServedHttp::echo)) {
      assertThatThrownBy(() -> serve(ServedHttp::echo).close())
          .isInstanceOf(IOException.class)
          .hasMessage("cannot listen on " + socket + ": another server listens there");

      assertThat(UnixClient.get(socket, "/")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void start_onAnyOtherFile_isRefusedAndLeavesItAlone() throws Exception {
    Files.writeString(socket, "precious");

    assertThatThrownBy(() -> serve(ServedHttp::echo).close())
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on " + socket + ": there is a file that is not a socket");
    assertThat(socket).hasContent("precious");
  }

  @Test
  void start_inAFolderThatIsNotThere_namesThePath() {
    socket = folder.resolve("nowhere/registry.sock");

    assertThatThrownBy(() -> serve(ServedHttp::echo).close())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot listen on " + socket + ": ");
  }

  @Test
  void client_hasNoAddress_andItsWordCountsForNothing() throws Exception {
    try (HttpServer _ = serve(ServedHttp::echo)) {
      UnixClient.get(socket, "/", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https");

      assertThat(completed.take().request().origin()).isEqualTo(new Origin(null, "http", "test"));
    }
  }

  @Test
  void client_thatIsATrustedProxy_tellsWhoCameToIt() throws Exception {
    try (HttpServer _ = serve(TrustedProxies.of(List.of("unix")), ServedHttp::echo)) {
      UnixClient.get(socket, "/", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https");

      assertThat(completed.take().request().origin())
          .isEqualTo(new Origin(InetAddress.ofLiteral("192.0.2.7"), "https", "test"));
    }
  }
}
