package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrasIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** {@code oras VERB --plain-http}; a verb may be of two words. */
  private static List<String> program(String verb) {
    return Stream.of("oras", verb, "--plain-http")
        .flatMap(words -> Stream.of(words.split(" ", -1)))
        .toList();
  }

  private static String oras(String verb, String... arguments) {
    return BENCH.run(program(verb), arguments);
  }

  private static void push(String name, String text) throws IOException {
    BENCH.write("notes.txt", text);
    oras(
        "push",
        "--artifact-type=application/vnd.example.notes",
        BENCH.at(name),
        "notes.txt:text/plain");
  }

  @Test
  void push_artifact_isPulledAsItWas() throws IOException {
    push("oras/notes:v1", "an artifact");
    Path back = BENCH.path("pulled");
    oras("pull", "-o", back.toString(), BENCH.at("oras/notes:v1"));
    assertThat(back.resolve("notes.txt")).hasContent("an artifact");
    assertThat(oras("resolve", BENCH.at("oras/notes:v1")))
        .isEqualTo(Sha256.digest(BENCH.manifest("oras/notes", "v1")));
  }

  @Test
  void attach_twoKinds_areDiscoveredAndFiltered() throws IOException {
    push("oras/subject:v1", "subject");
    BENCH.write("bill.json", "{}");
    String subject = BENCH.at("oras/subject:v1");
    String api = "--distribution-spec=v1.1-referrers-api";
    oras("attach", api, "--artifact-type=application/vnd.example.bill", subject, "bill.json");
    oras(
        "attach",
        api,
        "--artifact-type=application/vnd.example.mark",
        "--annotation=by=me",
        subject);

    String all = oras("discover", api, "--format=json", subject);
    assertThat(all).contains("application/vnd.example.bill", "application/vnd.example.mark");
    String marks =
        oras(
            "discover",
            api,
            "--format=json",
            "--artifact-type=application/vnd.example.mark",
            subject);
    assertThat(marks)
        .contains("application/vnd.example.mark")
        .doesNotContain("application/vnd.example.bill");
    // With the API there is no need for the fallback tag.
    assertThat(oras("repo tags", BENCH.at("oras/subject"))).isEqualTo("v1");
  }

  @Test
  void attach_byFallbackTag_isDiscoveredThroughTheApi() throws IOException {
    push("oras/fallback:v1", "fallback");
    String subject = BENCH.at("oras/fallback:v1");
    String type = "--artifact-type=application/vnd.example.old";
    oras("attach", "--distribution-spec=v1.1-referrers-tag", type, "--annotation=by=me", subject);
    assertThat(oras("discover", "--distribution-spec=v1.1-referrers-api", "--format=json", subject))
        .contains("application/vnd.example.old");
  }

  @Test
  void copy_recursive_takesTheReferrersAlong() throws IOException {
    push("oras/from:v1", "copied");
    oras(
        "attach",
        "--artifact-type=application/vnd.example.mark",
        "--annotation=by=me",
        BENCH.at("oras/from:v1"));
    BENCH.run(
        "oras",
        "cp",
        "-r",
        "--from-plain-http",
        "--to-plain-http",
        BENCH.at("oras/from:v1"),
        BENCH.at("oras/to:v1"));
    assertThat(BENCH.manifest("oras/to", "v1")).isEqualTo(BENCH.manifest("oras/from", "v1"));
    assertThat(oras("discover", "--format=json", BENCH.at("oras/to:v1")))
        .contains("application/vnd.example.mark");
  }

  @Test
  void blob_pushFetchDelete_goRound() throws IOException {
    Path file = BENCH.write("blob.bin", "some bytes of no kind");
    String digest = Sha256.digest(Files.readAllBytes(file));
    String blob = BENCH.at("oras/blob@" + digest);
    oras("blob push", blob, "blob.bin");
    Path fetched = BENCH.path("fetched.bin");
    oras("blob fetch", "-o", fetched.toString(), blob);
    assertThat(fetched).hasSameBinaryContentAs(file);
    oras("blob delete", "--force", blob);
    BENCH.refuse(program("blob fetch"), "-o", fetched.toString(), blob);
  }

  @Test
  void manifest_deleted_isGone() throws IOException {
    push("oras/delete:v1", "to be deleted");
    String manifest = new String(BENCH.manifest("oras/delete", "v1"), StandardCharsets.UTF_8);
    assertThat(oras("manifest fetch", BENCH.at("oras/delete:v1"))).isEqualTo(manifest);
    oras("manifest delete", "--force", BENCH.at("oras/delete:v1"));
    assertThat(BENCH.refuse(program("resolve"), BENCH.at("oras/delete:v1"))).contains("not found");
  }

  @Test
  void repositories_listed_includeWhatWasPushed() throws IOException {
    push("oras/listed:v1", "listed");
    assertThat(oras("repo ls", BENCH.registry().host()).lines()).contains("oras/listed");
  }
}
