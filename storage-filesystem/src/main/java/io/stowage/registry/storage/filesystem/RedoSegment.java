package io.stowage.registry.storage.filesystem;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the two files of the redo log: all of its bytes are allocated once, so that neither a
 * write nor a flush needs space or changes more than these bytes. A segment is used again and
 * again; the random epoch in its head tells the frames of this use from those of the uses before.
 *
 * <pre>
 *   head    (512 bytes)  magic, epoch (0: empty), number of the first frame, CRC-32C
 *   frames               {@link RedoFrames}; the payload of each is a {@link RedoRecord}
 * </pre>
 */
final class RedoSegment implements Closeable {
  static final int HEAD_BYTES = 512;
  static final int FRAME_BYTES = RedoFrames.HEAD_BYTES;

  private static final Logger LOG = LoggerFactory.getLogger(RedoSegment.class);
  private static final String FORMAT = "stowage redo ";
  private static final byte[] MAGIC = (FORMAT + "1\n\n").getBytes(StandardCharsets.US_ASCII);

  /** How much of it is read, or filled with zeros, at once. */
  private static final int PART_BYTES = 1 << 20;

  private final Disk disk;
  private final Path file;
  private final FileChannel channel;
  private final long size;

  // Guarded by the log's lock.
  private long reserved = HEAD_BYTES;
  private int underWay;
  private boolean usable = true;
  private boolean doubted;

  // For whoever writes, which is one thread at a time.
  private long epoch;
  private long written = HEAD_BYTES;

  // What reading found; for the thread that opens the log.
  private boolean leftEmpty;
  private long firstRead;
  private long damaged;

  /** What its records touched, for the checkpoint. */
  private final Set<Path> touched = ConcurrentHashMap.newKeySet();

  private final Set<Path> beside = ConcurrentHashMap.newKeySet();

  private RedoSegment(Disk disk, Path file, FileChannel channel) throws IOException {
    this.disk = disk;
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
  }

  /** Opens one that is there. */
  static RedoSegment open(Disk disk, Path file) throws IOException {
    return new RedoSegment(disk, file, disk.open(file));
  }

  /** Makes a new one, or one in the place of another, empty and allocated in full. */
  static RedoSegment make(Disk disk, Path temporary, Path file, long size) throws IOException {
    try (FileChannel channel = disk.create(temporary)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(size, PART_BYTES));
      for (long at = 0; at < size; at += zeros.capacity()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
        disk.write(channel, zeros, at);
      }
      disk.flushFile(channel, temporary);
      disk.move(temporary, file);
    } catch (IOException e) {
      try {
        disk.delete(temporary);
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
    disk.flushFolder(Layout.folderOf(file));
    return open(disk, file);
  }

  Path file() {
    return file;
  }

  long size() {
    return size;
  }

  // --- accounting, under the log's lock

  /** Whether a payload of this length fits, leaving this much over. */
  boolean hasRoom(long payloadBytes, long over) {
    return usable && reserved + FRAME_BYTES + payloadBytes + over <= size;
  }

  void reserve(long payloadBytes) {
    reserved += FRAME_BYTES + payloadBytes;
    underWay++;
  }

  void ended() {
    underWay--;
  }

  boolean isQuiet() {
    return underWay == 0;
  }

  /** How many of its records are of commits that have not {@link #ended}. */
  int underWay() {
    return underWay;
  }

  /** Of the frames that it has, or is about to have. */
  long usedBytes() {
    return reserved - HEAD_BYTES;
  }

  boolean isEmpty() {
    return reserved == HEAD_BYTES;
  }

  /** Nothing more is written to it: what a failed flush left there can't be known. */
  void distrust() {
    usable = false;
  }

  boolean isUsable() {
    return usable;
  }

  /** It is empty, and may be used again from now on. */
  void reuse() {
    reserved = HEAD_BYTES;
    doubted = false;
    touched.clear();
  }

  /** What its records touched couldn't be flushed. */
  void doubt() {
    doubted = true;
  }

  boolean isDoubted() {
    return doubted;
  }

  /** A file with a record of this segment. */
  void beside(Path path) {
    beside.add(path);
  }

  /** Those files, which nobody needs any more. */
  Set<Path> takeBeside() {
    Set<Path> all = Set.copyOf(beside);
    beside.clear();
    return all;
  }

  Set<Path> touched() {
    return touched;
  }

  // --- writing, one thread at a time

  /** Begins a new use; its head goes out with the first frames. */
  void begin(long newEpoch, long first) throws IOException {
    epoch = newEpoch;
    writeHead(first);
  }

  /** Writes frames and flushes them. */
  void write(long first, List<byte[]> payloads) throws IOException {
    ByteBuffer frames = new RedoFrames(epoch).batch(first, payloads);
    int length = frames.remaining();
    disk.write(channel, frames, written);
    written += length;
    disk.flushData(channel, file);
  }

  /** Empties it, durably. Before it is used again it is told so. */
  void reset() throws IOException {
    epoch = 0;
    writeHead(0);
    disk.flushData(channel, file);
    written = HEAD_BYTES;
  }

  private void writeHead(long first) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    head.put(MAGIC).putLong(epoch).putLong(first);
    CRC32C crc = new CRC32C();
    crc.update(head.slice(0, head.position()));
    head.putInt((int) crc.getValue());
    disk.write(channel, head.rewind(), 0);
  }

  // --- reading, also beside a writer

  /**
   * Hands over its records with their numbers, in order. What was damaged since it was flushed is
   * told of, and passed over: what comes after it was acknowledged too.
   *
   * @throws IOException if the file can't be read, or holds what this version can't
   */
  void read(BiConsumer<Long, RedoRecord> records) throws IOException {
    ByteBuffer head = bytes(0, HEAD_BYTES);
    leftEmpty = isZero(head);
    firstRead = 0;
    damaged = 0;
    if (leftEmpty || !isHeadWhole(head)) {
      return;
    }
    long readEpoch = head.getLong(MAGIC.length);
    leftEmpty = readEpoch == 0;
    if (leftEmpty) {
      return;
    }
    long first = head.getLong(MAGIC.length + Long.BYTES);
    ByteBuffer rest = bytes(HEAD_BYTES, (int) Math.max(0, size - HEAD_BYTES));
    RedoFrames.Found found = new RedoFrames(readEpoch).find(rest, first);
    for (Map.Entry<Long, ByteBuffer> frame : found.payloads().entrySet()) {
      records.accept(frame.getKey(), RedoRecord.decode(frame.getValue()));
    }
    firstRead = found.payloads().isEmpty() ? 0 : first;
    damaged = found.damaged();
    if (damaged > 0) {
      LOG.error(
          "{}: {} of the records that were flushed can't be read any more. If the power failed,"
              + " what they changed may be missing: registry check tells what is broken",
          file,
          damaged);
    }
  }

  private static boolean isZero(ByteBuffer bytes) {
    return bytes.equals(ByteBuffer.allocate(bytes.capacity()));
  }

  private boolean isHeadWhole(ByteBuffer head) throws IOException {
    String format = StandardCharsets.US_ASCII.decode(head.slice(0, MAGIC.length)).toString();
    CRC32C crc = new CRC32C();
    int end = MAGIC.length + Long.BYTES + Long.BYTES;
    crc.update(head.slice(0, end));
    boolean whole = head.getInt(end) == (int) crc.getValue();
    if (whole && format.startsWith(FORMAT) && !head.slice(0, MAGIC.length).equals(magic())) {
      throw new IOException(
          "%s is of another version (\"%s\"): let that version end cleanly, or start it once"
              .formatted(file, format.strip()));
    }
    if (!whole) {
      LOG.error(
          "{}: its head can't be read, and so none of its records. If the power failed, what they"
              + " changed may be missing: registry check tells what is broken",
          file);
    }
    return whole;
  }

  private static ByteBuffer magic() {
    return ByteBuffer.wrap(MAGIC);
  }

  /** Whether {@link #read} found that nobody has begun to use it since it was made or emptied. */
  boolean wasLeftEmpty() {
    return leftEmpty;
  }

  /** How many records were flushed once and can't be read any more. */
  long damaged() {
    return damaged;
  }

  /** The number of the first record that was read; 0 if there was none. */
  long firstRead() {
    return firstRead;
  }

  /** In parts, for the channel copies each through memory outside the heap. */
  private ByteBuffer bytes(long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    int read = 0;
    while (read >= 0 && bytes.hasRemaining()) {
      bytes.limit(Math.min(length, bytes.position() + PART_BYTES));
      read = channel.read(bytes, at + bytes.position()); // a file that is too short ends in zeros
      bytes.limit(length);
    }
    return bytes.rewind();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
