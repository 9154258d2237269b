package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.filesystem.VolumeCheck;
import io.stowage.registry.storage.filesystem.VolumeFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How findings on a volume are shown and counted. */
class CheckLineTest {
  private static final Pattern KIND =
      Pattern.compile("(?:broken|odd|freeable|UNREAD,)[(\\s]\\s*\"([a-z-]+)\",");
  private static final Path ROOT = Path.of("/data");
  private static final VolumeCheck.Outcome OUTCOME = new VolumeCheck.Outcome(1, 2, 3, 4);
  private static final VolumeFinding EMPTY_TAG =
      new VolumeFinding.TagWithoutLink(
          new RepositoryName("app"), new Tag("v1"), ROOT.resolve("tags/v1"));
  private static final VolumeFinding TEMPORARY =
      new VolumeFinding.StrayTemporary(8, ROOT.resolve("1.tmp"));
  private static final VolumeFinding UNREADABLE =
      new VolumeFinding.Unreadable("permission denied", ROOT.resolve("tags"));

  private final RecordedConsole console = new RecordedConsole();
  private final CheckReport report = new CheckReport(console, ROOT);

  @Test
  void found_finding_isALineOfFourFields() throws IOException {
    report.found(EMPTY_TAG);

    assertThat(console.out())
        .containsExactly(
            "broken\tempty-tag\ttags/v1\ttag v1 of app is on nothing; push it again, or --repair"
                + " takes it away");
  }

  @Test
  void found_nameThatCouldSteerATerminal_isEscaped() throws IOException {
    report.found(new VolumeFinding.ForeignName(ROOT.resolve("a\tb\n\u001b[2J")));

    assertThat(console.out().getFirst()).contains("\ta\\u0009b\\u000a\\u001b[2J\t");
  }

  @Test
  void summary_nothingBroken_isZero() throws IOException {
    report.found(TEMPORARY);

    assertThat(report.summary(OUTCOME)).isZero();
    assertThat(console.out())
        .endsWith(
            "checked 1 repositories, 2 manifests, 3 blobs (4 bytes read)",
            "0 broken, 0 unreadable, 0 odd, 0 repaired; 1 left over: 8 bytes could be freed");
  }

  @Test
  void summary_somethingUnreadable_isTwoUnlessSomethingIsBroken() throws IOException {
    report.found(UNREADABLE);
    assertThat(report.summary(OUTCOME)).isEqualTo(2);

    report.found(EMPTY_TAG);
    assertThat(report.summary(OUTCOME)).isOne();
  }

  @Test
  void summary_whatWasMended_countsNoMore() throws IOException {
    report.found(EMPTY_TAG);
    report.mended(EMPTY_TAG, "moved it to /data/_stowage/quarantine");
    report.found(TEMPORARY);
    report.mended(TEMPORARY, "removed it");

    assertThat(report.summary(OUTCOME)).isZero();
    assertThat(console.out())
        .contains("repaired\tempty-tag\ttags/v1\tmoved it to /data/_stowage/quarantine")
        .endsWith("0 broken, 0 unreadable, 0 odd, 2 repaired; 0 left over: 0 bytes could be freed");
  }

  /** The kinds are an interface: scripts look for them. */
  @Test
  void kinds_allOfThem_areDocumented() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/io/stowage/registry/server/CheckLine.java"));
    String documentation = Files.readString(Path.of("../docs/operating.md"));

    assertThat(KIND.matcher(source).results().map(kind -> kind.group(1)))
        .hasSizeGreaterThan(20)
        .allSatisfy(kind -> assertThat(documentation).contains("| `" + kind + "` |"));
  }
}
