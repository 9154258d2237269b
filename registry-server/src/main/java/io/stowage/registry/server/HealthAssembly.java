package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.HealthSettings;
import io.stowage.registry.config.HealthSettings.FileCheck;
import io.stowage.registry.config.HealthSettings.HttpCheck;
import io.stowage.registry.config.HealthSettings.Rhythm;
import io.stowage.registry.config.HealthSettings.TcpCheck;
import io.stowage.registry.server.ops.FileProbe;
import io.stowage.registry.server.ops.HealthCheck;
import io.stowage.registry.server.ops.HealthChecks;
import io.stowage.registry.server.ops.HealthProbe;
import io.stowage.registry.server.ops.Housekeeping;
import io.stowage.registry.server.ops.HttpProbe;
import io.stowage.registry.server.ops.TcpProbe;
import io.stowage.registry.storage.Storage;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The checks of health that the configuration names, under the names that distribution shows. */
final class HealthAssembly implements LivePart {
  private final Storage storage;
  private final Housekeeping housekeeping;
  private final HealthChecks checks = new HealthChecks();

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
    checks.run(new Wanted(next.health(), storage).checks(), housekeeping);
  }

  /** The checks of one configuration. */
  private static final class Wanted {
    private final HealthSettings settings;
    private final Storage storage;
    private final List<HealthCheck> checks = new ArrayList<>();

    Wanted(HealthSettings settings, Storage storage) {
      this.settings = settings;
      this.storage = storage;
    }

    List<HealthCheck> checks() {
      if (settings.storageDriver().enabled()) {
        add("storagedriver_filesystem", storage::probe, settings.storageDriver().rhythm());
      }
      for (FileCheck check : settings.files()) {
        add(check.file().toString(), new FileProbe(check.file()), check.rhythm());
      }
      for (TcpCheck check : settings.addresses()) {
        Duration timeout = timeout(check.timeout(), check.rhythm());
        add(
            name(check.host()) + ":" + check.port(),
            new TcpProbe(check.host(), check.port(), timeout),
            check.rhythm());
      }
      if (!settings.urls().isEmpty()) {
        addUrls();
      }
      return checks;
    }

    private void addUrls() {
      HttpClient client =
          HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
      for (HttpCheck check : settings.urls()) {
        Duration timeout = timeout(check.timeout(), check.rhythm());
        add(
            name(check.uri()),
            new HttpProbe(client, check.uri(), check.headers(), check.status(), timeout),
            check.rhythm());
      }
    }

    private void add(String name, HealthProbe probe, Rhythm rhythm) {
      checks.add(new HealthCheck(name, probe, rhythm.interval(), rhythm.threshold()));
    }

    private static Duration timeout(Duration configured, Rhythm rhythm) {
      return configured.isZero() ? rhythm.interval() : configured;
    }

    private static String name(String host) {
      return host.contains(":") ? "[" + host + "]" : host;
    }

    /** As configured, but for a password in front of the host. */
    private static String name(URI uri) {
      String userInfo = uri.getRawUserInfo();
      return userInfo == null ? uri.toString() : uri.toString().replace(userInfo + "@", "***@");
    }
  }
}
