package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A whole registry by a configuration, with the listener for operators, until it is closed. */
final class RunningRegistry implements AutoCloseable {
  private final RegistryServer server;
  private final ByteArrayOutputStream accessLog;

  private RunningRegistry(RegistryServer server, ByteArrayOutputStream accessLog) {
    this.server = server;
    this.accessLog = accessLog;
  }

  /**
   * Starts one on a folder, with deletes and metrics.
   *
   * @param environment variables that add to that
   */
  static RunningRegistry start(Path root, Map<String, String> environment)
      throws ConfigurationException, IOException {
    String yaml =
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:0
          debug:
            addr: 127.0.0.1:0
            prometheus:
              enabled: true
        """
            .formatted(root);
    Configuration configuration =
        ConfigurationLoader.fromDisk()
            .load(new ConfigurationFile("config.yml", yaml), environment)
            .configuration();
    ByteArrayOutputStream accessLog = new ByteArrayOutputStream();
    return new RunningRegistry(
        RegistryAssembly.start(configuration, ConfigurationSource.of(configuration), accessLog),
        accessLog);
  }

  RegistryClient client() {
    return new RegistryClient(server.address());
  }

  InetSocketAddress address() {
    return server.address();
  }

  /** What a page for operators answers. */
  WireResponse debug(String target) throws IOException {
    return debug("GET", target);
  }

  WireResponse debug(String method, String target) throws IOException {
    return request(server.debugAddress().orElseThrow(), method, target);
  }

  /** The same, asking for a type. */
  WireResponse debugAccepting(String target, String accept) throws IOException {
    try (WireClient client = WireClient.connect(server.debugAddress().orElseThrow())) {
      client.send("GET " + target + " HTTP/1.1\nHost: debug.test\nAccept: " + accept + "\n\n");
      return client.readResponse();
    }
  }

  /** A connection to the listener for operators, which the caller closes. */
  WireClient connectToDebug() throws IOException {
    return WireClient.connect(server.debugAddress().orElseThrow());
  }

  /** A request whose answer need not be one of the registry. */
  WireResponse plain(String method, String target) throws IOException {
    return request(server.address(), method, target);
  }

  private static WireResponse request(InetSocketAddress address, String method, String target)
      throws IOException {
    try (WireClient client = WireClient.connect(address)) {
      return client.request(method, target);
    }
  }

  /** The value of a series of the metrics page, written as on the page; NaN if it isn't there. */
  double metric(String series) throws IOException {
    return debug("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }

  void stop(Duration grace) {
    server.stop(grace);
  }

  /** What is in the access log; complete after a stop. */
  String accessLog() {
    return accessLog.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(Duration.ZERO);
  }
}
