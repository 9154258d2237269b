package io.stowage.registry.server;

import io.stowage.registry.config.HealthSettings;
import io.stowage.registry.config.HealthSettings.FileCheck;
import io.stowage.registry.config.HealthSettings.HttpCheck;
import io.stowage.registry.config.HealthSettings.Rhythm;
import io.stowage.registry.config.HealthSettings.TcpCheck;
import io.stowage.registry.server.ops.FileProbe;
import io.stowage.registry.server.ops.HealthCheck;
import io.stowage.registry.server.ops.HealthChecks;
import io.stowage.registry.server.ops.HealthProbe;
import io.stowage.registry.server.ops.HttpProbe;
import io.stowage.registry.server.ops.TcpProbe;
import io.stowage.registry.storage.Storage;
import java.io.Closeable;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The checks of health that the configuration names, under the names that distribution shows. */
final class HealthAssembly {
  private final HealthSettings settings;
  private final Storage storage;
  private final Consumer<Closeable> started;
  private final List<HealthCheck> checks = new ArrayList<>();

  /**
   * @param storage what {@code health.storagedriver} checks
   * @param started takes what has to be closed
   */
  HealthAssembly(HealthSettings settings, Storage storage, Consumer<Closeable> started) {
    this.settings = settings;
    this.storage = storage;
    this.started = started;
  }

  HealthChecks checks() {
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
    return new HealthChecks(checks);
  }

  private void addUrls() {
    HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    started.accept(client::shutdownNow);
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
