package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BuildahIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** With a store of its own: the machine's is neither read nor changed. */
  private static String buildah(String... arguments) {
    List<String> buildah =
        List.of(
            "buildah",
            "--storage-driver=vfs",
            "--root=" + BENCH.path("storage"),
            "--runroot=" + BENCH.path("run"));
    return BENCH.run(buildah, arguments);
  }

  private static String id(String name) {
    return buildah("inspect", "--type=image", "--format={{.FromImageID}}", BENCH.at(name));
  }

  /** Builds an image from nothing but one file and pushes it. */
  private static void pushFromScratch(String name) throws IOException {
    byte[] content = new byte[250_000];
    Files.write(BENCH.path("data"), content);
    String container = buildah("from", "scratch");
    buildah("copy", container, "data", "/data");
    buildah("config", "--label=made=by-buildah", container);
    buildah("commit", "-q", container, BENCH.at(name));
    buildah("rm", container);
    buildah("push", "-q", "--tls-verify=false", BENCH.at(name));
  }

  @Test
  void image_fromScratchPushedAndRemoved_isPulledAsItWas() throws IOException {
    pushFromScratch("buildah/app:v1");
    String id = id("buildah/app:v1");
    buildah("rmi", BENCH.at("buildah/app:v1"));
    buildah("pull", "-q", "--tls-verify=false", BENCH.at("buildah/app:v1"));
    assertThat(id("buildah/app:v1")).isEqualTo(id);
  }

  @Test
  void build_onPulledBase_pushesOnlyItsOwnLayers() throws IOException {
    pushFromScratch("buildah/base:v1");
    buildah("rmi", BENCH.at("buildah/base:v1"));
    BENCH.write("context/more", "added on top");
    BENCH.write(
        "context/Dockerfile", "FROM %s\nCOPY more /more\n".formatted(BENCH.at("buildah/base:v1")));
    String built = BENCH.at("buildah/built:v1");
    buildah(
        "bud",
        "-q",
        "--isolation=chroot",
        "--tls-verify=false",
        "--layers",
        "-t",
        built,
        "context");
    buildah("push", "-q", "--tls-verify=false", built);
    assertThat(BENCH.run("crane", "config", built)).contains("\"made\":\"by-buildah\"");
    BENCH.run("crane", "validate", "--remote", built);
  }
}
