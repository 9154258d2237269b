package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.CorsSettings;
import io.stowage.registry.config.DebugSettings;
import io.stowage.registry.config.HttpSettings;
import io.stowage.registry.config.ListenAddress;
import io.stowage.registry.config.ManifestSettings;
import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.api.CrossOrigin;
import io.stowage.registry.server.api.Locations;
import io.stowage.registry.server.api.RegistryApi;
import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.HttpServer;
import io.stowage.registry.server.http.HttpServerSettings;
import io.stowage.registry.server.http.TlsSettings;
import io.stowage.registry.server.http.TrustedProxies;
import io.stowage.registry.server.manifest.Manifest.Child;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.server.manifest.ManifestRules;
import io.stowage.registry.server.ops.HealthChecks;
import io.stowage.registry.server.ops.Housekeeping;
import io.stowage.registry.server.ops.NotificationCounters;
import io.stowage.registry.server.ops.ProbeHandler;
import io.stowage.registry.server.ops.Readiness;
import io.stowage.registry.server.ops.UploadSweeper;
import io.stowage.registry.server.ops.WatchedFiles;
import io.stowage.registry.server.trace.TraceVariables;
import io.stowage.registry.server.trace.Tracing;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.filesystem.FileStorage;
import io.stowage.registry.storage.filesystem.FileStorageOptions;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds a running registry from a configuration. The only class that knows which store, which
 * policy and which transport there is.
 */
public final class RegistryAssembly {
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
    AccessAssembly access =
        new AccessAssembly(configuration, source, files, this::started, absoluteOrigin()::of);
    AccessAssembly.Door door = access.door();
    ManifestParser parser = new ManifestParser();
    FileStorage storage = started(openStorage(configuration.storage(), parser));
    ControlAssembly.start(storage, configuration.storage()).ifPresent(this::started);
    HealthChecks health = startHousekeeping(storage);
    Readiness readiness = new Readiness(health);
    OperatorAssembly operators = operators(health, readiness);
    Storage served = operators == null ? storage : watched(operators, storage, access, tls);
    CompletedExchange.Listener listener = listener(operators);
    HttpServer debug = operators == null ? null : started(operators.start());
    ApiSettings api = apiSettings(storage.isReadOnly(), health::unavailability);
    HttpServer http =
        HttpServer.start(
            httpSettings(RegistryApi.commonHeaders(api.headers()), tlsSettings),
            new ProbeHandler(
                readiness, RegistryApi.over(served, door.gate(), door.users(), parser, api)),
            listener);
    if (tls != null) {
      tls.follow(http, files);
    }
    return new RegistryServer(http, debug, readiness, parts);
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

  private HealthChecks startHousekeeping(FileStorage storage) {
    HealthChecks health =
        new HealthAssembly(configuration.health(), storage, this::started).checks();
    Housekeeping housekeeping = started(Housekeeping.start());
    startSweeper(storage, housekeeping);
    health.run(housekeeping);
    return health;
  }

  private void startSweeper(FileStorage storage, Housekeeping housekeeping) {
    StorageSettings.UploadPurging purging = configuration.storage().uploadPurging();
    if (purging.enabled() && !storage.isReadOnly()) {
      housekeeping.every(
          "sweep of abandoned uploads",
          UploadSweeper.FIRST,
          purging.interval(),
          new UploadSweeper(storage.uploads(), purging.age(), purging.dryRun()));
    }
  }

  private @Nullable OperatorAssembly operators(HealthChecks health, Readiness readiness) {
    DebugSettings debug = configuration.http().debug();
    return debug == null
        ? null
        : new OperatorAssembly(debug, health, readiness, NotificationCounters.NONE);
  }

  private Storage watched(
      OperatorAssembly operators,
      FileStorage storage,
      AccessAssembly access,
      @Nullable TlsAssembly tls) {
    Path root = configuration.storage().filesystem().rootDirectory();
    return operators.watch(storage, root, access.logins(), tls);
  }

  /** Who hears of each request once it is answered. Probes leave no lines. */
  private CompletedExchange.Listener listener(@Nullable OperatorAssembly operators)
      throws IOException {
    List<CompletedExchange.Listener> listeners = new ArrayList<>();
    LogAssembly.accessLog(configuration.log(), accessLogOut)
        .map(this::started)
        .map(ProbeHandler::withoutProbes)
        .ifPresent(listeners::add);
    LogAssembly.requestLog(configuration.log())
        .map(ProbeHandler::withoutProbes)
        .ifPresent(listeners::add);
    // As in distribution there are no keys for traces, only what OpenTelemetry knows everywhere.
    TraceVariables traces = new TraceVariables(System.getenv());
    if (traces.wanted()) {
      listeners.add(ProbeHandler.withoutProbes(started(Tracing.start(traces))));
    }
    CompletedExchange.Listener metrics = operators == null ? null : operators.requests();
    if (metrics != null) {
      listeners.add(metrics);
    }
    return CompletedExchange.Listener.all(listeners);
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
        settings.layerUrls()::permits,
        settings.classes());
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
