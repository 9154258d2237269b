package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;

/**
 * What scripts and compose files take for granted about the images of registry:2 and registry:3.
 */
class ImageContractIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String V2_PATH = "/etc/docker/registry/config.yml";
  private static final String V3_PATH = "/etc/distribution/config.yml";
  private static final String NOBODY = "65534";
  private static final String VERSION = "\\S*registry \\S+ \\d+\\.\\d+\\.\\d+\\S*";

  /** Runs a container to its end and returns what it said on standard output. */
  private static String once(String... arguments) {
    return BENCH.run(List.of("docker", "run", "--rm", StowageImage.name()), arguments);
  }

  private static HttpConnection.Reply get(GenericContainer<?> registry, String... headers)
      throws IOException {
    int port = registry.getMappedPort(StowageImage.PORT);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (HttpConnection connection = new HttpConnection(address)) {
      return connection.send("GET", "/v2/", new byte[0], headers);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--version",
        "registry --version",
        "/bin/registry --version",
        "bin/registry --version",
        "/entrypoint.sh --version"
      })
  void arguments_ofEachKind_runWhatTheOldImagesRun(String arguments) {
    assertThat(once(arguments.split(" "))).matches(VERSION);
  }

  @Test
  void arguments_thatAreAnotherProgram_runIt() {
    assertThat(once("sh", "-c", "pwd; echo $OTEL_TRACES_EXPORTER")).isEqualTo("/\nnone");
    assertThat(once("sh", "-c", "registry --version")).matches(VERSION);
    assertThat(once("help")).contains("serve");
  }

  @ParameterizedTest
  @CsvSource({
    V2_PATH + ", " + V2_PATH,
    V2_PATH + ", " + V3_PATH,
    V3_PATH + ", " + V2_PATH,
    V3_PATH + ", " + V3_PATH
  })
  void configuration_mountedOverEitherPath_isUsedWhateverTheCommandNames(
      String mounted, String command) throws IOException {
    Path file = BENCH.write("contract.yml", CONFIGURATION);
    try (GenericContainer<?> registry =
        StowageImage.registry(
                StowageImage.newVolume(),
                create ->
                    StowageImage.host(create)
                        .withBinds(
                            new Bind(StowageImage.newVolume(), new Volume(StowageImage.VOLUME)),
                            new Bind(file.toString(), new Volume(mounted))))
            .withCommand("/entrypoint.sh", command)) {
      registry.start();
      assertThat(get(registry).header("X-Contract")).isEqualTo("kept");
    }
  }

  private static final String CONFIGURATION =
      """
      version: 0.1
      storage:
        filesystem:
          rootdirectory: /var/lib/registry
      http:
        addr: :5000
        headers:
          X-Contract: [kept]
      """;

  @Test
  void variables_withoutAnyFile_configureTheLogin() throws IOException {
    BENCH.write("auth/.keep", "");
    Path users = BENCH.path("auth/users");
    BENCH.server(BENCH.input("secret\n"), "htpasswd", "add", users.toString(), "alice").run();
    Bind auth = new Bind(BENCH.path("auth").toString(), new Volume("/auth"));
    Map<String, String> variables =
        Map.of(
            "REGISTRY_AUTH", "htpasswd",
            "REGISTRY_AUTH_HTPASSWD_REALM", "contract",
            "REGISTRY_AUTH_HTPASSWD_PATH", "/auth/users");
    try (GenericContainer<?> registry =
        StowageImage.registry(
                StowageImage.newVolume(), create -> StowageImage.host(create).withBinds(auth))
            .withEnv(variables)) {
      registry.start();
      assertThat(get(registry).header("WWW-Authenticate")).contains("realm=\"contract\"");
      assertThat(get(registry, "Authorization: Basic YWxpY2U6c2VjcmV0").status()).isEqualTo(200);
    }
  }

  @Test
  void volume_thatWasRoots_isRefusedToOthersByNameAndServedOnceItIsTheirs() throws IOException {
    Path data = newData();
    try (GenericContainer<?> registry = StowageImage.registry(data.toString())) {
      registry.start();
      assertThat(get(registry).status()).isEqualTo(200);
    }
    Command.Result refused =
        BENCH
            .command(
                BENCH.folder(), Command.NO_INPUT, List.of("docker", "run", "--rm"), asNobody(data))
            .refuse();
    assertThat(refused.errors()).contains(StowageImage.VOLUME, "user id " + NOBODY);
    BENCH.run("chown", "-R", NOBODY + ":" + NOBODY, data.toString());
    try (GenericContainer<?> registry =
        StowageImage.registry(data.toString(), create -> create.withUser(NOBODY + ":" + NOBODY))) {
      registry.start();
      assertThat(get(registry).status()).isEqualTo(200);
    }
    // And back: root writes where others did before.
    try (GenericContainer<?> registry = StowageImage.registry(data.toString())) {
      registry.start();
      assertThat(get(registry).status()).isEqualTo(200);
    }
  }

  private static Path newData() throws IOException {
    Files.setPosixFilePermissions(BENCH.folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
    return Files.createDirectory(BENCH.path("owned"));
  }

  private static String[] asNobody(Path data) {
    return new String[] {
      "--user", NOBODY + ":" + NOBODY, "-v", data + ":" + StowageImage.VOLUME, StowageImage.name()
    };
  }
}
