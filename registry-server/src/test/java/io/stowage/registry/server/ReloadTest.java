package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.RegistryClient.manifest;
import static io.stowage.registry.server.RegistryClient.uploads;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.config.Loaded;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running registry takes of a changed configuration, by real requests. */
final class ReloadTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final Content BLOB = Content.random(600);

  private final Deque<RegistryServer> running = new ArrayDeque<>();
  private final ByteArrayOutputStream accessLog = new ByteArrayOutputStream();
  private CapturedLog log = new CapturedLog();

  @TempDir private Path folder;

  private Path file = Path.of("");

  @BeforeEach
  void nameFile() {
    file = folder.resolve("config.yml");
  }

  @AfterEach
  void stopAll() {
    running.forEach(server -> server.stop(Duration.ZERO));
    log.close();
  }

  private static final String READ_ONLY =
      """
        maintenance:
          readonly:
            enabled: true
      """;

  private String yaml(String storage, String http, String others) {
    return """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
        %shttp:
          addr: 127.0.0.1:0
        %s%s"""
        .formatted(folder.resolve("data"), storage, http, others);
  }

  private RegistryServer start(Path file) throws IOException, ConfigurationException {
    Loaded loaded = load(file);
    RegistryServer server =
        RegistryAssembly.start(
            loaded.configuration(),
            new ConfigurationSource() {
              @Override
              public Loaded atStart() {
                return loaded;
              }

              @Override
              public Loaded read() throws IOException, ConfigurationException {
                return load(file);
              }
            },
            accessLog);
    running.push(server);
    return server;
  }

  private RegistryServer serve(String yaml) throws IOException, ConfigurationException {
    Files.writeString(file, yaml);
    return start(file);
  }

  private static Loaded load(Path file) throws IOException, ConfigurationException {
    return ConfigurationLoader.fromDisk().load(ConfigurationFile.read(file), Map.of());
  }

  /** Has the server read this at once, as the signal does, and waits until the log says this. */
  private void reload(String yaml, String logged) throws IOException {
    reload(running.element(), file, yaml, logged);
  }

  private void reload(RegistryServer server, Path file, String yaml, String logged)
      throws IOException {
    log.close();
    log = new CapturedLog();
    Files.writeString(file, yaml);
    server.reload();
    awaitLogged(logged);
  }

  private void awaitLogged(String text) {
    await(() -> log.lines().stream().anyMatch(line -> line.contains(text)));
  }

  private void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come true; the log: " + log.lines());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  @Test
  void reload_whatMayChange_isInForceForTheNextRequest() throws Exception {
    RegistryClient client = new RegistryClient(serve(yaml("", "", "")).address());
    String blob = client.pushBlob("a", BLOB);
    client.pushNamed("a", "image", "v1");
    client.pushNamed("b", "image", "v1");
    refused(client.delete(blob), 405, "UNSUPPORTED");

    reload(
        yaml(
            "  delete:\n    enabled: true\n",
            "  headers:\n    X-Ours: [one]\n  draintimeout: 3s\n",
            "catalog:\n  maxentries: 1\nlog:\n  accesslog:\n    disabled: true\n"),
        "reloaded: log.accesslog.disabled, storage.delete.enabled, http.draintimeout,"
            + " http.headers, catalog.maxentries");

    accessLog.reset();
    assertThat(client.get("/v2/").headers("X-Ours")).containsExactly("one");
    assertThat(client.delete(blob).status()).isEqualTo(202);
    assertThat(Bodies.repositories(client.get("/v2/_catalog"))).containsExactly("a");
    assertThat(running.element().drainTimeout()).isEqualTo(Duration.ofSeconds(3));
    try (WireClient wire = client.connect()) {
      wire.send("BROKEN\n\n");
      assertThat(wire.readResponse().headers("X-Ours")).containsExactly("one");
    }
    assertThat(accessLog.toString(StandardCharsets.UTF_8)).isEmpty();

    reload(yaml("", "", ""), "reloaded: ");

    refused(client.delete(blob), 405, "UNSUPPORTED");
    await(() -> accessLog.toString(StandardCharsets.UTF_8).contains("\"DELETE "));
  }

  @Test
  void reload_whatMayNotChange_isNamedEachTimeUntilItIsAsAtTheStart() throws Exception {
    String before = yaml("", "", "");
    RegistryClient client = new RegistryClient(serve(before).address());
    String after = yaml("", "  prefix: /other/\n", "stowage:\n  http:\n    idletimeout: 5s\n");

    reload(after, "at the next start: http.prefix, stowage.http.idletimeout");
    assertThat(client.get("/v2/").status()).isEqualTo(200);
    reload(after, "at the next start: http.prefix, stowage.http.idletimeout");
    reload(before, "reloaded: nothing is new");
  }

  @Test
  void reload_someOfBoth_saysWhatIsWhat() throws Exception {
    serve(yaml("", "", ""));

    reload(
        yaml("  delete:\n    enabled: true\n", "  prefix: /other/\n", ""),
        "reloaded: storage.delete.enabled; at the next start: http.prefix");
  }

  @Test
  void reload_refusedConfiguration_tellsEveryReasonAndChangesNothing() throws Exception {
    RegistryClient client = new RegistryClient(serve(yaml("", "", "")).address());
    String blob = client.pushBlob("a", BLOB);

    reload(
        yaml(
            "  delete:\n    enabled: true\n",
            "  draintimeout: soon\n",
            "catalog:\n  maxentries: many\n"),
        "what was read before stays in force: the configuration is refused");

    assertThat(log.lines())
        .anyMatch(line -> line.startsWith("ERROR configuration error: ") && line.contains("soon"))
        .anyMatch(line -> line.startsWith("ERROR configuration error: ") && line.contains("many"));
    refused(client.delete(blob), 405, "UNSUPPORTED");
  }

  @Test
  void change_ofTheFile_isNoticedWithoutASignal() throws Exception {
    RegistryClient client = new RegistryClient(serve(yaml("", "", "")).address());

    Files.writeString(file, yaml("", "  headers:\n    X-Ours: [one]\n", ""));

    awaitLogged("reloaded: http.headers");
    assertThat(client.get("/v2/").headers("X-Ours")).containsExactly("one");
  }

  @Test
  void change_ofAFileThatIsNamedOnlySince_isNoticed() throws Exception {
    Path rules = folder.resolve("access.yml");
    Files.writeString(
        rules, "rules:\n- {subject: anonymous, repositories: [a], actions: [pull]}\n");
    RegistryClient client = new RegistryClient(serve(yaml("", "", "")).address());
    reload(
        yaml("", "", "stowage:\n  access:\n    file: " + rules + "\n"),
        "reloaded: stowage.access.file, stowage.access.rules");
    assertThat(client.get("/v2/b/tags/list").status()).isEqualTo(403);

    Files.writeString(
        rules, "rules:\n- {subject: anonymous, repositories: [a, b], actions: [pull]}\n");

    awaitLogged("INFO reloaded: stowage.access.rules");
    assertThat(client.get("/v2/b/tags/list").status()).isEqualTo(404);
  }

  @Test
  void change_ofAFileThatIsGone_saysSo() throws Exception {
    serve(yaml("", "", ""));
    Files.delete(file);

    running.element().reload();

    awaitLogged("stays in force: open " + file + ": no such file or directory");
  }

  @Test
  @DisplayName("a reload is no good news about what failed before")
  void reload_ofOtherChecksOfHealth_keepsWhatOneFound() throws Exception {
    Path down = Files.createFile(folder.resolve("down"));
    String checks = "health:\n  file:\n  - {file: " + down + ", interval: %s}\n";
    RegistryClient client =
        new RegistryClient(serve(yaml("", "", checks.formatted("300ms"))).address());
    await(() -> status(client) == 503);
    String others = "  storagedriver: {enabled: true}\n";

    reload(yaml("", "", checks.formatted("300ms") + others), "reloaded: health.storagedriver");
    assertThat(status(client)).isEqualTo(503);

    reload(yaml("", "", checks.formatted("1h") + others), "reloaded: health.file");
    assertThat(status(client)).isEqualTo(200);
  }

  @Test
  void reload_ofChecksOfUrls_startsNoMoreThreads() throws Exception {
    String checks = "health:\n  http:\n  - {uri: 'http://127.0.0.1:1/%d', interval: 1h}\n";
    serve(yaml("", "", checks.formatted(0)));
    long before = httpClients();

    for (int i = 1; i <= 5; i++) {
      reload(yaml("", "", checks.formatted(i)), "reloaded: health.http");
    }

    assertThat(httpClients()).isPositive().isLessThanOrEqualTo(before);
  }

  private static long httpClients() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("HttpClient-\\d+-SelectorManager"))
        .count();
  }

  private static int status(RegistryClient client) {
    try {
      return client.get("/v2/").status();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @DisplayName("a file that lost its end")
  void reload_withoutTheRulesOfBefore_changesNothingAtAll() throws Exception {
    String rules =
        """
        stowage:
          access:
            rules:
            - {subject: anonymous, repositories: ["**"], actions: [pull]}
        """;
    RegistryClient client =
        new RegistryClient(serve(yaml("  delete:\n    enabled: false\n", "", rules)).address());

    reload(
        yaml("", "  headers:\n    X-Ours: [one]\n", ""),
        "what was read before stays in force: the configuration has no access rules any more");

    assertThat(client.get("/v2/").headers("X-Ours")).isEmpty();
    assertThat(client.call("POST", uploads("a")).send().status()).isEqualTo(403);
  }

  @Test
  void request_underWay_goesOnAsItBegan() throws Exception {
    RegistryClient client = new RegistryClient(serve(yaml("", "", "")).address());
    String upload = client.startUpload("a");
    try (WireClient wire = client.connect()) {
      wire.send(
          """
          PUT %s?digest=%s HTTP/1.1
          Host: test
          Content-Length: 600
          Expect: 100-continue

          """
              .formatted(upload, BLOB.digest()));
      assertThat(wire.readResponse("PUT").status()).isEqualTo(100);

      reload(yaml(READ_ONLY, "", ""), "reloaded: storage.maintenance.readonly.enabled");

      refused(client.call("POST", uploads("a")).send(), 405, "UNSUPPORTED");
      wire.send(BLOB.bytes());
      assertThat(wire.readResponse("PUT").status()).isEqualTo(201);
    }
  }

  @Test
  void readOnly_isSwitchedOffAndOn() throws Exception {
    serve(yaml("", "", ""));
    running.pop().stop(Duration.ZERO);
    RegistryClient client = new RegistryClient(serve(yaml(READ_ONLY, "", "")).address());
    refused(client.call("POST", uploads("a")).send(), 405, "UNSUPPORTED");
    Path lock = folder.resolve("data/_stowage/lock");
    assertThat(lock).isEmptyFile();

    reload(yaml("", "", ""), "reloaded: storage.maintenance.readonly.enabled");

    assertThat(lock).isNotEmptyFile();
    client.pushBlob("a", BLOB);

    reload(yaml(READ_ONLY, "", ""), "reloaded: storage.maintenance.readonly.enabled");

    WireResponse refusal = client.call("PUT", manifest("a", "v1")).send();
    refused(refusal, 405, "UNSUPPORTED");
    assertThat(lock).isNotEmptyFile();
  }

  @Test
  void readOnly_switchedOff_keepsEventsOnTheVolume() throws Exception {
    String endpoint =
        """
        notifications:
          endpoints:
            - name: unreachable
              url: http://127.0.0.1:1/
        """;
    serve(yaml("", "", ""));
    running.pop().stop(Duration.ZERO);
    RegistryClient client = new RegistryClient(serve(yaml(READ_ONLY, "", endpoint)).address());
    Path events = folder.resolve("data/_stowage/events");

    reload(yaml("", "", endpoint), "reloaded: storage.maintenance.readonly.enabled");
    client.pushBlob("a", BLOB);

    assertThat(events).isDirectoryRecursivelyContaining("glob:**/unreachable/*.events");
  }

  @Test
  void readOnly_switchedOffBesideAWriter_staysOnUntilThatIsGone() throws Exception {
    RegistryServer writer = serve(yaml("", "", ""));
    Path other = folder.resolve("other.yml");
    Files.writeString(other, yaml(READ_ONLY, "", ""));
    RegistryServer reader = start(other);
    RegistryClient client = new RegistryClient(reader.address());

    reload(reader, other, yaml("", "", ""), "another server writes to this storage");

    awaitLogged("reloaded: nothing");
    assertThat(log.lines()).anyMatch(line -> line.startsWith("ERROR [storage.maintenance."));
    refused(client.call("POST", uploads("a")).send(), 405, "UNSUPPORTED");

    running.removeLast();
    writer.stop(Duration.ZERO);
    reload(reader, other, yaml("", "", ""), "reloaded: storage.maintenance.readonly.enabled");
    client.pushBlob("a", BLOB);
  }

  @Test
  void reload_whereUrlsPointTo_changesNoneOfEventsEither() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    HttpServer hook =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.createContext(
        "/",
        exchange -> {
          heard.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    hook.start();
    try {
      RegistryClient client = new RegistryClient(serve(yaml("", "", "")).address());
      String endpoint =
          "notifications:\n  endpoints:\n  - {name: a, url: 'http://127.0.0.1:%d/'}\n"
              .formatted(hook.getAddress().getPort());

      reload(
          yaml("", "  host: http://other.test\n  prefix: /other/\n", endpoint),
          "reloaded: notifications.endpoints; at the next start: http.prefix, http.host");
      client.pushBlob("a", BLOB);

      assertThat(heard.poll(20, TimeUnit.SECONDS))
          .contains("\"http://registry.test/v2/a/blobs/" + BLOB.digest() + "\"");
    } finally {
      hook.stop(0);
    }
  }
}
