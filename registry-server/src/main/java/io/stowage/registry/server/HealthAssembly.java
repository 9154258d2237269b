package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.HealthSettings;
import io.stowage.registry.config.HealthSettings.FileCheck;
import io.stowage.registry.config.HealthSettings.HttpCheck;
import io.stowage.registry.config.HealthSettings.Rhythm;
import io.stowage.registry.config.HealthSettings.TcpCheck;
import io.stowage.registry.server.ops.ClientText;
import io.stowage.registry.server.ops.FileProbe;
import io.stowage.registry.server.ops.HealthCheck;
import io.stowage.registry.server.ops.HealthChecks;
import io.stowage.registry.server.ops.HealthProbe;
import io.stowage.registry.server.ops.Housekeeping;
import io.stowage.registry.server.ops.HttpProbe;
import io.stowage.registry.server.ops.TcpProbe;
import io.stowage.registry.storage.Storage;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checks of health that the configuration names, under the names that distribution shows. One
 * that is configured as before keeps what it found: a change of the others is no good news.
 */
final class HealthAssembly implements LivePart {
  private final Storage storage;
  private final Housekeeping housekeeping;
  private final HealthChecks checks = new HealthChecks();
  private Map<Record, HealthCheck> current = Map.of();
  private @Nullable HttpClient client;

  /** Checks from now on. */
  HealthAssembly(Configuration configuration, Storage storage, Housekeeping housekeeping) {
    this.storage = storage;
    this.housekeeping = housekeeping;
    take(configuration);
  }

  /** What is checked now, whatever the configuration becomes. */
  HealthChecks checks() {
    return checks;
  }

  @Override
  public List<String> keys() {
    return List.of("health");
  }

  @Override
  public void take(Configuration next) {
    current = new Wanted(next.health(), current).checks();
    checks.run(List.copyOf(current.values()), housekeeping);
  }

  /** One for all, with its threads, from the first configuration on that needs it. */
  private HttpClient client() {
    if (client == null) {
      client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    }
    return client;
  }

  /** The checks of one configuration, by their settings. */
  private final class Wanted {
    private final HealthSettings settings;
    private final Map<Record, HealthCheck> before;
    private final Map<Record, HealthCheck> checks = new LinkedHashMap<>();

    Wanted(HealthSettings settings, Map<Record, HealthCheck> before) {
      this.settings = settings;
      this.before = before;
    }

    Map<Record, HealthCheck> checks() {
      if (settings.storageDriver().enabled()) {
        add(
            settings.storageDriver(),
            "storagedriver_filesystem",
            storage::probe,
            settings.storageDriver().rhythm());
      }
      for (FileCheck check : settings.files()) {
        add(check, check.file().toString(), new FileProbe(check.file()), check.rhythm());
      }
      for (TcpCheck check : settings.addresses()) {
        Duration timeout = timeout(check.timeout(), check.rhythm());
        add(
            check,
            name(check.host()) + ":" + check.port(),
            new TcpProbe(check.host(), check.port(), timeout),
            check.rhythm());
      }
      for (HttpCheck check : settings.urls()) {
        Duration timeout = timeout(check.timeout(), check.rhythm());
        add(
            check,
            ClientText.masked(check.uri().toString()),
            new HttpProbe(client(), check.uri(), check.headers(), check.status(), timeout),
            check.rhythm());
      }
      return checks;
    }

    private void add(Record configured, String name, HealthProbe probe, Rhythm rhythm) {
      HealthCheck same = before.get(configured);
      checks.put(
          configured,
          same == null
              ? new HealthCheck(name, probe, rhythm.interval(), rhythm.threshold())
              : same);
    }

    private static Duration timeout(Duration configured, Rhythm rhythm) {
      return configured.isZero() ? rhythm.interval() : configured;
    }

    private static String name(String host) {
      return host.contains(":") ? "[" + host + "]" : host;
    }
  }
}
