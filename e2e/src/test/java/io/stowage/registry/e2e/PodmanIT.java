package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PodmanIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** With a store of its own: the machine's is neither read nor changed. */
  private static String podman(String... arguments) {
    List<String> podman =
        List.of(
            "podman",
            "--storage-driver=vfs",
            "--cgroup-manager=cgroupfs",
            "--events-backend=none",
            "--root=" + BENCH.path("storage"),
            "--runroot=" + BENCH.path("run"));
    return BENCH.run(podman, arguments);
  }

  /** Makes an image in the local store and returns its id. */
  private static String importImage(String name, int size) throws IOException {
    Path layer = BENCH.path("layer-" + size + ".tar");
    Files.write(layer, ImageLayout.tar("data", new byte[size]));
    podman("import", "-q", layer.toString(), BENCH.at(name));
    return id(name);
  }

  private static String id(String name) {
    return podman("image", "inspect", "--format={{.Id}}", BENCH.at(name));
  }

  @Test
  void image_pushedAndRemoved_isPulledByTagAndByDigest() throws IOException {
    String id = importImage("podman/app:v1", 400_000);
    podman("push", "--tls-verify=false", BENCH.at("podman/app:v1"));
    String digest = Sha256.digest(BENCH.manifest("podman/app", "v1"));

    podman("rmi", BENCH.at("podman/app:v1"));
    podman("pull", "-q", "--tls-verify=false", BENCH.at("podman/app:v1"));
    assertThat(id("podman/app:v1")).isEqualTo(id);

    podman("rmi", BENCH.at("podman/app:v1"));
    podman("pull", "-q", "--tls-verify=false", BENCH.at("podman/app@" + digest));
    assertThat(id("podman/app@" + digest)).isEqualTo(id);
  }

  @Test
  void image_pushedAsDockerAndAsOci_isServedAsSuch() throws IOException {
    importImage("podman/formats:local", 300_000);
    String local = BENCH.at("podman/formats:local");
    podman("push", "--tls-verify=false", "--format=oci", local, BENCH.at("podman/formats:oci"));
    podman("push", "--tls-verify=false", "--format=v2s2", local, BENCH.at("podman/formats:docker"));
    assertThat(BENCH.mediaType("podman/formats", "oci"))
        .isEqualTo("application/vnd.oci.image.manifest.v1+json");
    assertThat(BENCH.mediaType("podman/formats", "docker"))
        .isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
  }

  @Test
  void manifestList_pushed_namesItsImages() throws IOException {
    importImage("podman/list:one", 200_000);
    podman("push", "--tls-verify=false", BENCH.at("podman/list:one"));
    String one = Sha256.digest(BENCH.manifest("podman/list", "one"));
    podman("manifest", "create", "everything");
    podman(
        "manifest",
        "add",
        "--tls-verify=false",
        "everything",
        "docker://" + BENCH.at("podman/list:one"));
    podman(
        "manifest",
        "push",
        "--tls-verify=false",
        "--all",
        "everything",
        "docker://" + BENCH.at("podman/list:all"));
    assertThat(new String(BENCH.manifest("podman/list", "all"), StandardCharsets.UTF_8))
        .contains(one);
  }

  @Test
  void search_ofTheServer_listsTags() throws IOException {
    importImage("podman/search:v1", 100_000);
    podman("push", "--tls-verify=false", BENCH.at("podman/search:v1"));
    assertThat(podman("search", "--tls-verify=false", "--list-tags", BENCH.at("podman/search")))
        .contains("v1");
  }
}
