package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.CorsSettings;
import io.stowage.registry.config.HealthSettings;
import io.stowage.registry.config.HttpSettings;
import io.stowage.registry.config.ListenAddress;
import io.stowage.registry.config.ManifestSettings;
import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.api.CrossOrigin;
import io.stowage.registry.server.api.Locations;
import io.stowage.registry.server.api.RegistryApi;
import io.stowage.registry.server.control.ControlSocket;
import io.stowage.registry.server.control.Task;
import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.HttpServer;
import io.stowage.registry.server.http.HttpServerSettings;
import io.stowage.registry.server.http.TlsSettings;
import io.stowage.registry.server.http.TrustedProxies;
import io.stowage.registry.server.manifest.Manifest.Child;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.server.manifest.ManifestRules;
import io.stowage.registry.server.ops.AccessLog;
import io.stowage.registry.server.ops.StorageHealth;
import io.stowage.registry.server.ops.UploadSweeper;
import io.stowage.registry.server.ops.WatchedFiles;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.filesystem.FileStorage;
import io.stowage.registry.storage.filesystem.FileStorageOptions;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds a running registry from a configuration. The only class that knows which store, which
 * policy and which transport there is.
 */
public final class RegistryAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryAssembly.class);
  private static final long DRAIN_LIMIT_BYTES = 1024 * 1024;

  private final Configuration configuration;
  private final ConfigurationSource source;
  private final OutputStream accessLogOut;
  private final Deque<Closeable> parts = new ArrayDeque<>();

  private RegistryAssembly(
      Configuration configuration, ConfigurationSource source, OutputStream accessLogOut) {
    this.configuration = configuration;
    this.source = source;
    this.accessLogOut = accessLogOut;
  }

  /**
   * Starts a registry.
   *
   * @param source of the configuration, for those parts of it that may change while it runs
   * @param accessLogOut where the access log goes, if it is on
   * @throws IOException if the storage can't be opened, a file that the configuration names can't
   *     be used, or the address can't be listened on; nothing is left running then
   */
  public static RegistryServer start(
      Configuration configuration, ConfigurationSource source, OutputStream accessLogOut)
      throws IOException {
    RegistryAssembly assembly = new RegistryAssembly(configuration, source, accessLogOut);
    try {
      return assembly.start();
    } catch (IOException | RuntimeException e) {
      RegistryServer.close(assembly.parts);
      throw e;
    }
  }

  private RegistryServer start() throws IOException {
    // What costs least comes first: a wrong file is told before a volume is waited for.
    WatchedFiles files = started(WatchedFiles.start());
    TlsAssembly tls =
        configuration.http().tls() == null ? null : new TlsAssembly(configuration.http().tls());
    TlsSettings tlsSettings = tls == null ? null : tls.read();
    AccessAssembly.Door door =
        new AccessAssembly(configuration, source, files, this::started, absoluteOrigin()::of)
            .door();
    ManifestParser parser = new ManifestParser();
    FileStorage storage = started(openStorage(configuration.storage(), parser));
    startSweeper(storage);
    startControl(storage);
    ApiSettings api = apiSettings(storage.isReadOnly(), startHealthCheck(storage));
    HttpServer http =
        HttpServer.start(
            httpSettings(RegistryApi.commonHeaders(api.headers()), tlsSettings),
            RegistryApi.over(storage, door.gate(), door.users(), parser, api),
            startAccessLog());
    if (tls != null) {
      tls.follow(http, files);
    }
    return new RegistryServer(http, parts);
  }

  private <T extends Closeable> T started(T part) {
    parts.addLast(part);
    return part;
  }

  private static FileStorage openStorage(StorageSettings settings, ManifestParser parser)
      throws IOException {
    return FileStorage.open(
        FileStorageOptions.of(settings.filesystem().rootDirectory())
            .withReadOnly(settings.readOnly())
            .withOwnerPatience(settings.lockWait()),
        parser);
  }

  private void startSweeper(FileStorage storage) {
    StorageSettings.UploadPurging purging = configuration.storage().uploadPurging();
    if (purging.enabled() && !storage.isReadOnly()) {
      started(
          UploadSweeper.start(
              storage.uploads(), purging.age(), purging.interval(), purging.dryRun()));
    }
  }

  /** For commands that run beside the owner of a volume; without it they have to be told no. */
  private void startControl(FileStorage storage) {
    if (storage.isReadOnly()) {
      return;
    }
    StorageSettings settings = configuration.storage();
    Map<String, Task> tasks =
        Map.of(
            CollectionTask.NAME,
            new CollectionTask(storage.garbageCollector(), settings.collectionGrace()),
            CheckTask.NAME,
            new CheckTask(storage, settings));
    try {
      Path root = settings.filesystem().rootDirectory().toAbsolutePath().normalize();
      started(ControlSocket.start(FileStorage.ownFolder(root), tasks));
    } catch (IOException e) {
      LOG.warn(
          "garbage-collect and check --repair can't reach this server, and will refuse to run: {}",
          e.getMessage());
    }
  }

  private Supplier<Optional<RegistryError>> startHealthCheck(Storage storage) {
    HealthSettings.StorageDriver check = configuration.health().storageDriver();
    return check.enabled()
        ? started(
                StorageHealth.start(storage, check.rhythm().interval(), check.rhythm().threshold()))
            ::unavailability
        : Optional::empty;
  }

  private CompletedExchange.Listener startAccessLog() {
    return configuration.log().accessLogEnabled()
        ? started(new AccessLog(accessLogOut).start())
        : exchange -> {};
  }

  private ApiSettings apiSettings(
      boolean readOnly, Supplier<Optional<RegistryError>> unavailability) {
    Headers.Builder headers = Headers.builder();
    configuration
        .http()
        .headers()
        .forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    return new ApiSettings(
        configuration.storage().deleteEnabled(),
        readOnly,
        rules(configuration.manifests()),
        configuration.manifests().maxBytes(),
        configuration.lists().maxCatalogEntries(),
        configuration.lists().maxTags(),
        new Locations(origin(configuration.http()), configuration.http().prefix()),
        crossOrigin(configuration.http().cors()),
        headers.build(),
        unavailability);
  }

  private static CrossOrigin crossOrigin(CorsSettings settings) {
    return settings.allowedOrigins().isEmpty()
        ? CrossOrigin.NONE
        : CrossOrigin.allowing(settings.allowedOrigins(), settings.maxAge());
  }

  /** For URLs that can't be relative, whatever those in {@code Location} are. */
  private Locations.Origin absoluteOrigin() {
    return configuration.http().locations() instanceof io.stowage.registry.config.Locations.Fixed
        ? origin(configuration.http())
        : Locations.Origin::ofConnection;
  }

  private static Locations.Origin origin(HttpSettings settings) {
    return switch (settings.locations()) {
      case io.stowage.registry.config.Locations.Relative _ -> request -> "";
      case io.stowage.registry.config.Locations.FromRequest _ -> Locations.Origin::ofConnection;
      case io.stowage.registry.config.Locations.Fixed fixed -> {
        String base = fixed.base().toString().replaceAll("/+$", "");
        yield request -> base;
      }
    };
  }

  private static ManifestRules rules(ManifestSettings settings) {
    return new ManifestRules(
        settings.missingLayers() == ManifestSettings.MissingLayers.REFUSE,
        childRequired(settings.indexChildren()),
        settings.layerUrls()::permits);
  }

  private static Predicate<Child> childRequired(ManifestSettings.IndexChildren children) {
    return switch (children) {
      case ManifestSettings.IndexChildren.All _ -> child -> true;
      case ManifestSettings.IndexChildren.None _ -> child -> false;
      case ManifestSettings.IndexChildren.Of of ->
          ManifestRules.Platform.anyOf(
              of.platforms().stream()
                  .map(named -> new ManifestRules.Platform(named.architecture(), named.os()))
                  .collect(Collectors.toSet()));
    };
  }

  private HttpServerSettings httpSettings(Headers errorHeaders, @Nullable TlsSettings tls) {
    HttpSettings http = configuration.http();
    if (!(http.address() instanceof ListenAddress.Tcp(String host, int port))) {
      throw new IllegalStateException("address: " + http.address() + " (expected: TCP)");
    }
    return new HttpServerSettings(
        host,
        port,
        http.maxRequestLineBytes(),
        http.maxHeaderBytes(),
        http.headerTimeout(),
        http.idleTimeout(),
        http.bodyStallTimeout(),
        DRAIN_LIMIT_BYTES,
        errorHeaders,
        tls,
        http.http2(),
        http.h2c(),
        TrustedProxies.of(http.trustedProxies()));
  }
}
