package io.stowage.registry.server;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.api.Announcements;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.api.OpenUploads;
import io.stowage.registry.server.api.RegistryApi;
import io.stowage.registry.server.http.HttpServer;
import io.stowage.registry.server.http.HttpServerSettings;
import io.stowage.registry.server.http.TrustedProxies;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.filesystem.FileStorage;
import io.stowage.registry.storage.filesystem.FileStorageOptions;
import io.stowage.registry.testkit.MemoryStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The common part of the tests of the endpoints: a registry over real sockets and an empty storage
 * for each test, and the whole class once for each kind of storage.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(ApiTest.Backing.class)
abstract class ApiTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  static final ManifestParser PARSER = new ManifestParser();

  /** A kind of storage. */
  enum Backing {
    MEMORY {
      @Override
      Storage open(Path folder) {
        return new MemoryStorage(PARSER);
      }
    },
    FILES {
      @Override
      Storage open(Path folder) throws IOException {
        return FileStorage.open(FileStorageOptions.of(folder), PARSER);
      }
    };

    abstract Storage open(Path folder) throws IOException;
  }

  final Backing backing;
  final Deque<HttpServer> servers = new ArrayDeque<>();

  /** Everything at its default, deletes allowed, open to everybody. */
  RegistryClient registry;

  Storage storage;

  /** Where the storage is, if it is one of files. */
  Path storageFolder = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before each test
  ApiTest(Backing backing) {
    this.backing = backing;
  }

  @BeforeEach
  final void serveEmptyStorage(@TempDir Path folder) throws IOException {
    storageFolder = folder;
    storage = backing.open(folder);
    registry = serve(ApiSettings.DEFAULT);
  }

  @AfterEach
  final void stop() throws IOException {
    servers.forEach(HttpServer::close);
    storage.close();
  }

  /** Serves the same storage by other settings, beside the default. */
  final RegistryClient serve(ApiSettings settings) throws IOException {
    return serve(storage, AccessPolicy.OPEN, settings);
  }

  /** Serves the same storage by another policy, beside the default. */
  final RegistryClient serve(AccessPolicy policy) throws IOException {
    return serve(storage, policy, ApiSettings.DEFAULT);
  }

  final RegistryClient serve(Storage content, AccessPolicy policy, ApiSettings settings)
      throws IOException {
    return serve(content, AccessGate.withoutLogins(policy), null, settings, TrustedProxies.NONE);
  }

  /** Serves the same storage behind proxies that are trusted, beside the default. */
  final RegistryClient serve(ApiSettings settings, TrustedProxies proxies) throws IOException {
    return serve(storage, AccessGate.withoutLogins(AccessPolicy.OPEN), null, settings, proxies);
  }

  /** Serves the same storage behind another gate, beside the default. */
  final RegistryClient serve(AccessGate gate) throws IOException {
    return serve(storage, gate, null, ApiSettings.DEFAULT, TrustedProxies.NONE);
  }

  /** Serves the same storage to users of our own, beside the default. */
  final RegistryClient serve(AccessGate gate, RegistryApi.OwnUsers users) throws IOException {
    return serve(gate, users, ApiSettings.DEFAULT);
  }

  final RegistryClient serve(AccessGate gate, RegistryApi.OwnUsers users, ApiSettings settings)
      throws IOException {
    return serve(storage, gate, users, settings, TrustedProxies.NONE);
  }

  /** Serves the same storage behind another gate and by other settings, beside the default. */
  final RegistryClient serve(AccessGate gate, ApiSettings settings) throws IOException {
    return serve(storage, gate, null, settings, TrustedProxies.NONE);
  }

  /** Serves the same storage to those who listen, beside the default. */
  final RegistryClient serve(AccessGate gate, Announcements announcements, TrustedProxies proxies)
      throws IOException {
    return serve(storage, gate, null, ApiSettings.DEFAULT, proxies, announcements);
  }

  private RegistryClient serve(
      Storage content,
      AccessGate gate,
      RegistryApi.@Nullable OwnUsers users,
      ApiSettings settings,
      TrustedProxies proxies)
      throws IOException {
    return serve(content, gate, users, settings, proxies, Announcements.NONE);
  }

  private RegistryClient serve(
      Storage content,
      AccessGate gate,
      RegistryApi.@Nullable OwnUsers users,
      ApiSettings settings,
      TrustedProxies proxies,
      Announcements announcements)
      throws IOException {
    HttpServer server =
        HttpServer.start(
            HttpServerSettings.at("127.0.0.1", 0)
                .withTrustedProxies(proxies)
                .withErrorHeaders(RegistryApi.commonHeaders(settings.headers())),
            RegistryApi.over(
                content,
                new OpenUploads(content.uploads()),
                gate,
                users,
                PARSER,
                settings,
                announcements),
            exchange -> {});
    servers.add(server);
    return new RegistryClient(server.address());
  }

  /** A value that may need time to become so. */
  @FunctionalInterface
  interface Probe<T> {
    T get() throws IOException;
  }

  /** What a client does with a value. */
  @FunctionalInterface
  interface Act<T, R> {
    R on(T value) throws IOException;
  }

  /** Does it with all values at the same time; results in the order of the values. */
  static <T, R> List<R> atOnce(List<T> values, Act<T, R> act) throws Exception {
    CountDownLatch start = new CountDownLatch(values.size());
    List<Future<R>> running = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (T value : values) {
        running.add(
            clients.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return act.on(value);
                }));
      }
    }
    List<R> results = new ArrayList<>();
    for (Future<R> result : running) {
      results.add(result.get());
    }
    return results;
  }

  /** Asks until the answer is as wanted, and fails if it never is. */
  static <T> T await(Probe<T> probe, Predicate<T> wanted) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    T value = probe.get();
    while (!wanted.test(value)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the condition did not come true in time: " + value);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      value = probe.get();
    }
    return value;
  }
}
