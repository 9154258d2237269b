package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegctlIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static List<String> program() {
    return List.of("regctl", "--host", "reg=" + BENCH.registry().host() + ",tls=disabled");
  }

  private static String regctl(String... arguments) {
    return BENCH.run(program(), arguments);
  }

  private static String local(ImageLayout layout) {
    return "ocidir://" + layout.folder() + ":" + ImageLayout.TAG;
  }

  private static ImageLayout push(String name, long seed) throws IOException {
    ImageLayout image = ImageLayout.image(BENCH.path("layout-" + seed), seed, 1_000, 2_000_000);
    regctl("image", "copy", local(image), BENCH.at(name));
    return image;
  }

  @Test
  void copy_imageInAndOut_keepsEveryByte() throws IOException {
    ImageLayout image = push("regctl/image:v1", 1);
    ImageLayout back = new ImageLayout(BENCH.path("back"), image.root());
    regctl("image", "copy", BENCH.at("regctl/image:v1"), local(back));
    assertThat(back.digests()).isEqualTo(image.digests());
    assertThat(regctl("image", "digest", BENCH.at("regctl/image:v1"))).isEqualTo(image.root());
  }

  @Test
  void copy_toOtherRepository_keepsTheDigest() throws IOException {
    ImageLayout image = push("regctl/from:v1", 2);
    regctl("image", "copy", BENCH.at("regctl/from:v1"), BENCH.at("regctl/to:v1"));
    assertThat(BENCH.manifest("regctl/to", "v1")).isEqualTo(image.blob(image.root()));
  }

  @Test
  void tag_deleted_leavesTheOthersOnTheSameImage() throws IOException {
    ImageLayout image = push("regctl/tags:v1", 3);
    regctl("image", "copy", BENCH.at("regctl/tags:v1"), BENCH.at("regctl/tags:v2"));
    assertThat(regctl("tag", "ls", BENCH.at("regctl/tags"))).isEqualTo("v1\nv2");
    regctl("tag", "delete", BENCH.at("regctl/tags:v1"));
    assertThat(regctl("tag", "ls", BENCH.at("regctl/tags"))).isEqualTo("v2");
    assertThat(BENCH.manifest("regctl/tags", "v2")).isEqualTo(image.blob(image.root()));
  }

  @Test
  void artifact_putWithSubject_isListedAsReferrer() throws IOException {
    push("regctl/subject:v1", 4);
    Path file = BENCH.write("artifact.txt", "about the image");
    regctl(
        "artifact",
        "put",
        "--artifact-type=application/vnd.example.about",
        "--subject=" + BENCH.at("regctl/subject:v1"),
        "--file=" + file);
    assertThat(regctl("artifact", "list", BENCH.at("regctl/subject:v1")))
        .contains("application/vnd.example.about");
    assertThat(regctl("artifact", "list", "--format=body", BENCH.at("regctl/subject:v1")))
        .contains("application/vnd.oci.image.index.v1+json");
    // With the API there is no need for the fallback tag.
    assertThat(regctl("tag", "ls", BENCH.at("regctl/subject"))).isEqualTo("v1");
  }

  @Test
  void blob_putAndGet_goRound() throws IOException {
    Path file = BENCH.write("blob.txt", "some bytes of no kind");
    String blobs = BENCH.at("regctl/blobs");
    String digest = Sha256.digest(Files.readAllBytes(file));
    assertThat(BENCH.feed(file, program(), "blob", "put", blobs)).contains(digest);
    assertThat(regctl("blob", "get", blobs, digest)).isEqualTo("some bytes of no kind");
    assertThat(regctl("blob", "head", blobs, digest)).contains(digest);
  }

  @Test
  void index_created_namesItsImages() throws IOException {
    ImageLayout image = push("regctl/index:single", 5);
    regctl(
        "index",
        "create",
        "--ref=" + BENCH.at("regctl/index:single"),
        BENCH.at("regctl/index:all"));
    assertThat(regctl("manifest", "get", "--format=raw-body", BENCH.at("regctl/index:all")))
        .contains(image.root());
    assertThat(BENCH.mediaType("regctl/index", "all"))
        .isEqualTo("application/vnd.oci.image.index.v1+json");
  }
}
