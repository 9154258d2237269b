package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.storage.Scrubber;
import io.stowage.registry.storage.filesystem.BlobFolders.Shard;
import io.stowage.registry.storage.filesystem.BlobInspection.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks the folders of bytes in the order of digests and reads one file after the other. Memory:
 * the names of one shard and one buffer, whatever the volume's size.
 */
final class FileScrubber implements Scrubber {
  private static final Logger LOG = LoggerFactory.getLogger(FileScrubber.class);

  /** What the opening of a file counts for: about what a disk could have read meanwhile. */
  private static final int LEAST_BYTES = 64 << 10;

  /** How much is read again after the death of the process, in time. */
  private static final long KEEP_PLACE_NANOS = Duration.ofSeconds(30).toNanos();

  private static final Comparator<Digest> ORDER =
      Comparator.comparing(Digest::algorithm).thenComparing(Digest::hex);

  private final Layout layout;
  private final BlobFolders folders;
  private final BitRot rot;
  private final ScrubFile file;
  private final InstantSource clock;
  private final BooleanSupplier readOnly;
  private final ReentrantLock turn = new ReentrantLock();

  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicLong sound = new AtomicLong();
  private final AtomicLong unreadable = new AtomicLong();
  private volatile double progress;

  /** As the file has it, or should if it could be written; null before it was read. */
  private volatile @Nullable ScrubState known;

  FileScrubber(
      Layout layout, BitRot rot, ScrubFile file, InstantSource clock, BooleanSupplier readOnly) {
    this.layout = layout;
    this.folders = new BlobFolders(layout);
    this.rot = rot;
    this.file = file;
    this.clock = clock;
    this.readOnly = readOnly;
  }

  @Override
  public Figures figures() {
    ScrubState now = known;
    ScrubState state = now == null ? ScrubState.NONE : now;
    return new Figures(
        bytesRead.get(),
        sound.get(),
        rot.confirmed(),
        unreadable.get(),
        progress,
        state.ended(),
        state.took());
  }

  @Override
  public void run(Order order, CountDownLatch stop) throws IOException {
    turn.lock();
    try {
      if (readOnly.getAsBoolean()) {
        return;
      }
      ScrubState before = known;
      ScrubState state = before == null ? file.read() : before;
      known = state;
      if (state.isDue(clock.instant(), order.interval())) {
        known = new Round(state, order, stop).run();
      }
    } finally {
      progress = 0;
      turn.unlock();
    }
  }

  /** Not a failure: somebody wants it to end. */
  private static final class StoppedException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** One round, or what is left of one. For one thread. */
  private final class Round {
    private final Throttle throttle;
    private final CountDownLatch stop;
    private final BlobInspection inspection = new BlobInspection();
    private final @Nullable Digest start;
    private final long bytesBefore = bytesRead.get();
    private final long soundBefore = sound.get();
    private final long corruptBefore = rot.confirmed();
    private final long unreadableBefore = unreadable.get();
    private ScrubState state;
    private long keptAt = System.nanoTime();
    private boolean placeLost;

    Round(ScrubState before, Order order, CountDownLatch stop) {
      this.throttle = new Throttle(order.bytesPerSecond(), System::nanoTime);
      this.stop = stop;
      this.start = before.after();
      this.state = before.begun() == null ? before.beginning(clock.instant()) : before;
    }

    /** Where it came. */
    ScrubState run() throws IOException {
      if (start == null) {
        LOG.info("the scrub begins");
      } else {
        LOG.info("the scrub goes on after {}", start);
      }
      try {
        walk();
        state = state.ending(clock.instant());
        tell("the scrub ended");
      } catch (StoppedException e) {
        tell("the scrub stops and will go on later");
      } finally {
        keepPlace();
      }
      return state;
    }

    private void tell(String what) {
      LOG.info(
          "{}: {} bytes read; {} files sound, {} corrupt, {} unreadable",
          what,
          bytesRead.get() - bytesBefore,
          sound.get() - soundBefore,
          rot.confirmed() - corruptBefore,
          unreadable.get() - unreadableBefore);
    }

    private void walk() throws IOException {
      List<Shard> shards = folders.shards();
      for (int i = 0; i < shards.size(); i++) {
        progress = (double) i / shards.size();
        if (!isBehind(shards.get(i))) {
          walk(shards.get(i));
        }
      }
    }

    private boolean isBehind(Shard shard) {
      if (start == null) {
        return false;
      }
      int algorithms = shard.algorithm().compareTo(start.algorithm());
      return algorithms < 0
          || (algorithms == 0 && shard.name().compareTo(start.hex().substring(0, 2)) < 0);
    }

    private void walk(Shard shard) throws IOException {
      List<Digest> digests;
      try {
        digests = folders.digests(shard);
      } catch (IOException e) {
        tellUnreadable(folders.folder(shard), e);
        return;
      }
      for (Digest digest : digests) {
        if (start == null || ORDER.compare(digest, start) > 0) {
          look(digest);
          state = state.at(digest);
          keepPlaceNowAndThen();
        }
      }
    }

    private void look(Digest digest) throws StoppedException {
      long before = bytesRead.get();
      Path path = layout.blob(digest);
      try {
        switch (inspection.inspect(path, digest, this::read)) {
          case Verdict.Sound(long _) -> sound.incrementAndGet();
          case Verdict.Wrong wrong -> rot.found(digest, wrong);
          case Verdict.Absent() -> {} // an empty folder, or removed a moment ago
          case Verdict.NoFile() -> {} // for the check of the volume to tell
        }
        await(throttle.after(Math.max(0, LEAST_BYTES - (bytesRead.get() - before))));
      } catch (StoppedException e) {
        throw e;
      } catch (IOException e) {
        tellUnreadable(path, e);
      }
    }

    private void tellUnreadable(Path path, IOException failure) {
      unreadable.incrementAndGet();
      LOG.error("{}: can't be read, so nobody knows whether it is sound", path, failure);
    }

    private void read(int bytes) throws StoppedException {
      bytesRead.addAndGet(bytes);
      await(throttle.after(bytes));
    }

    private void await(long nanos) throws StoppedException {
      try {
        if (stop.await(nanos, TimeUnit.NANOSECONDS)) {
          throw new StoppedException();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoppedException();
      }
    }

    private void keepPlaceNowAndThen() {
      if (System.nanoTime() - keptAt > KEEP_PLACE_NANOS) {
        keepPlace();
      }
    }

    /** A full disk must not end the scrub: it only costs reading some files again. */
    private void keepPlace() {
      keptAt = System.nanoTime();
      try {
        file.write(state);
      } catch (IOException e) {
        if (!placeLost) {
          LOG.warn("the scrub can't keep its place, and may read some files again", e);
        }
        placeLost = true;
      }
    }
  }
}
