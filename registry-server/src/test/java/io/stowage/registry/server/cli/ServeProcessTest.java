package io.stowage.registry.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.UnixClient;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.storage.filesystem.FileStorage;
import io.stowage.registry.storage.filesystem.FileStorageOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command in a process of its own: with sockets that somebody else opened, and with signals.
 * Perl plays the service manager: it opens the socket as descriptor 3 and becomes the JVM.
 */
@Timeout(150)
final class ServeProcessTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final Pattern PORT = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");

  private static final String OPEN_TCP =
      "socket(S, PF_INET, SOCK_STREAM, 0) && bind(S, sockaddr_in(0, INADDR_LOOPBACK))";

  private static final String BECOME =
      " && listen(S, 5) or die $!; fileno(S) == 3 or die; $ENV{LISTEN_PID} = $$; exec @ARGV";

  @TempDir private Path folder;

  private Path errors = Path.of("");
  private @Nullable Process server;

  @BeforeEach
  void nameLog() {
    errors = folder.resolve("stderr");
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
  }

  private Path configuration(String http) throws IOException {
    return Files.writeString(
        folder.resolve("config.yml"),
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
        http:
        %s"""
            .formatted(folder.resolve("data"), http.indent(2)));
  }

  private Process start(String sockets, List<String> before, Path configuration)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "serve",
            configuration.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LISTEN_FDS", sockets);
    server = builder.start();
    return server;
  }

  private static List<String> perl(String open) {
    return List.of("perl", "-MSocket", "-e", "$^F = 9; " + open + BECOME);
  }

  private String log() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come true; the log: " + log());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private HttpResponse<Void> getBase() throws Exception {
    await(() -> PORT.matcher(log()).find());
    Matcher port = PORT.matcher(log());
    assertThat(port.find()).isTrue();
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI base = URI.create("http://127.0.0.1:" + port.group(1) + "/v2/");
      return client.send(
          HttpRequest.newBuilder(base).build(), HttpResponse.BodyHandlers.discarding());
    }
  }

  @Test
  void serve_onASocketOfTcpThatWasPassed_leavesTheConfiguredAddressAlone() throws Exception {
    start("1", perl(OPEN_TCP), configuration("addr: 192.0.2.1:1"));

    assertThat(getBase().statusCode()).isEqualTo(200);
    assertThat(getBase().statusCode()).isEqualTo(200);
  }

  @Test
  void serve_onASocketOfTheFileSystemThatWasPassed_leavesItThereAtTheEnd() throws Exception {
    Path socket = folder.resolve("s");
    String open = "socket(S, PF_UNIX, SOCK_STREAM, 0) && bind(S, sockaddr_un('" + socket + "'))";
    Process server = start("1", perl(open), configuration("addr: 192.0.2.1:1"));

    await(() -> log().contains("listening on " + socket));
    assertThat(UnixClient.get(socket, "/v2/")).startsWith("HTTP/1.1 200 ");
    assertThat(UnixClient.get(socket, "/v2/")).startsWith("HTTP/1.1 200 ");

    server.destroy();
    assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isZero();
    assertThat(socket).exists();
  }

  @Test
  void serve_severalSocketsThatWerePassed_isRefused() throws Exception {
    Process server = start("2", perl(OPEN_TCP), configuration("addr: 127.0.0.1:0"));

    assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isEqualTo(1);
    assertThat(log()).contains("2 sockets were passed by the service manager");
  }

  @Test
  void hangup_readsTheConfigurationAgain_andTheServerGoesOn() throws Exception {
    Process server = start("1", List.of(), configuration("addr: 127.0.0.1:0"));
    assertThat(getBase().headers().firstValue("X-Ours")).isEmpty();

    configuration("addr: 127.0.0.1:0\nheaders:\n  X-Ours: [one]\n");
    Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start();
    assertThat(kill.waitFor()).isZero();

    await(() -> log().contains("reloaded: http.headers"));
    assertThat(getBase().headers().firstValue("X-Ours")).contains("one");
  }

  @Test
  void hangup_whileTheStartWaitsForTheVolume_doesNotEndIt() throws Exception {
    FileStorage owner =
        FileStorage.open(FileStorageOptions.of(folder.resolve("data")), new ManifestParser());
    Process server;
    try (owner) {
      server = start("1", List.of(), configuration("addr: 127.0.0.1:0"));
      await(() -> log().contains("waiting for another server to let go"));
      Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start();
      assertThat(kill.waitFor()).isZero();
    }

    assertThat(getBase().statusCode()).isEqualTo(200);
    await(() -> log().contains("reloaded: nothing is new"));
    assertThat(server.isAlive()).isTrue();
  }
}
