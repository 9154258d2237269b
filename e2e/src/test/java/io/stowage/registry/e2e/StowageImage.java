package io.stowage.registry.e2e;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** Containers of the image that {@code STOWAGE_IMAGE} names. */
final class StowageImage {
  static final int PORT = 5000;
  static final String VOLUME = "/var/lib/registry";

  private StowageImage() {}

  static String name() {
    return Objects.requireNonNull(System.getenv("STOWAGE_IMAGE"), "STOWAGE_IMAGE");
  }

  static GenericContainer<?> container() {
    return new GenericContainer<>(DockerImageName.parse(name())).withImagePullPolicy(any -> false);
  }

  /** A registry in a container, with its data where {@code source}, a volume or a folder, says. */
  static GenericContainer<?> registry(String source, Consumer<CreateContainerCmd> options) {
    return container()
        .withExposedPorts(PORT)
        .withCreateContainerCmdModifier(
            command -> {
              host(command).withBinds(new Bind(source, new Volume(VOLUME)));
              options.accept(command);
            })
        .waitingFor(Wait.forHttp("/").forStatusCode(200))
        .withStartupTimeout(Duration.ofMinutes(2));
  }

  static GenericContainer<?> registry(String source) {
    return registry(source, command -> {});
  }

  static HostConfig host(CreateContainerCmd command) {
    return Objects.requireNonNull(command.getHostConfig());
  }

  /** Left to the engine, which is thrown away with all its volumes. */
  static String newVolume() {
    return "stowage-" + UUID.randomUUID();
  }
}
