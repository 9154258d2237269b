package io.stowage.registry.storage.filesystem;

import io.stowage.registry.storage.StorageFaultException;
import io.stowage.registry.storage.StorageFullException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What commits change, written down and flushed before they change it. One flush serves all that
 * wait for one; so under load a flush is shared by many commits.
 *
 * <p>There are two segments. When the one in use is full, or has been in use for a while, the other
 * one takes over, and a checkpoint makes durable what the first one's commits did to the tree; then
 * the first one is empty again. Both are allocated in full, so that a full disk stops no delete.
 *
 * <pre>
 *   append: wait for room --> join a batch --> first of the batch writes and flushes it --> number
 *   apply the commit to the tree, or take it back and append that ---> ended(segment)
 *   checkpoint: segment not in use and quiet --> flush what it touched --> reset
 * </pre>
 *
 * After a failed flush nobody knows what of a segment is on the disk, so it is left: the other one
 * takes over with a note that what wasn't acknowledged doesn't count, and the file is made anew.
 *
 * <p>Safe for use by many threads.
 */
final class RedoLog implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(RedoLog.class);

  /** Kept free for notes that something was taken back, so that those never wait for room. */
  private static final int RESERVE_BYTES = 4096;

  /** More than such a note takes. */
  private static final int NOTE_BYTES = 128;

  /** How long a commit waits for room: checkpoints are much shorter, unless the disk is failing. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String NO_ROOM = "the redo log has had no room for " + PATIENCE;

  /** How long the writing anew of a segment waits for the commits that are under way. */
  private static final Duration QUIET_PATIENCE = Duration.ofSeconds(2);

  private static final Duration LONGEST_USE = Duration.ofSeconds(10);

  /** How long the end waits for the commits that are under way: each is some renames long. */
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(5);

  private static final SecureRandom RANDOM = new SecureRandom();

  /** A commit that is in the log. */
  record Place(RedoSegment segment, long number) {}

  /** Payloads that are flushed together. */
  private static final class Batch {
    private final RedoSegment segment;
    private final long first;
    private final List<byte[]> payloads = new ArrayList<>();

    /** The doubt that its first payload notes. */
    private RedoRecord.@Nullable TakenBack noted;

    private boolean taken;
    private boolean done;
    private @Nullable IOException failure;

    private Batch(RedoSegment segment, long first) {
      this.segment = segment;
      this.first = first;
    }
  }

  private final RedoFiles files;
  private final Checkpoint checkpoint;
  private final InstantSource clock;
  private final AtomicLong latest = new AtomicLong(Long.MIN_VALUE);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** A batch is written. Apart from the rest, so that the end of a commit wakes nobody in vain. */
  private final Condition written = lock.newCondition();

  // Guarded by lock.
  private final RedoSegment[] segments = new RedoSegment[2];
  private int inUse;
  private boolean open;
  private boolean closing;
  private boolean closed = true;
  private boolean fresh = true;

  /**
   * A commit that doesn't count.
   *
   * @param segment that has its record
   * @param restored what is in the tree again
   */
  private record Undone(RedoSegment segment, List<RedoRecord.Change> restored) {}

  /** Commits that don't count, by their numbers, as long as their segments have them. */
  private final Map<Long, Undone> takenBack = new HashMap<>();

  private boolean writing;
  private boolean checkpointing;

  /** How many of the commits under way couldn't be taken back, so that nobody awaits their end. */
  private int stuck;

  private boolean healing;
  private long next = 1;
  private volatile long largestPayload;
  private long usedSince;
  private @Nullable Batch batch;
  private @Nullable IOException checkpointFailure;
  private int checkpointFailures;
  private long checkpoints;
  private long records;
  private long flushes;
  private long flushFailures;

  /** What a failed flush may have left behind although its commits were told that it failed. */
  private RedoRecord.@Nullable TakenBack doubtful;

  RedoLog(RedoFiles files, Checkpoint checkpoint, InstantSource clock) {
    this.files = files;
    this.checkpoint = checkpoint;
    this.clock = clock;
  }

  // --- start and end

  /** Does again what is written down, and begins anew. For the owner of the volume. */
  void open() throws IOException {
    List<RedoSegment> found = files.open(clock.instant());
    lock.lock();
    try {
      segments[0] = found.get(0);
      segments[1] = found.get(1);
      inUse = 0;
      next = 1;
      fresh = true;
      open = true;
      closing = false;
      closed = false;
      largestPayload = Math.min(segments[0].size(), segments[1].size()) / 4;
    } finally {
      lock.unlock();
    }
    // of the system, for the call that flushes a file system would hold up virtual ones
    Thread.ofPlatform().daemon().name("redo-log").start(this::keepHouse);
  }

  /**
   * Refuses new commits and waits for those under way. After a clean end the tree needs nothing of
   * the log. What can't be made so stays in it, for the next start.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closing) {
        while (!closed) {
          changed.awaitUninterruptibly(); // for whoever closes it
        }
      }
      if (!open) {
        return;
      }
      closing = true;
      changed.signalAll();
      awaitTheLast();
      open = false;
    } finally {
      lock.unlock();
    }
    try (RedoSegment older = segments[1 - inUse];
        RedoSegment newer = segments[inUse]) {
      if (emptyAtTheEnd(older)) {
        emptyAtTheEnd(newer);
      }
    } catch (IOException e) {
      LOG.warn("the redo log can't be emptied, so the next start does that", e);
    } finally {
      end();
    }
  }

  private void awaitTheLast() {
    long deadline = System.nanoTime() + LAST_PATIENCE.toNanos();
    while (writing || checkpointing || batch != null) {
      changed.awaitUninterruptibly();
    }
    boolean interrupted = false;
    while (underWay() > stuck && System.nanoTime() < deadline) {
      try {
        var _ = changed.awaitNanos(deadline - System.nanoTime());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    while (writing || batch != null) {
      changed.awaitUninterruptibly(); // notes of what was taken back
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isQuiet() {
    return underWay() == 0;
  }

  private int underWay() {
    return segments[0].underWay() + segments[1].underWay();
  }

  private void end() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says whether nothing is in it any more. Only then may a newer one be emptied. */
  private boolean emptyAtTheEnd(RedoSegment segment) throws IOException {
    if (segment.isEmpty()) {
      return true;
    }
    if (!segment.isQuiet() || segment.isDoubted()) {
      return false;
    }
    RedoSegment left = empty(segment);
    if (left != segment) {
      left.close();
    }
    return true;
  }

  /** What it did since it was made. */
  LogCounts counts() {
    lock.lock();
    try {
      long bytes = open ? segments[0].usedBytes() + segments[1].usedBytes() : 0;
      return new LogCounts(records, flushes, flushFailures, checkpoints, checkpointFailures, bytes);
    } finally {
      lock.unlock();
    }
  }

  // --- append

  /**
   * Writes down what a commit is going to change. When this returns, that is durable; the caller
   * makes the changes and says {@link #ended}.
   */
  Place append(List<RedoRecord.Change> changes) throws IOException {
    return append(changes, RESERVE_BYTES);
  }

  private Place append(List<RedoRecord.Change> changes, int over) throws IOException {
    byte[] payload = new RedoRecord(time(), changes).encoded();
    if (payload.length <= largestPayload) {
      return append(payload, over);
    }
    Path elsewhere = files.putBeside(payload);
    RedoRecord.Change note = new RedoRecord.Elsewhere(Layout.nameOf(elsewhere));
    try {
      Place place = append(new RedoRecord(time(), List.of(note)).encoded(), over);
      place.segment().beside(elsewhere);
      return place;
    } catch (IOException e) {
      files.discard(elsewhere);
      throw e;
    }
  }

  /**
   * Never earlier than before, also if the clock was set back: a replay tells by the times what was
   * changed after the last record, and files may have the time of a record that a checkpoint let
   * go. The order of the records may be another one: who waits for room is overtaken.
   */
  private long time() {
    return latest.accumulateAndGet(clock.millis(), Math::max);
  }

  /**
   * A commit has been taken back in the tree: it counts as never made.
   *
   * @param restored what is in the tree again, without having been flushed
   */
  void doesNotCount(Place place, List<RedoRecord.Change> restored) {
    lock.lock();
    try {
      takenBack.put(place.number(), new Undone(place.segment(), List.copyOf(restored)));
    } finally {
      lock.unlock();
    }
    ended(place);
  }

  /** Writes that down, unless the record is gone from the log already. */
  void noteTakenBack(Place place) throws IOException {
    List<RedoRecord.Change> note = new ArrayList<>();
    lock.lock();
    try {
      Undone undone = takenBack.get(place.number());
      if (undone == null) {
        return;
      }
      note.add(new RedoRecord.TakenBack(place.number(), place.number()));
      note.addAll(undone.restored());
    } finally {
      lock.unlock();
    }
    ended(append(note, 0));
  }

  /** The changes of a commit are made, or taken back, and need no more of whoever made them. */
  void ended(Place place) {
    lock.lock();
    try {
      ended(place.segment());
    } finally {
      lock.unlock();
    }
  }

  /** Wakes those who wait until nothing, or only what is stuck, is under way. */
  private void ended(RedoSegment segment) {
    segment.ended();
    if (segment.isQuiet() || stuck > 0) {
      changed.signalAll();
    }
  }

  /** So many commits more, or fewer, are under way for as long as the disk fails. */
  void stuck(int more) {
    lock.lock();
    try {
      stuck += more;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Place append(byte[] payload, int over) throws IOException {
    lock.lock();
    try {
      Batch mine = join(payload, over);
      long number = mine.first + mine.payloads.size() - 1;
      while (!mine.done && (writing || mine.taken)) {
        written.awaitUninterruptibly();
      }
      if (!mine.done) {
        write(mine);
      }
      if (mine.failure != null) {
        ended(mine.segment);
        throw because("the redo log can't be written", mine.failure);
      }
      return new Place(mine.segment, number);
    } finally {
      lock.unlock();
    }
  }

  private static IOException because(String problem, IOException cause) {
    return switch (cause) {
      case StorageFullException _ -> new StorageFullException(problem, cause);
      case StorageFaultException known -> new StorageFaultException(known.fault(), problem, cause);
      default -> new IOException(problem, cause);
    };
  }

  private Batch join(byte[] payload, int over) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int earlier = checkpointFailures + (checkpointing ? 1 : 0);
    while (true) {
      if (!open || (closing && over > 0)) {
        throw new IOException("the storage is open for reading only, or closed");
      }
      RedoSegment segment = segments[inUse];
      if (healing && over > 0) {
        pause(deadline, NO_ROOM);
      } else if (segment.hasRoom(payload.length + NOTE_BYTES, over)) {
        Batch current = batch == null ? begin(segment) : batch;
        add(current, payload);
        return current;
      } else {
        makeRoom(deadline, earlier);
      }
    }
  }

  /** A batch, with a note first if an earlier one may have left something behind. */
  private Batch begin(RedoSegment segment) throws IOException {
    Batch begun = new Batch(segment, next);
    batch = begun;
    RedoRecord.TakenBack doubt = doubtful;
    if (doubt != null) {
      begun.noted = doubt;
      add(begun, new RedoRecord(time(), List.of(doubt)).encoded());
      segment.ended(); // nobody makes anything of it
    }
    return begun;
  }

  private void add(Batch to, byte[] payload) {
    to.payloads.add(payload);
    to.segment.reserve(payload.length);
    next++;
  }

  /** Waits until the other segment can take over, and lets it. */
  private void makeRoom(long deadline, int earlierFailures) throws IOException {
    if (writing || batch != null) {
      pause(deadline, NO_ROOM);
      return;
    }
    RedoSegment other = segments[1 - inUse];
    if (other.isEmpty() && other.isUsable()) {
      takeOver();
      return;
    }
    IOException failure = checkpointFailure;
    if (failure != null && checkpointFailures > earlierFailures) {
      throw because("the redo log can't be emptied", failure);
    }
    checkpointFailure = null; // the disk may be well again: another try
    changed.signalAll();
    pause(deadline, NO_ROOM);
  }

  /** Whoever calls this looks again. */
  @SuppressWarnings("WaitNotInLoop")
  private void pause(long deadline, String problem) throws IOException {
    try {
      if (changed.awaitNanos(deadline - System.nanoTime()) <= 0) {
        throw new IOException(problem);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the redo log");
    }
  }

  private void takeOver() {
    inUse = 1 - inUse;
    fresh = true;
    changed.signalAll();
  }

  /** Writes a batch while others gather for the next one. */
  private void write(Batch mine) {
    mine.taken = true;
    writing = true;
    batch = null;
    boolean isFirst = fresh;
    IOException failure = null;
    boolean usable = mine.segment.isUsable();
    lock.unlock();
    try {
      if (!usable) {
        throw new IOException("an earlier flush of " + mine.segment.file() + " failed");
      }
      if (isFirst) {
        mine.segment.begin(RANDOM.nextLong() | 1, mine.first);
      }
      mine.segment.write(mine.first, mine.payloads);
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = new IOException("a defect, or no memory", e);
    } finally {
      lock.lock();
      writing = false;
      mine.done = true;
    }
    if (failure == null) {
      usedSince = isFirst ? System.nanoTime() : usedSince;
      fresh = false;
      flushes++;
      records += mine.payloads.size();
      doubtful = Objects.equals(doubtful, mine.noted) ? null : doubtful;
    } else {
      LOG.error("{} can't be written; another file takes its place", mine.segment.file(), failure);
      mine.failure = failure;
      flushFailures++;
      mine.segment.distrust();
      RedoRecord.TakenBack before = doubtful;
      doubtful = new RedoRecord.TakenBack(before == null ? mine.first : before.first(), next - 1);
    }
    written.signalAll();
    changed.signalAll();
  }

  // --- checkpoints

  private void keepHouse() {
    lock.lock();
    try {
      while (open && !closing) {
        RedoSegment due = due();
        if (due != null) {
          checkpoint(due);
        } else {
          var _ = changed.awaitNanos(LONGEST_USE.toNanos() / 4);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What can be emptied now: the older one of the two first, for alone its records would undo what
   * the newer ones say. A segment that has been in use for long enough is left first.
   */
  private @Nullable RedoSegment due() {
    RedoSegment used = segments[inUse];
    RedoSegment other = segments[1 - inUse];
    boolean idle = !writing && batch == null;
    boolean free = other.isEmpty() && other.isUsable();
    boolean old = !fresh && System.nanoTime() - usedSince > LONGEST_USE.toNanos();
    if (free && old && idle && used.isUsable()) {
      takeOver();
    }
    if (checkpointFailure != null) {
      return null;
    }
    if (!free) {
      return other.isQuiet() ? other : null;
    }
    boolean left = !used.isUsable() || used != segments[inUse];
    return left && idle && used.isQuiet() ? used : null;
  }

  private void checkpoint(RedoSegment segment) {
    checkpointing = true;
    lock.unlock();
    IOException failure = null;
    RedoSegment emptied = segment;
    try {
      emptied = empty(segment);
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = new IOException("a defect, or no memory", e);
    } finally {
      lock.lock();
      checkpointing = false;
    }
    int index = segments[0] == segment ? 0 : 1;
    if (failure == null) {
      checkpoints++;
      emptied.reuse();
      segments[index] = emptied;
      takenBack.values().removeIf(undone -> undone.segment().equals(segment));
      fresh |= index == inUse;
    } else {
      LOG.error("{} can't be emptied", segment.file(), failure);
    }
    checkpointFailure = failure;
    checkpointFailures += failure == null ? 0 : 1;
    changed.signalAll();
  }

  /**
   * Makes durable what the segment's commits did, and lets go of them. If their files can't be
   * flushed nobody knows what of them is on the disk: they are written anew, from the log.
   */
  private RedoSegment empty(RedoSegment segment) throws IOException {
    if (segment.isDoubted()) {
      heal();
    } else if (!segment.touched().isEmpty()) {
      try {
        checkpoint.flush(segment.touched());
      } catch (IOException e) {
        segment.doubt();
        throw e;
      }
    }
    return emptied(segment);
  }

  private RedoSegment emptied(RedoSegment segment) throws IOException {
    RedoSegment left = segment;
    if (segment.isUsable()) {
      segment.reset();
    } else {
      left = files.make(segment.file());
      segment.close();
    }
    segment.takeBeside().forEach(files::discard);
    return left;
  }

  /** Writes all anew that is written down, while no commit is under way. */
  private void heal() throws IOException {
    try {
      Map<Long, List<RedoRecord.Change>> instead = awaitQuiet();
      files.writeAnew(List.of(segments), instead, clock.instant());
    } finally {
      healed();
    }
  }

  private void healed() {
    lock.lock();
    try {
      healing = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says what counts instead of some records, by their numbers. */
  private Map<Long, List<RedoRecord.Change>> awaitQuiet() throws IOException {
    lock.lock();
    try {
      healing = true;
      long deadline = System.nanoTime() + QUIET_PATIENCE.toNanos();
      while (writing || batch != null || !isQuiet()) {
        if (closing) {
          throw new IOException("the storage is being closed");
        }
        pause(deadline, "changes are under way, or wait for being taken back");
      }
      Map<Long, List<RedoRecord.Change>> instead = new HashMap<>();
      takenBack.forEach((number, undone) -> instead.put(number, undone.restored()));
      RedoRecord.TakenBack failed = doubtful;
      for (long n = failed == null ? next : failed.first(); n < next; n++) {
        instead.put(n, List.of());
      }
      return instead;
    } finally {
      lock.unlock();
    }
  }
}
