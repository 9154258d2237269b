package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signatures by a key pair of our own; no transparency log, because nothing outside is reached. */
class CosignIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final List<String> SIGN =
      List.of(
          "cosign",
          "sign",
          "--yes",
          "--key=cosign.key",
          "--use-signing-config=false",
          "--tlog-upload=false");
  private static final List<String> VERIFY =
      List.of("cosign", "verify", "--key=cosign.pub", "--insecure-ignore-tlog=true");

  @BeforeAll
  static void makeKeys() {
    BENCH.run("cosign", "generate-key-pair");
  }

  private static String push(String repository, long seed) throws IOException {
    ImageLayout image = ImageLayout.image(BENCH.path("layout-" + seed), seed, 1_000, 50_000);
    BENCH.run("crane", "push", image.folder().toString(), BENCH.at(repository + ":v1"));
    return BENCH.at(repository + "@" + image.root());
  }

  private static String tags(String repository) {
    return BENCH.run("crane", "ls", BENCH.at(repository));
  }

  @Test
  void sign_asBundle_isAReferrerAndVerifies() throws IOException {
    String image = push("cosign/bundle", 1);
    BENCH.run(SIGN, image);
    assertThat(BENCH.run(VERIFY, image)).contains("cosign/bundle");
    // With the API there is no need for the fallback tag.
    assertThat(tags("cosign/bundle")).isEqualTo("v1");
  }

  @Test
  void sign_asTag_verifies() throws IOException {
    String image = push("cosign/tag", 2);
    BENCH.run(SIGN, "--new-bundle-format=false", image);
    assertThat(tags("cosign/tag")).contains(".sig");
    String verified = BENCH.run(VERIFY, "--new-bundle-format=false", image);
    assertThat(verified).contains("cosign/tag");
  }

  @Test
  void verify_unsignedImage_isRefused() throws IOException {
    String image = push("cosign/unsigned", 3);
    BENCH.refuse(VERIFY, image);
  }

  @Test
  void attach_billOfMaterials_isDownloadedAgain() throws IOException {
    String image = push("cosign/bill", 4);
    Path bill = BENCH.write("bill.json", "{\"spdxVersion\":\"SPDX-2.3\"}");
    BENCH.run(
        "cosign", "attach", "sbom", "--sbom=" + bill, "--type=spdx", "--input-format=json", image);
    assertThat(BENCH.run("cosign", "download", "sbom", image)).contains("SPDX-2.3");
  }

  @Test
  void attest_predicate_verifies() throws IOException {
    String image = push("cosign/attested", 5);
    Path predicate = BENCH.write("predicate.json", "{\"checked\":\"by hand\"}");
    BENCH.run(
        "cosign",
        "attest",
        "--yes",
        "--key=cosign.key",
        "--use-signing-config=false",
        "--tlog-upload=false",
        "--type=https://example.org/check",
        "--predicate=" + predicate,
        image);
    BENCH.run(
        "cosign",
        "verify-attestation",
        "--key=cosign.pub",
        "--insecure-ignore-tlog=true",
        "--type=https://example.org/check",
        image);
  }
}
