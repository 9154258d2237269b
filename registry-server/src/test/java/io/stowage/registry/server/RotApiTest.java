package io.stowage.registry.server;

import static io.stowage.registry.server.RegistryClient.blob;
import static io.stowage.registry.server.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients hear of content that changed on the disk. */
class RotApiTest {
  /** Goes out in several pieces. */
  private static final Content LARGE = Content.random(300_000);

  private static final Content SMALL = Content.random(3_000);

  private static final Map<String, String> SCRUBBED =
      Map.of("REGISTRY_STOWAGE_SCRUB_INTERVAL", "1s", "REGISTRY_STOWAGE_SCRUB_RATE", "1GiB");

  private static final Map<String, String> VERIFIED =
      Map.of("REGISTRY_STOWAGE_SCRUB_ENABLED", "no", "REGISTRY_STOWAGE_STORAGE_VERIFYREADS", "yes");

  @TempDir private Path folder;

  private Path file(Digest digest) {
    String hex = digest.hex();
    return folder.resolve("docker/registry/v2/blobs/sha256/%.2s/%s/data".formatted(hex, hex));
  }

  /** Changes one bit and not the time, as a disk does. */
  private void rot(Digest digest) throws IOException {
    Path file = file(digest);
    FileTime time = Files.getLastModifiedTime(file);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 4;
    Files.write(file, bytes);
    try {
      Files.setLastModifiedTime(file, time);
    } catch (NoSuchFileException e) {
      // A scrub was faster: it came by after the first byte was written.
    }
  }

  private static void awaitCorrupt(RunningRegistry registry, double count) throws IOException {
    ApiTest.await(
        () -> registry.metric("stowage_scrub_files_total{result=\"corrupt\"}"),
        found -> found == count);
  }

  @Test
  @DisplayName("IS-7: the scrub finds it")
  void get_blobThatRotted_isUnknownOnceTheScrubCameByAndHealedByAPush() throws Exception {
    try (RunningRegistry registry = RunningRegistry.start(folder, SCRUBBED)) {
      RegistryClient client = registry.client();
      String path = client.pushBlob("a", LARGE);
      rot(LARGE.digest());

      awaitCorrupt(registry, 1);

      assertThat(client.get(path).status()).isEqualTo(404);
      assertThat(client.head(path).status()).isEqualTo(404);
      client.pushBlob("a", LARGE);
      assertThat(client.get(path).body()).isEqualTo(LARGE.bytes());
      ApiTest.await(
          () -> registry.metric("stowage_scrub_last_end_timestamp_seconds"), end -> end > 0);
    }
  }

  @Test
  @DisplayName("IS-7: the scrub finds it")
  void get_manifestThatRotted_isUnknownOnceTheScrubCameByAndHealedByAPush() throws Exception {
    try (RunningRegistry registry = RunningRegistry.start(folder, SCRUBBED)) {
      RegistryClient client = registry.client();
      Document image = client.pushNamed("a", "one", "v1");
      rot(image.digest());

      awaitCorrupt(registry, 1);

      assertThat(client.get(manifest("a", "v1")).status()).isEqualTo(404);
      assertThat(client.get(manifest("a", image.digest())).status()).isEqualTo(404);
      client.pushManifest("a", "v1", image);
      assertThat(client.get(manifest("a", "v1")).body()).isEqualTo(image.content().bytes());
    }
  }

  @Test
  @DisplayName("IS-7: verify on read")
  void get_largeBlobThatRotted_isCutOffBeforeItsEndAndUnknownFromThenOn() throws Exception {
    try (RunningRegistry registry = RunningRegistry.start(folder, VERIFIED)) {
      RegistryClient client = registry.client();
      String path = client.pushBlob("a", LARGE);
      assertThat(client.get(path).body()).isEqualTo(LARGE.bytes());
      rot(LARGE.digest());

      try (WireClient wire = client.connect()) {
        wire.send("GET " + path + " HTTP/1.1\nHost: registry.test\n\n");
        WireResponse head = wire.readHead();
        assertThat(head.status()).isEqualTo(200);
        assertThatThrownBy(() -> wire.readBytes(LARGE.size())).isInstanceOf(IOException.class);
      }

      awaitCorrupt(registry, 1);
      assertThat(client.get(path).status()).isEqualTo(404);
      client.pushBlob("a", LARGE);
      assertThat(client.get(path).body()).isEqualTo(LARGE.bytes());
    }
  }

  @Test
  @DisplayName("IS-7: verify on read")
  void get_smallBlobThatRotted_isAnErrorAndUnknownFromThenOn() throws Exception {
    try (RunningRegistry registry = RunningRegistry.start(folder, VERIFIED)) {
      RegistryClient client = registry.client();
      String path = client.pushBlob("a", SMALL);
      rot(SMALL.digest());

      assertThat(client.get(path).status()).isEqualTo(500);

      awaitCorrupt(registry, 1);
      assertThat(client.get(path).status()).isEqualTo(404);
      client.pushBlob("a", SMALL);
      assertThat(client.get(path).body()).isEqualTo(SMALL.bytes());
    }
  }

  @Test
  void get_partsOfASoundBlobWhereReadsAreVerified_areThoseParts() throws Exception {
    try (RunningRegistry registry = RunningRegistry.start(folder, VERIFIED)) {
      RegistryClient client = registry.client();
      client.pushBlob("a", LARGE);

      WireResponse part =
          client.call("GET", blob("a", LARGE.digest())).with("Range", "bytes=100000-199999").send();

      assertThat(part.status()).isEqualTo(206);
      assertThat(part.body()).isEqualTo(LARGE.slice(100_000, 200_000));
    }
  }

  @Test
  @DisplayName("IS-7: wrong length")
  void get_blobThatWasCutOff_isUnknownBeforeTheScrubComesBy() throws Exception {
    try (RunningRegistry registry = RunningRegistry.start(folder, Map.of())) {
      RegistryClient client = registry.client();
      String path = client.pushBlob("a", LARGE);
      Files.write(file(LARGE.digest()), LARGE.slice(0, 1000));

      assertThat(client.get(path).status()).isEqualTo(404);
      client.pushBlob("a", LARGE);
      assertThat(client.get(path).body()).isEqualTo(LARGE.bytes());
    }
  }
}
