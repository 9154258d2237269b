package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Containerd by itself, which asks otherwise than the engine on top of it does: HEAD for every
 * name, one PUT for a whole blob. {@code CONTAINERD_ADDRESS} names its socket.
 */
class ContainerdIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final List<String> IMAGES = List.of("ctr", "--namespace=stowage", "images");

  @Test
  void image_pulledAndPushedElsewhere_keepsItsDigest() throws IOException {
    ImageLayout image = ImageLayout.image(BENCH.path("image"), 1, 1_000, 3_000_000, 40_000);
    String first = BENCH.at("containerd/first:v1");
    String second = BENCH.at("containerd/second:v1");
    BENCH.run("crane", "push", image.folder().toString(), first);
    BENCH.run(IMAGES, "pull", "--plain-http", first);
    assertThat(BENCH.run(IMAGES, "list", "name==" + first)).contains(image.root());
    BENCH.run(IMAGES, "push", "--plain-http", second, first);
    assertThat(BENCH.manifest("containerd/second", "v1")).isEqualTo(image.blob(image.root()));
    BENCH.run("crane", "validate", "--remote", second);
    BENCH.run(IMAGES, "rm", first);
  }

  @Test
  void index_pulledAndPushedElsewhere_keepsEveryPlatform() throws IOException {
    ImageLayout index = ImageLayout.index(BENCH.path("index"), 2);
    String first = BENCH.at("containerd/index:v1");
    String second = BENCH.at("containerd/copy:v1");
    BENCH.run("crane", "push", index.folder().toString(), first);
    BENCH.run(IMAGES, "pull", "--plain-http", "--all-platforms", first);
    BENCH.run(IMAGES, "push", "--plain-http", second, first);
    assertThat(BENCH.manifest("containerd/copy", "v1")).isEqualTo(index.blob(index.root()));
    BENCH.run("crane", "validate", "--remote", second);
    BENCH.run(IMAGES, "rm", first);
  }
}
