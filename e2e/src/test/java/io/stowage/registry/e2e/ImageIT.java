package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;

/** The image that the Dockerfile makes, used as the tutorials for registry:2 use theirs. */
class ImageIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final int PORT = StowageImage.PORT;

  private static ImageLayout push(int port, long seed) throws IOException {
    ImageLayout image =
        ImageLayout.image(BENCH.path("layout-" + seed), seed, 1_000, 2_000_000, 30_000);
    BENCH.run("crane", "push", image.folder().toString(), name(port));
    return image;
  }

  private static void assertPulled(int port, ImageLayout image) throws IOException {
    Path back = Files.createTempDirectory(BENCH.folder(), "back");
    BENCH.run("crane", "pull", "--format=oci", name(port), back.toString());
    ImageLayout pulled = new ImageLayout(back, image.root());
    assertThat(pulled.digests()).isEqualTo(image.digests());
    for (String digest : image.digests()) {
      assertThat(pulled.blob(digest)).isEqualTo(image.blob(digest));
    }
  }

  private static String name(int port) {
    return "localhost:" + port + "/image/app:v1";
  }

  @Test
  void container_stoppedAndStartedAgain_servesTheSameImage() throws IOException {
    try (GenericContainer<?> registry = StowageImage.registry(StowageImage.newVolume())) {
      registry.start();
      ImageLayout image = push(registry.getMappedPort(PORT), 1);

      DockerClient docker = registry.getDockerClient();
      docker.stopContainerCmd(registry.getContainerId()).withTimeout(30).exec();
      InspectContainerResponse stopped = inspect(docker, registry);
      assertThat(stopped.getState().getExitCodeLong()).isZero();

      docker.startContainerCmd(registry.getContainerId()).exec();
      int port = publishedPort(inspect(docker, registry));
      HttpConnection.awaitAnswer(new InetSocketAddress("localhost", port));
      assertPulled(port, image);
    }
  }

  @Test
  void volume_takenOverByNewContainer_servesTheSameImage() throws IOException {
    String volume = StowageImage.newVolume();
    ImageLayout image;
    try (GenericContainer<?> first = StowageImage.registry(volume)) {
      first.start();
      image = push(first.getMappedPort(PORT), 2);
    }
    try (GenericContainer<?> second = StowageImage.registry(volume)) {
      second.start();
      assertPulled(second.getMappedPort(PORT), image);
    }
  }

  @Test
  void healthCheck_byWgetInside_succeeds() throws IOException, InterruptedException {
    try (GenericContainer<?> registry = StowageImage.registry(StowageImage.newVolume())) {
      registry.start();
      for (String path : new String[] {"/", "/v2/"}) {
        String url = "http://localhost:5000" + path;
        Container.ExecResult wget = registry.execInContainer("wget", "-q", "-O", "-", url);
        assertThat(wget.getExitCode()).as(wget.toString()).isZero();
        wget = registry.execInContainer("wget", "-q", "--tries=1", "--spider", url);
        assertThat(wget.getExitCode()).as(wget.toString()).isZero();
      }
      Container.ExecResult paths =
          registry.execInContainer(
              "sh",
              "-c",
              "cat /etc/docker/registry/config.yml && cat /etc/distribution/config.yml");
      assertThat(paths.getExitCode()).as(paths.toString()).isZero();
    }
  }

  @Test
  void container_withoutRootOrWritableRoot_servesFromItsFolder() throws IOException {
    Path data = Files.createDirectory(BENCH.path("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(BENCH.folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
    try (GenericContainer<?> registry =
        StowageImage.registry(
            data.toString(),
            command -> {
              command.withUser("65534:65534");
              StowageImage.host(command).withReadonlyRootfs(true);
            })) {
      registry.start();
      assertPulled(registry.getMappedPort(PORT), push(registry.getMappedPort(PORT), 3));
    }
    assertThat(data.resolve("docker/registry/v2/repositories/image/app")).isDirectory();
  }

  @Test
  void container_withTheArgumentsOfTheOldImages_serves() throws IOException {
    for (String[] arguments :
        new String[][] {
          {"/etc/docker/registry/config.yml"},
          {"serve", "/etc/docker/registry/config.yml"},
          {"registry", "serve", "/etc/distribution/config.yml"}
        }) {
      try (GenericContainer<?> registry =
          StowageImage.registry(StowageImage.newVolume()).withCommand(arguments)) {
        registry.start();
        assertPulled(registry.getMappedPort(PORT), push(registry.getMappedPort(PORT), 4));
      }
    }
  }

  @Test
  void container_askedForItsVersion_tellsAndEnds() {
    try (GenericContainer<?> registry =
        StowageImage.container()
            .withCommand("--version")
            .withStartupCheckStrategy(new OneShotStartupCheckStrategy())) {
      registry.start();
      assertThat(registry.getLogs()).containsPattern("\\d+\\.\\d+\\.\\d+");
    }
  }

  private static InspectContainerResponse inspect(
      DockerClient docker, GenericContainer<?> container) {
    return docker.inspectContainerCmd(container.getContainerId()).exec();
  }

  /** The engine gives a container that starts again a new port. */
  private static int publishedPort(InspectContainerResponse container) {
    Ports ports = Objects.requireNonNull(container.getNetworkSettings().getPorts());
    Ports.Binding[] bindings = ports.getBindings().get(ExposedPort.tcp(PORT));
    return Integer.parseInt(Objects.requireNonNull(bindings)[0].getHostPortSpec());
  }
}
