package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.server.http.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a registry ends: who hears of it, and what happens to requests in flight. */
final class DrainTest {
  @TempDir private Path folder;

  private RegistryServer start(Map<String, String> variables)
      throws IOException, ConfigurationException {
    String yaml =
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
        http:
          addr: 127.0.0.1:0
        """
            .formatted(folder);
    Configuration configuration =
        ConfigurationLoader.fromDisk()
            .load(new ConfigurationFile("config.yml", yaml), variables)
            .configuration();
    return RegistryAssembly.start(
        configuration, ConfigurationSource.of(configuration), new ByteArrayOutputStream());
  }

  @Test
  void stop_byDefault_letsARequestInFlightFinish() throws Exception {
    RegistryServer server = start(Map.of());
    assertThat(server.drainTimeout()).isEqualTo(Duration.ofSeconds(8));
    Content blob = Content.random(600);
    try (WireClient wire = upload(new RegistryClient(server.address()), blob)) {
      Thread stopping = Thread.startVirtualThread(server::stop);
      wire.send(blob.bytes());

      assertThat(wire.readResponse("PUT").status()).isEqualTo(201);
      stopping.join();
    }
  }

  @Test
  void stop_withADrainTimeoutOfZero_cutsItOff() throws Exception {
    RegistryServer server = start(Map.of("REGISTRY_HTTP_DRAINTIMEOUT", "0"));
    assertThat(server.drainTimeout()).isZero();
    try (WireClient wire = upload(new RegistryClient(server.address()), Content.random(600))) {
      server.stop();

      assertThat(wire.isClosedByServer()).isTrue();
    }
  }

  /** An upload whose body is waited for. */
  private static WireClient upload(RegistryClient client, Content blob) throws IOException {
    String path = client.startUpload("a");
    WireClient wire = client.connect();
    wire.send(
        """
        PUT %s?digest=%s HTTP/1.1
        Host: test
        Content-Length: %d
        Expect: 100-continue

        """
            .formatted(path, blob.digest(), blob.bytes().length));
    assertThat(wire.readResponse("PUT").status()).isEqualTo(100);
    return wire;
  }
}
