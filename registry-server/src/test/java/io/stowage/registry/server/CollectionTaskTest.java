package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.GarbageCollector;
import io.stowage.registry.storage.GarbageCollector.Finding;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a collection is worded, whatever the collector finds. */
class CollectionTaskTest {
  private static final Duration GRACE = Duration.ofHours(1);
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final Digest MANIFEST = Content.of("manifest").digest();
  private static final Digest BLOB = Content.of("blob").digest();
  private static final List<Finding> ALL =
      List.of(
          new Finding.Repository(APP),
          new Finding.ManifestKept(APP, MANIFEST),
          new Finding.BlobKept(APP, BLOB),
          new Finding.TagsMissing(APP),
          new Finding.ManifestEligible(APP, MANIFEST, List.of(new Tag("v1"), new Tag("v2"))),
          new Finding.ManifestEligible(APP, MANIFEST, List.of()),
          new Finding.Undecided("library/app: a link can't be read"),
          new Finding.Counted(1, 2, 3),
          new Finding.BlobEligible(BLOB),
          new Finding.LinkEligible(APP, BLOB),
          new Finding.ManifestDeleted(APP, MANIFEST),
          new Finding.LinkDeleted(APP, BLOB),
          new Finding.BlobDeleted(BLOB, 4));

  private final RecordedConsole console = new RecordedConsole();
  private final List<GarbageCollector.Order> orders = new ArrayList<>();

  /** Finds what it is told to, and remembers what it was asked for. */
  private CollectionTask task(long undecided, Finding... findings) {
    return new CollectionTask(
        (order, listener) -> {
          orders.add(order);
          for (Finding finding : findings) {
            listener.found(finding);
          }
          return new GarbageCollector.Outcome(0, 0, 0, 0, undecided);
        },
        GRACE);
  }

  @Test
  void run_eachFinding_hasTheWordsOfRegistry3() throws IOException {
    int exitCode = task(1, ALL.toArray(Finding[]::new)).run(List.of(), console);

    assertThat(exitCode).isOne();
    assertThat(console.out())
        .containsExactly(
            "library/app",
            "library/app: marking manifest " + MANIFEST + " ",
            "library/app: marking blob " + BLOB,
            "manifest tags path of repository library/app does not exist",
            "manifest eligible for deletion: {library/app " + MANIFEST + " [v1 v2]}",
            "manifest eligible for deletion: {library/app " + MANIFEST + " []}",
            "",
            "1 blobs marked, 2 blobs and 3 manifests eligible for deletion",
            "blob eligible for deletion: " + BLOB,
            "library/app: layer link eligible for deletion: " + BLOB);
    assertThat(console.err()).containsExactly("library/app: a link can't be read");
    String base = "/docker/registry/v2/";
    assertThat(console.log())
        .containsExactly(
            "deleting manifest: %srepositories/library/app/_manifests/revisions/sha256/%s"
                .formatted(base, MANIFEST.hex()),
            "Deleting layer link path: %srepositories/library/app/_layers/sha256/%s/link"
                .formatted(base, BLOB.hex()),
            "Deleting blob: %sblobs/sha256/%s/%s"
                .formatted(base, BLOB.hex().substring(0, 2), BLOB.hex()));
  }

  @Test
  void run_quiet_leavesStandardOutputEmpty() throws IOException {
    task(0, ALL.toArray(Finding[]::new)).run(List.of("quiet"), console);

    assertThat(console.out()).isEmpty();
    assertThat(console.err()).isNotEmpty();
    assertThat(console.log()).hasSize(3);
  }

  @Test
  void run_nothingUndecided_isASuccess() throws IOException {
    assertThat(task(0).run(List.of(), console)).isZero();
  }

  @Test
  void run_words_becomeTheOrder() throws IOException {
    CollectionTask task = task(0);
    task.run(new CollectionTask.Wish(true, false, false).words(), console);
    task.run(new CollectionTask.Wish(false, true, true).words(), console);

    assertThat(orders)
        .containsExactly(
            new GarbageCollector.Order(true, false, GRACE),
            new GarbageCollector.Order(false, true, GRACE));
  }

  @Test
  void run_unknownWord_collectsNothing() throws IOException {
    assertThat(task(0).run(List.of("dry-run", "with-force"), console)).isOne();
    assertThat(orders).isEmpty();
    assertThat(console.err())
        .containsExactly(
            "failed to garbage collect: the server does not know all of [dry-run, with-force]");
  }

  @Test
  void run_collectionThatFails_saysSoInRegistry3sWords() throws IOException {
    CollectionTask failing =
        new CollectionTask(
            (order, listener) -> {
              throw new IOException("the disk is gone");
            },
            GRACE);

    assertThat(failing.run(List.of(), console)).isOne();
    assertThat(console.err()).containsExactly("failed to garbage collect: the disk is gone");
  }

  @Test
  void run_collectionThatFailsForAReason_tellsThatToo() throws IOException {
    CollectionTask failing =
        new CollectionTask(
            (order, listener) -> {
              throw new IOException("the log can't be written", new IOException("it is full"));
            },
            GRACE);

    assertThat(failing.run(List.of(), console)).isOne();
    assertThat(console.err())
        .containsExactly("failed to garbage collect: the log can't be written: it is full");
  }
}
