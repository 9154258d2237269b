package io.stowage.registry.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Checks that decide whether the registry counts as healthy ({@code health}).
 *
 * @param storageDriver the check of the storage
 * @param files each is unhealthy as long as its file exists
 * @param urls each is unhealthy as long as its URL doesn't answer with the right status
 * @param addresses each is unhealthy as long as nobody accepts a connection there
 */
public record HealthSettings(
    StorageDriver storageDriver,
    List<FileCheck> files,
    List<HttpCheck> urls,
    List<TcpCheck> addresses) {
  public HealthSettings {
    files = List.copyOf(files);
    urls = List.copyOf(urls);
    addresses = List.copyOf(addresses);
  }

  /**
   * How a check repeats.
   *
   * @param interval from one check to the next; at least a millisecond
   * @param threshold how many failures in a row make it unhealthy; at least 1
   */
  public record Rhythm(Duration interval, int threshold) {}

  /** {@code health.storagedriver}. */
  public record StorageDriver(boolean enabled, Rhythm rhythm) {}

  /** {@code health.file[]}. */
  public record FileCheck(Path file, Rhythm rhythm) {}

  /**
   * {@code health.http[]}. Headers never show.
   *
   * @param status the one that is right
   * @param timeout zero for that of the interval
   */
  public record HttpCheck(
      URI uri, Map<String, List<String>> headers, int status, Duration timeout, Rhythm rhythm) {
    public HttpCheck {
      headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
      return "HttpCheck[uri=" + Masked.show(uri.toString(), false) + "]";
    }
  }

  /**
   * {@code health.tcp[]}.
   *
   * @param host a name or an address
   * @param timeout zero for that of the interval
   */
  public record TcpCheck(String host, int port, Duration timeout, Rhythm rhythm) {}
}
