package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the keys of notifications to requests at a receiver. */
class NotificationsAssemblyTest {
  private static final Content BLOB = Content.random(600);

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<String> signatures = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean hanging;

  @SuppressWarnings("NullAway.Init") // set before each test
  private HttpServer hook;

  @TempDir private Path folder;

  @BeforeEach
  void listen() throws IOException {
    hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.setExecutor(threads);
    hook.createContext(
        "/",
        exchange -> {
          try (exchange) {
            heard.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            signatures.add(
                String.valueOf(exchange.getRequestHeaders().getFirst("X-Stowage-Signature")));
            if (hanging) {
              released.await();
            }
            exchange.sendResponseHeaders(200, -1);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    hook.start();
  }

  @AfterEach
  void stop() {
    released.countDown();
    hook.stop(0);
    threads.shutdownNow();
  }

  private RegistryServer start(String... variablesAndValues) throws Exception {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variablesAndValues.length; i += 2) {
      environment.put(variablesAndValues[i], variablesAndValues[i + 1]);
    }
    String yaml =
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
        http:
          addr: 127.0.0.1:0
        notifications:
          endpoints:
            - name: hook
              url: http://127.0.0.1:%d/events
              timeout: 30s
        """
            .formatted(folder, hook.getAddress().getPort());
    Configuration configuration =
        ConfigurationLoader.fromDisk()
            .load(new ConfigurationFile("config.yml", yaml), environment)
            .configuration();
    return RegistryAssembly.start(
        configuration, ConfigurationSource.of(configuration), new ByteArrayOutputStream());
  }

  private void awaitHeard(int events) throws IOException {
    ApiTest.await(heard::size, size -> size >= events);
  }

  @Test
  void push_isHeardWithTheSourceAndSigned() throws Exception {
    RegistryServer server = start("REGISTRY_STOWAGE_NOTIFICATIONS_SECRETS", "{hook: key}");

    String path = new RegistryClient(server.address()).pushBlob("library/app", BLOB);
    awaitHeard(1);
    server.stop(Duration.ofSeconds(5));

    assertThat(heard.getFirst())
        .contains("\"action\": \"push\"")
        .contains("\"url\": \"http://registry.test" + path + "\"")
        .containsPattern("\"addr\": \"[^\"]+:0\"")
        .containsPattern("\"instanceID\": \"[0-9a-f-]{36}\"");
    assertThat(signatures.getFirst()).matches("sha256=[0-9a-f]{64}");
  }

  @Test
  void push_whileTheReceiverHangs_isAnsweredAndHeardAfterTheRestart() throws Exception {
    hanging = true;
    RegistryServer server = start();
    RegistryClient registry = new RegistryClient(server.address());
    registry.pushBlob("library/app", BLOB);
    awaitHeard(1);
    registry.pushNamed("library/app", "one", "v1");
    assertThat(heard).hasSize(1);
    hanging = false;
    server.stop(Duration.ofSeconds(5));

    RegistryServer next = start();
    awaitHeard(4);
    next.stop(Duration.ofSeconds(5));

    assertThat(heard.get(1)).as("delivered again").isEqualTo(heard.get(0));
    assertThat(heard.get(3)).contains("\"tag\": \"v1\"");
  }

  @Test
  void readOnly_tellsOfPullsWithoutAFolder() throws Exception {
    RegistryServer server = start();
    String path = new RegistryClient(server.address()).pushBlob("library/app", BLOB);
    awaitHeard(1);
    server.stop(Duration.ofSeconds(5));
    Path events = folder.resolve("_stowage").resolve("events");
    assertThat(events).isDirectoryRecursivelyContaining("glob:**/cursor");
    Files.move(events, folder.resolve("aside"));

    RegistryServer reader = start("REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED", "true");
    new RegistryClient(reader.address()).get(path);
    awaitHeard(2);
    reader.stop(Duration.ofSeconds(5));

    assertThat(heard.get(1)).contains("\"action\": \"pull\"");
    assertThat(events).doesNotExist();
  }

  @Test
  void withoutEndpoints_thereIsNoFolder() throws Exception {
    RegistryServer server =
        start("REGISTRY_NOTIFICATIONS_ENDPOINTS", "[{name: a, url: 'http://a', disabled: true}]");

    new RegistryClient(server.address()).pushBlob("library/app", BLOB);
    server.stop(Duration.ofSeconds(5));

    assertThat(heard).isEmpty();
    assertThat(folder.resolve("_stowage").resolve("events")).doesNotExist();
  }
}
