package io.stowage.registry.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code health} to {@link HealthSettings}. */
final class HealthSection {
  private static final int LOWEST_STATUS = 100;
  private static final int HIGHEST_STATUS = 599;

  private final Values values;

  HealthSection(Values values) {
    this.values = values;
  }

  HealthSettings settings() {
    return new HealthSettings(
        new HealthSettings.StorageDriver(
            values.flag("health.storagedriver.enabled"),
            new HealthSettings.Rhythm(
                values.durationOrDefault("health.storagedriver.interval"),
                threshold(values.integer("health.storagedriver.threshold")))),
        files(),
        urls(),
        addresses());
  }

  private List<HealthSettings.FileCheck> files() {
    List<HealthSettings.FileCheck> checks = new ArrayList<>();
    for (Values item : values.items("health.file")) {
      Path file = item.file("file").orElse(null);
      if (file == null) {
        item.missing("", "file", "a path");
      } else {
        checks.add(new HealthSettings.FileCheck(file, rhythm(item)));
      }
    }
    return checks;
  }

  private List<HealthSettings.HttpCheck> urls() {
    List<HealthSettings.HttpCheck> checks = new ArrayList<>();
    for (Values item : values.items("health.http")) {
      URI uri = uri(item);
      int status = item.integerOrDefault("statuscode");
      if (status < LOWEST_STATUS || status > HIGHEST_STATUS) {
        item.refuse("statuscode", "a status from 100 to 599");
      }
      checks.add(
          new HealthSettings.HttpCheck(
              uri,
              item.headers("headers"),
              status,
              item.duration("timeout", Duration.ZERO),
              rhythm(item)));
    }
    return checks;
  }

  private static URI uri(Values item) {
    try {
      URI uri = new URI(item.text("uri"));
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below, as any other text that is none.
    }
    item.refuse("uri", "a URL with http or https");
    return URI.create("http://localhost/");
  }

  private List<HealthSettings.TcpCheck> addresses() {
    List<HealthSettings.TcpCheck> checks = new ArrayList<>();
    for (Values item : values.items("health.tcp")) {
      ListenAddress.Tcp address = ListenAddress.Tcp.parse(item.text("addr")).orElse(null);
      if (address == null || address.port() == 0) {
        item.refuse("addr", "host:port");
      } else {
        checks.add(
            new HealthSettings.TcpCheck(
                address.host().isEmpty() ? "localhost" : address.host(),
                address.port(),
                item.duration("timeout", Duration.ZERO),
                rhythm(item)));
      }
    }
    return checks;
  }

  private static HealthSettings.Rhythm rhythm(Values item) {
    return new HealthSettings.Rhythm(
        item.durationOrDefault("interval"), threshold(item.integer("threshold")));
  }

  private static int threshold(long given) {
    return Math.clamp(given, 1, Integer.MAX_VALUE);
  }
}
