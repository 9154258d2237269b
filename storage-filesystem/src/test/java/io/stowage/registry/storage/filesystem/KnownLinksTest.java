package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownLinksTest {
  private static final RepositoryName REPOSITORY = RepositoryName.parse("team/app");
  private static final Digest FIRST = digest(1);
  private static final Digest SECOND = digest(2);
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final FileTime LONG_AGO = FileTime.from(NOW.minusSeconds(3600));

  private final KnownLinks links = new KnownLinks(Clock.fixed(NOW, ZoneOffset.UTC));
  private @TempDir Path folder;
  private Path file;

  private static Digest digest(int content) {
    return DigestVerifier.digestOf(DigestAlgorithm.SHA256, new byte[] {(byte) content});
  }

  @BeforeEach
  void name() {
    file = folder.resolve("link");
  }

  /** In place, as others write: it stays the same file. */
  private void write(Digest target, FileTime time) throws IOException {
    Files.write(file, Link.bytes(target));
    Files.setLastModifiedTime(file, time);
  }

  private Link read() throws IOException {
    return links.read(REPOSITORY, FIRST, file);
  }

  @Test
  void settledLink_isNotReadAgain() throws Exception {
    write(FIRST, LONG_AGO);
    read();
    write(SECOND, LONG_AGO); // nobody can do that without setting the time

    assertThat(read()).isEqualTo(new Link.To(FIRST));
  }

  @Test
  void linkOfAMomentAgo_isReadAgain() throws Exception {
    FileTime justNow = FileTime.from(NOW.minusSeconds(1));
    write(FIRST, justNow);
    read();
    write(SECOND, justNow); // within a tick of the file system's clock

    assertThat(read()).isEqualTo(new Link.To(SECOND));
  }

  @Test
  void linkThatWasReplaced_isReadAgain() throws Exception {
    write(FIRST, LONG_AGO);
    read();
    Path other = Files.write(folder.resolve("other"), Link.bytes(SECOND));
    Files.setLastModifiedTime(other, LONG_AGO);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

    assertThat(read()).isEqualTo(new Link.To(SECOND));
  }

  @Test
  void linkThatIsGone_isAbsent() throws Exception {
    write(FIRST, LONG_AGO);
    read();
    Files.delete(file);

    assertThat(read()).isEqualTo(new Link.Absent());
  }

  @Test
  void damagedLink_isTorn() throws Exception {
    Files.write(file, new byte[0]);
    Files.setLastModifiedTime(file, LONG_AGO);
    assertThat(read()).isEqualTo(new Link.Torn());

    Files.delete(file);
    Files.createDirectory(file);
    assertThat(read()).isEqualTo(new Link.Torn());
  }
}
