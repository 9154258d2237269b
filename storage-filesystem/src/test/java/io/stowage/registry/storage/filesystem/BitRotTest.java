package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.storage.filesystem.BlobInspection.Verdict;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What readers found, when the storage is closed. */
class BitRotTest {
  private static final byte[] DAMAGED = Pushes.bytes("damaged");
  private static final Digest ONE = Pushes.digestOf(Pushes.bytes("one"));
  private static final Digest TWO = Pushes.digestOf(Pushes.bytes("two"));

  @TempDir private Path root;
  private final CountDownLatch go = new CountDownLatch(1);
  private final CompletableFuture<Thread> looking = new CompletableFuture<>();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger changes = new AtomicInteger();
  private Layout layout;

  /** Holds each look up before its first piece, and does not hear of interrupts. */
  private final Durability stuck =
      new Durability() {
        @Override
        public Commit begin() throws IOException {
          changes.incrementAndGet();
          throw new IOException("nothing was to be changed");
        }

        @Override
        public void settle() {
          looks.incrementAndGet();
          looking.complete(Thread.currentThread());
          boolean interrupted = false;
          while (go.getCount() > 0) {
            try {
              go.await();
            } catch (InterruptedException e) {
              interrupted = true;
            }
          }
          if (interrupted) {
            Thread.currentThread().interrupt();
          }
        }

        @Override
        public void requireSettled() {}
      };

  @BeforeEach
  void damage() throws IOException {
    layout = new Layout(root);
    for (Digest digest : List.of(ONE, TWO)) {
      Path file = layout.blob(digest);
      Files.createDirectories(Layout.folderOf(file));
      Files.write(file, DAMAGED);
    }
  }

  private BitRot rot() {
    KnownSizes sizes = new KnownSizes();
    Findings findings = new Findings();
    Revisions revisions = new Revisions(layout, TestManifest.READER, findings, sizes, 0);
    FolderCache<Names> folders =
        new FolderCache<>(
            FileRepositories::repositoryNames, Names::weight, 0, InstantSource.system());
    VolumeRepair repair =
        new VolumeRepair(
            layout,
            new Layers(layout, new ContentCheck(), findings, sizes),
            revisions,
            folders,
            stuck,
            new Locks(),
            new Quarantine(layout, InstantSource.system()),
            path -> false);
    return new BitRot(layout, repair, new FileRepositories(layout, revisions, folders));
  }

  private Verdict.Wrong wrong(Digest digest) throws IOException {
    return new Verdict.Wrong(
        Stamp.of(Stamp.attributes(layout.blob(digest)).orElseThrow()), Pushes.digestOf(DAMAGED));
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void close_besideALookThatCanNotEnd_leavesItBehindAndItChangesNothing() throws Exception {
    BitRot rot = rot();
    rot.foundByReader(ONE, wrong(ONE));
    Thread thread = looking.get();
    rot.foundByReader(TWO, wrong(TWO)); // waits behind that one

    rot.close();

    assertThat(thread.isAlive()).isTrue();
    assertThat(thread.isInterrupted()).isFalse();
    assertThat(thread.isDaemon()).isTrue();
    go.countDown();
    thread.join();
    assertThat(looks).hasValue(1);
    assertThat(changes).hasValue(0);
    assertThat(rot.confirmed()).isZero();
    assertThat(layout.blob(ONE)).exists();
  }
}
