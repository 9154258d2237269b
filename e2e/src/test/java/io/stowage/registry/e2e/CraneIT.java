package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CraneIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final List<String> CRANE = List.of("crane");

  private static String crane(String... arguments) {
    return BENCH.run(CRANE, arguments);
  }

  /** Pushes an image made for one test and returns its layout. */
  private static ImageLayout push(String name, long seed) throws IOException {
    ImageLayout image =
        ImageLayout.image(BENCH.path("layout-" + seed), seed, 1_000, 200_000, 3_000_000);
    String pushed = crane("push", image.folder().toString(), BENCH.at(name));
    assertThat(pushed).endsWith("@" + image.root());
    return image;
  }

  @Test
  void push_thenPull_keepsEveryByte() throws IOException {
    ImageLayout image = push("crane/image:v1", 1);
    Path back = BENCH.path("back");
    crane("pull", "--format=oci", BENCH.at("crane/image:v1"), back.toString());
    assertThat(new ImageLayout(back, image.root()).digests()).isEqualTo(image.digests());
    crane("validate", "--remote", BENCH.at("crane/image:v1"));
  }

  @Test
  void digestAndManifest_byTag_areThoseOfThePush() throws IOException {
    ImageLayout image = push("crane/digest:v1", 2);
    assertThat(crane("digest", BENCH.at("crane/digest:v1"))).isEqualTo(image.root());
    assertThat(crane("manifest", BENCH.at("crane/digest@" + image.root())))
        .isEqualTo(new String(image.blob(image.root()), StandardCharsets.UTF_8));
  }

  @Test
  void copy_toOtherRepository_keepsTheDigest() throws IOException {
    ImageLayout image = push("crane/from:v1", 3);
    crane("copy", BENCH.at("crane/from:v1"), BENCH.at("crane/to:v2"));
    assertThat(BENCH.manifest("crane/to", "v2")).isEqualTo(image.blob(image.root()));
  }

  @Test
  void appendAndMutate_remoteImage_makeNewOnes() throws IOException {
    ImageLayout image = push("crane/base:v1", 4);
    Path layer = BENCH.path("layer.tar");
    Files.write(layer, ImageLayout.tar("added", new byte[70_000]));
    crane(
        "append",
        "-b",
        BENCH.at("crane/base:v1"),
        "-f",
        layer.toString(),
        "-t",
        BENCH.at("crane/base:v2"));
    crane("validate", "--remote", BENCH.at("crane/base:v2"));
    crane(
        "mutate",
        "--label",
        "made=by-crane",
        "-t",
        BENCH.at("crane/base:v3"),
        BENCH.at("crane/base:v2"));
    assertThat(crane("config", BENCH.at("crane/base:v3"))).contains("\"made\":\"by-crane\"");
    assertThat(crane("digest", BENCH.at("crane/base:v1"))).isEqualTo(image.root());
  }

  @Test
  void index_pushedAndAppended_servesEachPlatform() throws IOException {
    ImageLayout index = ImageLayout.index(BENCH.path("index"), 5);
    crane("push", index.folder().toString(), BENCH.at("crane/index:v1"));
    assertThat(BENCH.manifest("crane/index", index.root())).isEqualTo(index.blob(index.root()));
    ImageLayout image = push("crane/index:single", 6);
    crane(
        "index",
        "append",
        BENCH.at("crane/index:v1"),
        "-m",
        BENCH.at("crane/index:single"),
        "-t",
        BENCH.at("crane/index:v2"));
    assertThat(crane("manifest", BENCH.at("crane/index:v2"))).contains(image.root());
    String arm = crane("digest", "--platform=linux/arm64", BENCH.at("crane/index:v1"));
    assertThat(index.digests()).contains(arm);
  }

  @Test
  void lists_afterPush_nameTagsAndRepositories() throws IOException {
    push("crane/lists/deep:v1", 7);
    crane("tag", BENCH.at("crane/lists/deep:v1"), "v2");
    assertThat(crane("ls", BENCH.at("crane/lists/deep"))).isEqualTo("v1\nv2");
    assertThat(crane("catalog", BENCH.registry().host()).lines()).contains("crane/lists/deep");
  }

  @Test
  void delete_byDigest_removesTheImage() throws IOException {
    ImageLayout image = push("crane/delete:v1", 8);
    crane("delete", BENCH.at("crane/delete@" + image.root()));
    assertThat(BENCH.refuse(CRANE, "digest", BENCH.at("crane/delete:v1"))).contains("404");
  }
}
