package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ListenAddress;
import io.stowage.registry.config.NotificationSettings;
import io.stowage.registry.event.RegistryEvent;
import io.stowage.registry.notifications.Endpoint;
import io.stowage.registry.notifications.Notifications;
import io.stowage.registry.notifications.QueueLimits;
import io.stowage.registry.notifications.Queues;
import io.stowage.registry.notifications.Source;
import io.stowage.registry.storage.filesystem.FileStorage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the keys of notifications to their delivery. */
final class NotificationsAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(NotificationsAssembly.class);

  private final Configuration configuration;

  NotificationsAssembly(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Begins to deliver.
   *
   * @param readOnly whether this server doesn't own its volume, so that nothing may wait there
   */
  Notifications start(boolean readOnly) throws IOException {
    NotificationSettings settings = configuration.notifications();
    if (readOnly) {
      LOG.warn(
          "this server doesn't own its volume: events that wait for their receivers are in memory"
              + " and end with the process");
    }
    Path root = configuration.storage().filesystem().rootDirectory();
    return Notifications.start(
        readOnly ? Queues.inMemory() : Queues.in(FileStorage.ownFolder(root).resolve("events")),
        new Source(address(), UUID.randomUUID().toString()),
        new QueueLimits(settings.maxQueueBytes(), settings.maxAge()),
        endpoints(settings),
        InstantSource.system());
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
  private String address() {
    ListenAddress address = configuration.http().address();
    try {
      String host = InetAddress.getLocalHost().getHostName();
      return address instanceof ListenAddress.Tcp(String _, int port) ? host + ":" + port : host;
    } catch (UnknownHostException e) {
      LOG.warn("the host's own name is not known; events name {} as their source", address);
      return address.toString();
    }
  }
}
