package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.DebugSettings;
import io.stowage.registry.config.HttpLimits;
import io.stowage.registry.config.HttpSettings;
import io.stowage.registry.config.ListenAddress;
import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.event.EventStatistics;
import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.HttpServer;
import io.stowage.registry.server.http.HttpServerSettings;
import io.stowage.registry.server.http.Limits;
import io.stowage.registry.server.http.ServerAddress;
import io.stowage.registry.server.http.TlsSettings;
import io.stowage.registry.server.http.TrustedProxies;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.server.ops.AccessLog;
import io.stowage.registry.server.ops.HealthChecks;
import io.stowage.registry.server.ops.Housekeeping;
import io.stowage.registry.server.ops.ProbeHandler;
import io.stowage.registry.server.ops.Readiness;
import io.stowage.registry.server.ops.ScrubRounds;
import io.stowage.registry.server.ops.UploadSweeper;
import io.stowage.registry.server.ops.WatchedFiles;
import io.stowage.registry.server.trace.TraceVariables;
import io.stowage.registry.server.trace.Tracing;
import io.stowage.registry.storage.Scrubber;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.filesystem.FileStorage;
import io.stowage.registry.storage.filesystem.FileStorageOptions;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds a running registry from a configuration. The only class that knows which store, which
 * policy and which transport there is.
 */
public final class RegistryAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryAssembly.class);

  private final Configuration configuration;
  private final ConfigurationSource source;
  private final OutputStream accessLogOut;
  private final ServerAddress address;
  private final Deque<Closeable> parts = new ArrayDeque<>();
  private final List<LivePart> live = new ArrayList<>();

  private RegistryAssembly(
      Configuration configuration,
      ConfigurationSource source,
      OutputStream accessLogOut,
      ServerAddress address) {
    this.configuration = configuration;
    this.source = source;
    this.accessLogOut = accessLogOut;
    this.address = address;
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
    return start(configuration, source, accessLogOut, null);
  }

  /**
   * Starts a registry.
   *
   * @param passed the socket to serve instead of the configured address; null for none
   */
  public static RegistryServer start(
      Configuration configuration,
      ConfigurationSource source,
      OutputStream accessLogOut,
      ServerAddress.@Nullable Inherited passed)
      throws IOException {
    RegistryAssembly assembly =
        new RegistryAssembly(
            configuration,
            source,
            accessLogOut,
            passed == null ? configured(configuration.http().address()) : passed);
    try {
      return assembly.start();
    } catch (IOException | RuntimeException e) {
      RegistryServer.close(assembly.parts);
      throw e;
    }
  }

  private static ServerAddress configured(ListenAddress address) {
    return switch (address) {
      case ListenAddress.Tcp tcp -> new ServerAddress.Tcp(tcp.host(), tcp.port());
      case ListenAddress.Unix unix -> new ServerAddress.Unix(unix.path());
    };
  }

  private RegistryServer start() throws IOException {
    // What costs least comes first: a wrong file is told before a volume is waited for.
    WatchedFiles files = started(WatchedFiles.start());
    Reload reload = new Reload(source, files);
    TlsAssembly tls =
        configuration.http().tls() == null ? null : new TlsAssembly(configuration.http().tls());
    TlsSettings tlsSettings = tls == null ? null : tls.read();
    AccessAssembly access =
        new AccessAssembly(
            configuration,
            files,
            this::started,
            ApiAssembly.absoluteOrigin(configuration.http())::of);
    AccessAssembly.Door door = access.door();
    live.add(access.rules());
    live.add(LogAssembly.live());
    ManifestParser parser = new ManifestParser();
    FileStorage storage = started(openStorage(configuration.storage(), parser));
    live.add(LivePart.of(List.of(LivePart.READ_ONLY), next -> followReadOnly(storage, next)));
    started(follows(ControlAssembly.start(configuration, storage)));
    Housekeeping housekeeping = started(Housekeeping.start());
    startSweeper(storage, housekeeping);
    startScrub(storage, housekeeping);
    HealthChecks health =
        follows(new HealthAssembly(configuration, storage, housekeeping)).checks();
    NotificationsAssembly notifications =
        started(follows(NotificationsAssembly.start(configuration, storage::isReadOnly)));
    Readiness readiness = new Readiness(health);
    OperatorAssembly operators = operators(health, readiness, notifications);
    Storage served = operators == null ? storage : watched(operators, storage, access, tls);
    CompletedExchange.Listener listener = listener(operators);
    HttpServer debug = operators == null ? null : started(operators.start());
    ApiAssembly api =
        follows(
            new ApiAssembly(
                configuration,
                served,
                storage::isReadOnly,
                door,
                parser,
                notifications,
                health::unavailability));
    HttpServer http =
        HttpServer.start(httpSettings(tlsSettings), new ProbeHandler(readiness, api), listener);
    live.add(headersOfErrors(http));
    if (operators != null) {
      operators.watch(http);
    }
    if (tls != null) {
      tls.follow(http, files);
    }
    RegistryServer server =
        new RegistryServer(
            http, debug, readiness, parts, configuration.http().drainTimeout(), files::reloadNow);
    live.add(server.liveDrainTimeout());
    reload.into(live);
    return server;
  }

  private <T extends Closeable> T started(T part) {
    parts.addLast(part);
    return part;
  }

  private <T extends LivePart> T follows(T part) {
    live.add(part);
    return part;
  }

  // --- storage

  private static FileStorage openStorage(StorageSettings settings, ManifestParser parser)
      throws IOException {
    return FileStorage.open(
        FileStorageOptions.of(settings.filesystem().rootDirectory())
            .withReadOnly(settings.readOnly())
            .withOwnerPatience(settings.lockWait())
            .withVerifyReads(settings.verifyReads()),
        parser);
  }

  /** A server that stops writing keeps the volume, to write again: only the endpoints refuse. */
  private static void followReadOnly(FileStorage storage, Configuration next) throws IOException {
    if (next.storage().readOnly()) {
      LOG.info("writes are refused from now on");
    } else {
      storage.becomeWriter(Duration.ZERO);
      LOG.info("writes are accepted from now on");
    }
  }

  private void startSweeper(FileStorage storage, Housekeeping housekeeping) throws IOException {
    startWriting(
        "storage.maintenance.uploadpurging",
        storage,
        settings -> sweeper(storage, housekeeping, settings.uploadPurging()));
  }

  private static Optional<Closeable> sweeper(
      FileStorage storage, Housekeeping housekeeping, StorageSettings.UploadPurging purging) {
    return purging.enabled()
        ? Optional.of(
            housekeeping.every(
                "sweep of abandoned uploads",
                UploadSweeper.FIRST,
                purging.interval(),
                new UploadSweeper(storage.uploads(), purging.age(), purging.dryRun())))
        : Optional.empty();
  }

  /** A server that serves for reading only takes nothing away, so it looks for nothing either. */
  private void startScrub(FileStorage storage, Housekeeping housekeeping) throws IOException {
    startWriting(
        "stowage.scrub", storage, settings -> scrub(storage, housekeeping, settings.scrub()));
  }

  private static Optional<Closeable> scrub(
      FileStorage storage, Housekeeping housekeeping, StorageSettings.Scrub scrub) {
    return scrub.enabled()
        ? Optional.of(
            ScrubRounds.start(
                housekeeping,
                storage.scrubber(),
                new Scrubber.Order(scrub.bytesPerSecond(), scrub.interval())))
        : Optional.empty();
  }

  /**
   * Starts what changes the volume by itself, and only for as long as this server may.
   *
   * @param section of the configuration that it follows
   */
  private void startWriting(
      String section, FileStorage storage, Function<StorageSettings, Optional<Closeable>> start)
      throws IOException {
    started(
        follows(
            Restarted.start(
                List.of(section, LivePart.READ_ONLY),
                configuration,
                next ->
                    next.storage().readOnly() || storage.isReadOnly()
                        ? Optional.empty()
                        : start.apply(next.storage()))));
  }

  // --- operators

  private @Nullable OperatorAssembly operators(
      HealthChecks health, Readiness readiness, EventStatistics notifications) {
    DebugSettings debug = configuration.http().debug();
    return debug == null ? null : new OperatorAssembly(debug, health, readiness, notifications);
  }

  private Storage watched(
      OperatorAssembly operators,
      FileStorage storage,
      AccessAssembly access,
      @Nullable TlsAssembly tls) {
    Path root = configuration.storage().filesystem().rootDirectory();
    return operators.watch(storage, root, access.logins(), tls);
  }

  /** Who hears of each request once it is answered. Of probes only the metrics tell. */
  private CompletedExchange.Listener listener(@Nullable OperatorAssembly operators)
      throws IOException {
    List<CompletedExchange.Listener> listeners = new ArrayList<>();
    listeners.add(ProbeHandler.withoutProbes(accessLog()));
    listeners.add(ProbeHandler.withoutProbes(follows(new LogAssembly.Requests(configuration))));
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

  private CompletedExchange.Listener accessLog() throws IOException {
    Restarted<AccessLog> log =
        started(
            follows(
                Restarted.start(
                    List.of("log.accesslog", "stowage.log.access"),
                    configuration,
                    next -> LogAssembly.accessLog(next.log(), accessLogOut))));
    return exchange -> log.current().ifPresent(running -> running.completed(exchange));
  }

  // --- http

  private static LivePart headersOfErrors(HttpServer http) {
    return LivePart.of(
        List.of("http.headers"),
        next -> http.replaceErrorHeaders(ApiAssembly.commonHeaders(next.http())));
  }

  private HttpServerSettings httpSettings(@Nullable TlsSettings tls) {
    HttpSettings http = configuration.http();
    return new HttpServerSettings(
        address,
        limits(http.limits()),
        true,
        ApiAssembly.commonHeaders(http),
        tls,
        http.http2(),
        http.h2c(),
        TrustedProxies.of(http.trustedProxies()));
  }

  private static Limits limits(HttpLimits limits) {
    return new Limits(
        limits.maxRequestLineBytes(),
        limits.maxHeaderBytes(),
        limits.maxHeaderFields(),
        limits.headerTimeout(),
        limits.idleTimeout(),
        limits.bodyStallTimeout(),
        limits.minBodyRate(),
        limits.maxDrainBytes(),
        limits.maxConnections(),
        limits.maxConnectionsPerAddress());
  }
}
