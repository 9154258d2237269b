package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ListenAddress;
import io.stowage.registry.config.NotificationSettings;
import io.stowage.registry.event.EventStatistics;
import io.stowage.registry.event.RegistryEvent;
import io.stowage.registry.notifications.Endpoint;
import io.stowage.registry.notifications.Notifications;
import io.stowage.registry.notifications.QueueLimits;
import io.stowage.registry.notifications.Queues;
import io.stowage.registry.notifications.Source;
import io.stowage.registry.server.api.Announcements;
import io.stowage.registry.server.api.Locations;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.server.ops.ProcessIdentity;
import io.stowage.registry.storage.filesystem.FileStorage;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery of events, as it is configured. It begins when there is a receiver for the first
 * time: without any, nothing of it is loaded.
 */
final class NotificationsAssembly implements LivePart, EventStatistics, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(NotificationsAssembly.class);

  private final BooleanSupplier readOnly;
  private volatile @Nullable Notifications running;
  private boolean inMemory; // what waits in it

  private NotificationsAssembly(BooleanSupplier readOnly) {
    this.readOnly = readOnly;
  }

  /**
   * Begins to deliver, if there is anybody to deliver to.
   *
   * @param readOnly whether this server doesn't own its volume, so that nothing may wait there; it
   *     may come to own it
   */
  static NotificationsAssembly start(Configuration configuration, BooleanSupplier readOnly)
      throws IOException {
    NotificationsAssembly assembly = new NotificationsAssembly(readOnly);
    assembly.take(configuration);
    return assembly;
  }

  /** How big the queues may be is decided when they are made. */
  @Override
  public List<String> keys() {
    return List.of(
        "notifications",
        "stowage.notifications.secrets",
        "stowage.notifications.headispull",
        READ_ONLY);
  }

  @Override
  public void take(Configuration next) throws IOException {
    Notifications before = running;
    if (before != null) {
      moveToVolume(before, next);
      before.update(endpoints(next.notifications()));
    } else if (!next.notifications().endpoints().isEmpty()) {
      running = begin(next);
    }
  }

  /** For a server that came to own its volume. */
  private void moveToVolume(Notifications notifications, Configuration next) throws IOException {
    if (inMemory && !readOnly.getAsBoolean()) {
      notifications.moveTo(onDisk(next));
      inMemory = false;
      LOG.info("events that wait for their receivers are on the volume from now on");
    }
  }

  /** Tells the receivers of this configuration, which was taken before. */
  Announcements announcements(
      Configuration configuration, Locations locations, ManifestParser parser) {
    Notifications sink = running;
    NotificationSettings settings = configuration.notifications();
    return sink == null
        ? Announcements.NONE
        : new Announcements(
            sink, locations, parser, settings.headIsPull(), settings.includeReferences());
  }

  @Override
  public List<Figures> receivers() {
    Notifications counting = running;
    return counting == null ? List.of() : counting.receivers();
  }

  @Override
  public void close() throws IOException {
    Notifications last = running;
    if (last != null) {
      last.close();
    }
  }

  private Notifications begin(Configuration configuration) throws IOException {
    NotificationSettings settings = configuration.notifications();
    inMemory = readOnly.getAsBoolean();
    if (inMemory) {
      LOG.warn(
          "this server doesn't own its volume: events that wait for their receivers are in memory"
              + " and end with the process");
    }
    return Notifications.start(
        inMemory ? Queues.inMemory() : onDisk(configuration),
        new Source(address(configuration.http().address()), ProcessIdentity.INSTANCE_ID),
        new QueueLimits(settings.maxQueueBytes(), settings.maxAge()),
        endpoints(settings),
        UnhurriedClock.INSTANCE);
  }

  private static Queues onDisk(Configuration configuration) {
    Path root = configuration.storage().filesystem().rootDirectory();
    return Queues.in(FileStorage.ownFolder(root).resolve("events"));
  }

  /** The receivers of these settings. */
  static List<Endpoint> endpoints(NotificationSettings settings) {
    return settings.endpoints().stream().map(NotificationsAssembly::endpoint).toList();
  }

  private static Endpoint endpoint(NotificationSettings.Endpoint settings) {
    return new Endpoint(
        settings.name(),
        settings.url(),
        settings.headers(),
        settings.timeout(),
        settings.threshold(),
        settings.backoff(),
        settings.ignoredMediaTypes(),
        Stream.of(RegistryEvent.Kind.values())
            .filter(kind -> settings.ignoredActions().contains(kind.word()))
            .collect(Collectors.toSet()),
        settings.secret());
  }

  /** The host's own name and the configured port, as distribution names a source. */
  private static String address(ListenAddress address) {
    try {
      String host = InetAddress.getLocalHost().getHostName();
      return address instanceof ListenAddress.Tcp(String _, int port) ? host + ":" + port : host;
    } catch (UnknownHostException e) {
      LOG.warn("the host's own name is not known; events name {} as their source", address);
      return address.toString();
    }
  }
}
