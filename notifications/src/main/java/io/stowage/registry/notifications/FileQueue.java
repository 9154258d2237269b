package io.stowage.registry.notifications;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue in a folder: segments, oldest first, and a cursor that tells how far the deliveries came.
 * A segment goes when all of it is delivered; a new process begins a new segment.
 *
 * <pre>
 *   000...07.events  [ delivered | waiting ]   <- oldest, the cursor points into it
 *   000...08.events  [ waiting             ]
 *   000...09.events  [ waiting | unflushed ]   <- current
 * </pre>
 */
final class FileQueue implements EventQueue {
  private static final Logger LOG = LoggerFactory.getLogger(FileQueue.class);
  private static final int SEGMENTS = 16;
  private static final long LEAST_SEGMENT_BYTES = 4 * 1024;
  private static final long MOST_SEGMENT_BYTES = 4 * 1024 * 1024;

  private final Path folder;
  private final long maxBytes;
  private final long segmentBytes;
  private final DeadLetters dead;
  private final Tally tally;
  private final Cursor cursor;

  // Guarded by this.
  private final Deque<Segment> segments = new ArrayDeque<>();
  private @Nullable Segment current; // the last one, if this process began it and it is sound
  private long nextNumber = 1;
  private long offset = Segment.START; // of the oldest waiting event, in the first segment

  private FileQueue(Path folder, long maxBytes, DeadLetters dead, Tally tally, Cursor cursor) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.segmentBytes = Math.clamp(maxBytes / SEGMENTS, LEAST_SEGMENT_BYTES, MOST_SEGMENT_BYTES);
    this.dead = dead;
    this.tally = tally;
    this.cursor = cursor;
  }

  /**
   * Opens the queue in this folder, which is made if it is missing.
   *
   * @param maxBytes how much room it may take
   */
  static FileQueue open(Path folder, long maxBytes, DeadLetters dead, Tally tally)
      throws IOException {
    Folders.make(folder);
    FileQueue queue =
        new FileQueue(folder, maxBytes, dead, tally, Cursor.open(folder.resolve("cursor")));
    try {
      queue.openSegments();
      return queue;
    } catch (IOException e) {
      queue.close();
      throw e;
    }
  }

  private synchronized void openSegments() throws IOException {
    List<Long> numbers = numbers();
    for (long number : numbers) {
      boolean first = number == cursor.segment();
      Segment segment = Segment.open(folder, number, first ? cursor.offset() : 0);
      segments.add(segment);
      nextNumber = number + 1;
      if (segment.tornBytes() > 0) {
        LOG.info("{}: {} bytes at its end are no whole event", segment, segment.tornBytes());
      }
      if (number < cursor.segment()) {
        dropOldest();
      } else if (first) {
        offset = Math.max(Segment.START, cursor.offset());
      }
    }
    nextNumber = Math.max(nextNumber, cursor.segment() + 1);
  }

  private List<Long> numbers() throws IOException {
    List<Long> numbers = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Long number = Segment.number(file);
        if (number != null) {
          numbers.add(number);
        }
      }
    }
    Collections.sort(numbers);
    return numbers;
  }

  // --- the side that appends

  @Override
  public synchronized void append(Instant time, byte[] body) throws IOException {
    long bytes = Segment.bytesOf(body);
    if (bytes > maxBytes - Segment.START) {
      dead.bury(time, body, "it is larger than the queue");
      return;
    }
    while (!segments.isEmpty() && bytes() + bytes > maxBytes) {
      pushOutOldest();
    }
    Segment last = roomFor(bytes);
    try {
      last.append(time, body);
    } catch (IOException e) {
      retire(e);
      throw e;
    }
  }

  private Segment roomFor(long bytes) throws IOException {
    Segment last = current;
    if (last != null && last.bytes() > Segment.START && last.bytes() + bytes > segmentBytes) {
      retire(null);
      last = null;
    }
    if (last == null) {
      last = Segment.create(folder, nextNumber);
      nextNumber++;
      segments.add(last);
      current = last;
    }
    return last;
  }

  /** Nothing is appended to the current segment any more. */
  private void retire(@Nullable IOException cause) throws IOException {
    Segment last = current;
    current = null;
    if (last != null) {
      try {
        last.flush();
      } catch (IOException e) {
        if (cause == null) {
          throw e;
        }
        cause.addSuppressed(e);
      }
    }
  }

  private void pushOutOldest() throws IOException {
    if (segments.peekFirst() == current) {
      retire(null);
    }
    Segment oldest = segments.getFirst();
    for (QueuedEvent event = next(oldest); event != null; event = next(oldest)) {
      dead.bury(event.time(), event.body(), "the queue is full");
      offset += Segment.bytesOf(event.body());
      oldest.oneLess();
    }
    dropOldest();
  }

  @Override
  public synchronized void flush() throws IOException {
    Segment last = current;
    try {
      if (last != null) {
        last.flush();
      }
    } catch (IOException e) {
      current = null; // what a failed flush leaves behind is not known
      throw e;
    } finally {
      dead.flush();
    }
  }

  private long bytes() {
    return segments.stream().mapToLong(Segment::bytes).sum();
  }

  // --- the side that takes

  @Override
  public synchronized @Nullable QueuedEvent oldest() throws IOException {
    for (Segment first = segments.peekFirst(); first != null; first = segments.peekFirst()) {
      QueuedEvent event = next(first);
      if (event != null) {
        return event;
      }
      if (first == current) {
        return null;
      }
      dropOldest();
    }
    return null;
  }

  private @Nullable QueuedEvent next(Segment segment) throws IOException {
    return offset < segment.end() ? segment.read(offset) : null;
  }

  @Override
  public synchronized void remove(QueuedEvent event) throws IOException {
    Segment first = segments.peekFirst();
    if (first != null && first.number() == event.segment() && offset == event.offset()) {
      offset += Segment.bytesOf(event.body());
      first.oneLess();
      cursor.moveTo(first.number(), offset);
    }
  }

  @Override
  public synchronized void giveUp(QueuedEvent event, String reason) throws IOException {
    dead.bury(event.time(), event.body(), reason);
    dead.flush();
    remove(event);
  }

  /** What still waits in it can't be read. */
  private void dropOldest() throws IOException {
    Segment first = segments.removeFirst();
    offset = Segment.START;
    if (first.waiting() > 0 && first.number() >= cursor.segment()) {
      tally.lost(first.waiting());
      LOG.warn("{}: {} events can't be read and are lost", first, first.waiting());
    }
    first.delete();
  }

  @Override
  public synchronized long size() {
    return segments.stream().mapToLong(Segment::waiting).sum();
  }

  @Override
  public synchronized void close() throws IOException {
    try (dead;
        cursor) {
      if (current != null) {
        current.flush();
      }
    } finally {
      for (Segment segment : segments) {
        segment.close();
      }
    }
  }
}
