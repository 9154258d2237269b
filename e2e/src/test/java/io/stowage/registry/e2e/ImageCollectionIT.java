package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;

/** The collector as scripts call it in containers of registry:2: beside the server, and without. */
class ImageCollectionIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String CONFIGURATION = "/etc/docker/registry/config.yml";

  private static final String TAGGED = "/collected/app:v1";

  /** Pushes two images under one tag: the first one is garbage then. */
  private static void push(GenericContainer<?> registry) throws IOException {
    String name = "localhost:" + registry.getMappedPort(StowageImage.PORT) + TAGGED;
    for (int seed = 1; seed < 3; seed++) {
      Path folder = BENCH.path("layout-" + registry.getContainerId() + seed);
      ImageLayout image = ImageLayout.image(folder, seed, 1_000, 30_000);
      BENCH.run("crane", "push", image.folder().toString(), name);
    }
  }

  @Test
  void collection_besideTheServer_isDoneByEachNameOfTheProgram()
      throws IOException, InterruptedException {
    try (GenericContainer<?> registry = StowageImage.registry(StowageImage.newVolume())) {
      registry.start();
      push(registry);
      for (String program : List.of("registry", "/bin/registry", "bin/registry")) {
        Container.ExecResult result =
            registry.execInContainer(program, "garbage-collect", CONFIGURATION);
        assertThat(result.getExitCode()).as(result.toString()).isZero();
        assertThat(result.getStdout()).contains("collected/app", "blobs marked");
      }
      // The image that lost its tag was pushed and never fetched, so nobody may rely on it.
      Container.ExecResult untagged =
          registry.execInContainer("registry", "garbage-collect", "-m", CONFIGURATION);
      assertThat(untagged.getExitCode()).as(untagged.toString()).isZero();
      assertThat(untagged.getStdout()).contains("and 1 manifests eligible for deletion");
      String image = "localhost:" + registry.getMappedPort(StowageImage.PORT) + TAGGED;
      BENCH.run("crane", "validate", "--remote", image);
    }
  }

  @Test
  void collection_ofAStoppedVolume_isDoneByAContainerOfItsOwn() throws IOException {
    String volume = StowageImage.newVolume();
    try (GenericContainer<?> registry = StowageImage.registry(volume)) {
      registry.start();
      push(registry);
    }
    List<String> run =
        List.of("docker", "run", "--rm", "-v", volume + ":/var/lib/registry", StowageImage.name());
    assertThat(BENCH.run(run, "garbage-collect", CONFIGURATION))
        .contains("collected/app", "0 blobs and 0 manifests eligible for deletion");
    assertThat(BENCH.run(run, "garbage-collect", "-m", CONFIGURATION))
        .contains("1 manifests eligible for deletion");
  }
}
