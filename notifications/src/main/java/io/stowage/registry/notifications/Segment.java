package io.stowage.registry.notifications;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of events, written once from front to back by one process and never opened for writing
 * again: a later process reads it up to the first record that isn't whole.
 *
 * <pre>
 *   file:   "SWEVENT1", record*
 *   record: length of body (4 bytes), CRC32C of time and body (4), time (8, ms since 1970), body
 * </pre>
 */
final class Segment implements Closeable {
  /** Where the first record begins. */
  static final int START = 8;

  private static final long MAGIC = 0x5357_4556_454e_5431L; // SWEVENT1
  private static final int PREFIX_BYTES = Integer.BYTES + Integer.BYTES + Long.BYTES;
  private static final String ENDING = ".events";

  private final Path file;
  private final long number;
  private final FileChannel channel;
  private long written;
  private long end;
  private long waiting;

  private Segment(Path file, long number, FileChannel channel) {
    this.file = file;
    this.number = number;
    this.channel = channel;
  }

  /** How many bytes an event takes. */
  static long bytesOf(byte[] body) {
    return PREFIX_BYTES + (long) body.length;
  }

  private static Path file(Path folder, long number) {
    return folder.resolve("%016x%s".formatted(number, ENDING));
  }

  /** The number of the segment in this file; null if it holds none. */
  static @Nullable Long number(Path file) {
    String name = String.valueOf(file.getFileName());
    if (name.length() != Long.BYTES * 2 + ENDING.length() || !name.endsWith(ENDING)) {
      return null;
    }
    try {
      return Long.parseLong(name, 0, Long.BYTES * 2, 16);
    } catch (NumberFormatException e) {
      return null; // somebody else's
    }
  }

  /** Makes a new one, whose name survives a power cut. */
  static Segment create(Path folder, long number) throws IOException {
    Path file = file(folder, number);
    Segment segment =
        new Segment(
            file,
            number,
            FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    try {
      segment.writeAll(ByteBuffer.allocate(START).putLong(MAGIC).flip());
      segment.end = START;
      Folders.flush(folder);
      return segment;
    } catch (IOException e) {
      segment.abandon(e);
      throw e;
    }
  }

  /**
   * Opens what an earlier process wrote.
   *
   * @param from where the first event stands that still waits
   */
  static Segment open(Path folder, long number, long from) throws IOException {
    Path file = file(folder, number);
    Segment segment = new Segment(file, number, FileChannel.open(file, StandardOpenOption.READ));
    try {
      segment.scan(from);
      return segment;
    } catch (IOException e) {
      segment.channel.close();
      throw e;
    }
  }

  private void scan(long from) throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(START);
    readFully(magic, 0);
    if (magic.hasRemaining() || magic.getLong(0) != MAGIC) {
      return;
    }
    end = channel.size();
    long at = START;
    for (QueuedEvent event = read(at); event != null; event = read(at)) {
      at += bytesOf(event.body());
      if (at > from) {
        waiting++;
      }
    }
    end = at;
    written = at;
  }

  long number() {
    return number;
  }

  /** Behind the last event that can be read. */
  long end() {
    return end;
  }

  /** How much of the disk it takes, about. */
  long bytes() {
    return Math.max(written, end);
  }

  /** How many bytes at its end are no whole event. */
  long tornBytes() throws IOException {
    return channel.size() - end;
  }

  /** How many events wait here. */
  long waiting() {
    return waiting;
  }

  /** One event doesn't wait any longer. */
  void oneLess() {
    waiting--;
  }

  /**
   * Writes an event behind the others.
   *
   * @throws IOException if that failed; then nothing must be appended here any more
   */
  void append(Instant time, byte[] body) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(Math.toIntExact(bytesOf(body)));
    record.putInt(body.length).putInt(0).putLong(time.toEpochMilli()).put(body);
    record.putInt(Integer.BYTES, checksum(record)).flip();
    writeAll(record);
    waiting++;
  }

  /** Makes it durable and readable; readable also if that fails. */
  void flush() throws IOException {
    if (end < written) {
      end = written;
      channel.force(false);
    }
  }

  /**
   * The event that begins there.
   *
   * @return null if no whole one does
   */
  @Nullable QueuedEvent read(long at) throws IOException {
    ByteBuffer prefix = ByteBuffer.allocate(PREFIX_BYTES);
    readFully(prefix, at);
    int length = prefix.getInt(0);
    if (prefix.hasRemaining() || length <= 0 || length > end - at - PREFIX_BYTES) {
      return null;
    }
    ByteBuffer record = ByteBuffer.allocate(PREFIX_BYTES + length);
    readFully(record, at);
    if (record.hasRemaining() || record.getInt(Integer.BYTES) != checksum(record)) {
      return null;
    }
    byte[] body = new byte[length];
    record.get(PREFIX_BYTES, body);
    Instant time = Instant.ofEpochMilli(record.getLong(2 * Integer.BYTES));
    return new QueuedEvent(number, at, time, body);
  }

  private static int checksum(ByteBuffer record) {
    CRC32C crc = new CRC32C();
    int from = 2 * Integer.BYTES;
    crc.update(record.slice(from, record.capacity() - from));
    return (int) crc.getValue();
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    long at = written;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
    written = at;
  }

  private void readFully(ByteBuffer buffer, long at) throws IOException {
    long next = at;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, next);
      if (count < 0) {
        return;
      }
      next += count;
    }
  }

  /** All its events are delivered or dead. */
  void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }

  private void abandon(IOException cause) {
    try {
      delete();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
