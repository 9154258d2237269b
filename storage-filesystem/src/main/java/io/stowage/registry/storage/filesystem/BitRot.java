package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.filesystem.BlobInspection.Pace;
import io.stowage.registry.storage.filesystem.BlobInspection.Verdict;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about bytes that were found not to have their digest, whoever found them: they are
 * put into quarantine, and an operator is told. A reader that found some isn't made to wait for
 * that: it takes a second look at all of the bytes, however many there are. Safe for use by any
 * number of threads, which hold none of the {@link Locks}.
 */
final class BitRot implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(BitRot.class);

  /** Enough to know whom to ask; a base layer may be in thousands. */
  private static final int MOST_REPOSITORIES = 10;

  /** What readers found and is not looked at yet; of more the next reader tells again. */
  private static final int MOST_WAITING = 1000;

  /** How long the thread for them stays when there is nothing to do. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  /**
   * How long a close waits for a look that is under way. It ends after the piece that is being read
   * (1 MiB), unless the scrub has the only buffer, for as long as it takes to read a whole blob.
   */
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

  private final Layout layout;
  private final VolumeRepair repair;
  private final FileRepositories repositories;
  private final AtomicLong confirmed = new AtomicLong();

  /** A popular blob may be found by many readers at once. */
  private final Set<Digest> underWay = ConcurrentHashMap.newKeySet();

  private final ThreadPoolExecutor beside =
      new ThreadPoolExecutor(
          0,
          1,
          IDLE.toNanos(),
          TimeUnit.NANOSECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().daemon().name("bit-rot").factory());

  private volatile boolean closing;

  BitRot(Layout layout, VolumeRepair repair, FileRepositories repositories) {
    this.layout = layout;
    this.repair = repair;
    this.repositories = repositories;
  }

  /** How often bytes were wrong when they were looked at again, too. */
  long confirmed() {
    return confirmed.get();
  }

  /**
   * Looks again, takes the bytes away if they are still wrong, and tells of it. Does nothing if
   * that is under way.
   *
   * @throws IOException if they can't be read again, which says nothing about them
   */
  void found(Digest digest, Verdict.Wrong wrong) throws IOException {
    if (underWay.add(digest)) {
      try {
        lookAgain(digest, wrong, Pace.FULL);
      } finally {
        underWay.remove(digest);
      }
    }
  }

  /** The same soon, on another thread. */
  void foundByReader(Digest digest, Verdict.Wrong wrong) {
    if (!underWay.add(digest)) {
      return;
    }
    try {
      beside.execute(() -> lookAgainForReader(digest, wrong));
    } catch (RejectedExecutionException e) {
      underWay.remove(digest);
      LOG.warn("{}: its bytes have the digest {}; left alone", layout.blob(digest), wrong.found());
    }
  }

  private void lookAgainForReader(Digest digest, Verdict.Wrong wrong) {
    try {
      requireOpen();
      lookAgain(digest, wrong, bytes -> requireOpen());
    } catch (IOException | RuntimeException e) {
      if (!closing) {
        LOG.error(
            "{}: its bytes had the digest {}, and it can't be read again. It stays",
            layout.blob(digest),
            wrong.found(),
            e);
      }
    } finally {
      underWay.remove(digest);
    }
  }

  /**
   * Ends what readers began; they, or the scrub, will find it again. No look is interrupted: that
   * would close the files of the redo log as well.
   *
   * <p>One that doesn't end soon is left behind, on a thread that keeps no process alive. It can do
   * no harm: it gives up at the first piece that it reads, and neither the redo log nor the disk
   * takes a change from a storage that is closed.
   */
  @Override
  public void close() {
    closing = true;
    beside.getQueue().clear();
    beside.shutdown();
    try {
      if (!beside.awaitTermination(LAST_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.info(
            "bytes that a reader found damaged stay until they are read again: a stop came first");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // in a hurry, and there is nothing that has to be awaited
    }
  }

  private void requireOpen() throws IOException {
    if (closing) {
      throw new IOException("the storage is being closed");
    }
  }

  private void lookAgain(Digest digest, Verdict.Wrong wrong, Pace pace) throws IOException {
    Optional<Stamp> still = repair.lookAgain(digest, pace);
    if (still.isEmpty()) {
      tellThatItIsGone(digest, wrong);
      return;
    }
    takeAway(digest, still.get(), wrong);
  }

  private void tellThatItIsGone(Digest digest, Verdict.Wrong wrong) {
    LOG.warn(
        "{}: its {} bytes had the digest {}, and are sound, replaced or gone by now."
            + " If nobody pushed them, disk or memory may be failing",
        layout.blob(digest),
        wrong.stamp().size(),
        wrong.found());
  }

  private void takeAway(Digest digest, Stamp still, Verdict.Wrong wrong) {
    Path file = layout.blob(digest);
    try {
      Optional<String> how = repair.setBytesAside(digest, still);
      if (how.isEmpty()) {
        tellThatItIsGone(digest, wrong);
        return;
      }
      confirmed.incrementAndGet();
      LOG.error(
          "{}: its {} bytes have the digest {}; {}. It is absent until it is pushed again to: {}",
          file,
          wrong.stamp().size(),
          wrong.found(),
          how.get(),
          holders(digest));
    } catch (IOException e) {
      confirmed.incrementAndGet();
      LOG.error(
          "{}: its {} bytes have the digest {}, and it could not be taken away. It is in: {}",
          file,
          wrong.stamp().size(),
          wrong.found(),
          holders(digest),
          e);
    }
  }

  /** Some repositories that link to it. Costs two looks at each there is, once for each finding. */
  private String holders(Digest digest) {
    List<String> names = new ArrayList<>();
    try {
      repositories.first(
          name -> {
            if (isLinked(name, digest)) {
              names.add(names.size() == MOST_REPOSITORIES ? "..." : name.value());
            }
            return closing || names.size() > MOST_REPOSITORIES;
          });
    } catch (IOException e) {
      LOG.debug("repositories can't be walked", e);
      names.add("(not all of them can be read)");
    }
    return names.isEmpty() ? "(no repository)" : String.join(", ", names);
  }

  private boolean isLinked(RepositoryName name, Digest digest) {
    return Files.exists(layout.layerLink(name, digest))
        || Files.exists(layout.revisionLink(name, digest));
  }
}
