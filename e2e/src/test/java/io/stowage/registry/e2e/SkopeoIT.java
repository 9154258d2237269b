package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SkopeoIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  private static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";

  private static final List<String> INSPECT = List.of("skopeo", "inspect", "--tls-verify=false");

  private static String remote(String name) {
    return "docker://" + BENCH.at(name);
  }

  private static String local(ImageLayout layout) {
    return "oci:" + layout.folder() + ":" + ImageLayout.TAG;
  }

  private static void copy(String from, String to, String... options) {
    List<String> copy =
        List.of("skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false", from, to);
    BENCH.run(copy, options);
  }

  private static ImageLayout image(String name, long seed) throws IOException {
    return ImageLayout.image(BENCH.path(name), seed, 1_000, 300_000, 5_000_000);
  }

  @Test
  void copy_ociImageInAndOut_keepsEveryByte() throws IOException {
    ImageLayout image = image("image", 1);
    copy(local(image), remote("skopeo/image:v1"));
    assertThat(BENCH.manifest("skopeo/image", "v1")).isEqualTo(image.blob(image.root()));

    ImageLayout back = new ImageLayout(BENCH.path("image-back"), image.root());
    copy(remote("skopeo/image:v1"), local(back));
    assertThat(back.digests()).isEqualTo(image.digests());
    for (String digest : image.digests()) {
      assertThat(back.blob(digest)).isEqualTo(image.blob(digest));
    }
  }

  @Test
  void copy_indexInAndOut_keepsEveryPlatform() throws IOException {
    ImageLayout index = ImageLayout.index(BENCH.path("index"), 2);
    copy(local(index), remote("skopeo/index:v1"), "--all");
    String raw = BENCH.run(INSPECT, "--raw", remote("skopeo/index:v1"));
    assertThat(raw).isEqualTo(new String(index.blob(index.root()), StandardCharsets.UTF_8));

    ImageLayout back = new ImageLayout(BENCH.path("index-back"), index.root());
    copy(remote("skopeo/index@" + index.root()), local(back), "--all");
    assertThat(back.digests()).isEqualTo(index.digests());
  }

  @Test
  void copy_asDockerSchema2_isServedAsSuch() throws IOException {
    copy(local(image("docker", 3)), remote("skopeo/docker:v2"), "--format=v2s2");
    assertThat(BENCH.mediaType("skopeo/docker", "v2")).isEqualTo(DOCKER_MANIFEST);
    copy(remote("skopeo/docker:v2"), "dir:" + BENCH.path("docker-dir"));
    assertThat(BENCH.path("docker-dir/manifest.json"))
        .hasBinaryContent(BENCH.manifest("skopeo/docker", "v2"));
  }

  @Test
  void copy_indexAsDockerList_isServedAsSuch() throws IOException {
    ImageLayout index = ImageLayout.index(BENCH.path("list"), 4);
    copy(local(index), remote("skopeo/list:v2"), "--all", "--format=v2s2");
    assertThat(BENCH.mediaType("skopeo/list", "v2")).isEqualTo(DOCKER_LIST);
  }

  @Test
  void copy_fromRepositoryToRepository_keepsTheDigest() throws IOException {
    ImageLayout image = image("between", 5);
    copy(local(image), remote("skopeo/from:v1"));
    copy(remote("skopeo/from:v1"), remote("skopeo/to:v1"));
    assertThat(BENCH.manifest("skopeo/to", "v1")).isEqualTo(image.blob(image.root()));
  }

  @Test
  void inspect_byTag_tellsDigestAndTags() throws IOException {
    ImageLayout image = image("inspect", 6);
    copy(local(image), remote("skopeo/inspect:v1"));
    copy(local(image), remote("skopeo/inspect:v2"));
    String told = BENCH.run(INSPECT, remote("skopeo/inspect:v1"));
    assertThat(told).contains("\"Digest\": \"" + image.root() + '"').contains("\"v1\"", "\"v2\"");
    String tags = BENCH.run("skopeo", "list-tags", "--tls-verify=false", remote("skopeo/inspect"));
    assertThat(tags).contains("\"v1\"", "\"v2\"");
  }

  @Test
  void delete_image_removesEveryTagOnIt() throws IOException {
    ImageLayout image = image("delete", 7);
    copy(local(image), remote("skopeo/delete:v1"));
    copy(local(image), remote("skopeo/delete:v2"));
    BENCH.run("skopeo", "delete", "--tls-verify=false", remote("skopeo/delete:v1"));
    BENCH.refuse(INSPECT, remote("skopeo/delete:v1"));
    String refusal = BENCH.refuse(INSPECT, remote("skopeo/delete:v2"));
    assertThat(refusal).contains("manifest unknown");
  }
}
