package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engine at {@code DOCKER_HOST}, which has {@code stowage-busybox} to build upon. */
class DockerEngineIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static String docker(String... arguments) {
    return BENCH.run(List.of("docker"), arguments);
  }

  @BeforeAll
  static void findEngine() {
    assertThat(docker("images", "-q", "stowage-busybox")).isNotEmpty();
  }

  /** Builds an image of two layers and a base, tags it for the server, and returns its id. */
  private static String build(String name, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (String file : new String[] {"one", "two"}) {
      byte[] content = new byte[600_000];
      random.nextBytes(content);
      BENCH.write("context-" + seed + "/" + file, "");
      Files.write(BENCH.path("context-" + seed + "/" + file), content);
    }
    BENCH.write(
        "context-" + seed + "/Dockerfile", "FROM stowage-busybox\nCOPY one /one\nCOPY two /two\n");
    docker("build", "-q", "-t", BENCH.at(name), "context-" + seed);
    return id(BENCH.at(name));
  }

  private static String id(String image) {
    return docker("image", "inspect", "--format={{.Id}}", image);
  }

  private static String digest(String pushOutput) {
    return pushOutput.replaceFirst("(?s).*digest: (sha256:[0-9a-f]{64}).*", "$1");
  }

  @Test
  void image_pushedAndRemoved_isPulledByTagAndByDigest() throws IOException {
    String id = build("docker/app:v1", 1);
    String image = BENCH.at("docker/app:v1");
    String digest = digest(docker("push", image));
    assertThat(Sha256.digest(BENCH.manifest("docker/app", "v1"))).isEqualTo(digest);
    String sum =
        docker("run", "--rm", "--network=none", image, "/bin/busybox", "sha256sum", "/one", "/two");

    docker("rmi", image);
    docker("pull", image);
    assertThat(id(image)).isEqualTo(id);
    assertThat(
            docker(
                "run",
                "--rm",
                "--network=none",
                image,
                "/bin/busybox",
                "sha256sum",
                "/one",
                "/two"))
        .isEqualTo(sum);

    docker("rmi", image);
    String byDigest = BENCH.at("docker/app@" + digest);
    docker("pull", byDigest);
    assertThat(id(byDigest)).isEqualTo(id);
    docker("rmi", byDigest);
  }

  @Test
  void image_pushedAgain_layersAlreadyExist() throws IOException {
    build("docker/again:v1", 2);
    String digest = digest(docker("push", BENCH.at("docker/again:v1")));
    docker("tag", BENCH.at("docker/again:v1"), BENCH.at("docker/again:v2"));
    String output = docker("push", BENCH.at("docker/again:v2"));
    assertThat(output.lines().filter(line -> line.endsWith("Layer already exists"))).hasSize(3);
    assertThat(digest(output)).isEqualTo(digest);
    docker("rmi", BENCH.at("docker/again:v1"), BENCH.at("docker/again:v2"));
  }

  @Test
  void image_pushedToOtherRepository_layersAreMounted() throws IOException {
    String id = build("docker/first:v1", 3);
    docker("push", BENCH.at("docker/first:v1"));
    docker("tag", BENCH.at("docker/first:v1"), BENCH.at("docker/second:v1"));
    String output = docker("push", BENCH.at("docker/second:v1"));
    assertThat(output).contains("Mounted from docker/first").doesNotContain(": Pushed");
    docker("rmi", BENCH.at("docker/first:v1"), BENCH.at("docker/second:v1"));
    docker("pull", BENCH.at("docker/second:v1"));
    assertThat(id(BENCH.at("docker/second:v1"))).isEqualTo(id);
    docker("rmi", BENCH.at("docker/second:v1"));
  }

  @Test
  void manifestList_pushed_isPulledForThisMachine() throws IOException {
    String id = build("docker/list:one", 4);
    String one = BENCH.at("docker/list:one");
    String list = BENCH.at("docker/list:all");
    docker("push", one);
    docker("manifest", "create", "--insecure", list, one);
    docker("manifest", "push", "--insecure", list);
    assertThat(BENCH.mediaType("docker/list", "all"))
        .isEqualTo("application/vnd.docker.distribution.manifest.list.v2+json");
    docker("rmi", one);
    docker("pull", list);
    assertThat(id(list)).isEqualTo(id);
    docker("rmi", list);
  }

  @Test
  void ociIndex_pushedByOtherClient_isPulledForThisMachine() throws IOException {
    ImageLayout index = ImageLayout.index(BENCH.path("index"), 5);
    String image = BENCH.at("docker/index:v1");
    BENCH.run("crane", "push", index.folder().toString(), image);
    String pulled = docker("pull", image);
    assertThat(pulled).contains("Digest: " + index.root());
    assertThat(docker("image", "inspect", "--format={{.Architecture}}", image))
        .isEqualTo(ImageLayout.architecture());
    docker("rmi", image);
  }
}
