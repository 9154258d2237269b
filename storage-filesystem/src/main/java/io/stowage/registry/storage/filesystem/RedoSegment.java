package io.stowage.registry.storage.filesystem;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;

/**
 * One of the two files of the redo log: all of its bytes are allocated once, so that neither a
 * write nor a flush needs space or changes more than these bytes. A segment is used again and
 * again; the random epoch in its head tells the frames of this use from those of the uses before.
 *
 * <pre>
 *   head   (512 bytes)  magic, epoch (0: empty), number of the first frame, CRC-32C
 *   frame               length of the payload, number, CRC-32C of epoch, number, length, payload
 *   payload             a {@link RedoRecord}
 * </pre>
 *
 * The first frame that isn't whole, or hasn't the next number, ends the segment.
 */
final class RedoSegment implements Closeable {
  static final int HEAD_BYTES = 512;
  static final int FRAME_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;

  private static final byte[] MAGIC = "stowage redo 1\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int ZERO_BYTES = 1 << 20;

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
  private long firstRead;

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
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(size, ZERO_BYTES));
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
    int bytes = payloads.stream().mapToInt(payload -> FRAME_BYTES + payload.length).sum();
    ByteBuffer frames = ByteBuffer.allocate(bytes);
    long number = first;
    for (byte[] payload : payloads) {
      frames.putInt(payload.length).putLong(number).putInt(check(number, payload)).put(payload);
      number++;
    }
    int length = frames.flip().remaining();
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

  private int check(long number, byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(
        ByteBuffer.allocate(Long.BYTES + Long.BYTES + Integer.BYTES)
            .putLong(epoch)
            .putLong(number)
            .putInt(payload.length)
            .flip());
    crc.update(payload);
    return (int) crc.getValue();
  }

  // --- reading, before anything is written

  /** Hands over its records with their numbers, in order. */
  void read(BiConsumer<Long, RedoRecord> records) throws IOException {
    ByteBuffer head = bytes(0, HEAD_BYTES);
    byte[] magic = new byte[MAGIC.length];
    head.get(magic);
    epoch = head.getLong();
    long first = head.getLong();
    CRC32C crc = new CRC32C();
    crc.update(head.slice(0, head.position()));
    if (!ByteBuffer.wrap(magic).equals(ByteBuffer.wrap(MAGIC))
        || head.getInt() != (int) crc.getValue()
        || epoch == 0) {
      return;
    }
    long at = HEAD_BYTES;
    for (long number = first; at + FRAME_BYTES <= size; number++) {
      ByteBuffer frame = bytes(at, FRAME_BYTES);
      int length = frame.getInt();
      if (length < 0 || length > size - at - FRAME_BYTES || frame.getLong() != number) {
        break;
      }
      byte[] payload = new byte[length];
      bytes(at + FRAME_BYTES, length).get(payload);
      if (frame.getInt() != check(number, payload)) {
        break;
      }
      records.accept(number, RedoRecord.decode(new ByteArrayInputStream(payload)));
      at += FRAME_BYTES + length;
    }
    firstRead = at == HEAD_BYTES ? 0 : first;
  }

  /** Whether {@link #read} found that nobody has begun to use it since it was made or emptied. */
  boolean wasLeftEmpty() {
    return epoch == 0;
  }

  /** The number of the first record that was read; 0 if there was none. */
  long firstRead() {
    return firstRead;
  }

  private ByteBuffer bytes(long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        break; // shorter than it was made: zeros end it
      }
    }
    return bytes.rewind();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
