package io.stowage.registry.notifications;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * How far the deliveries came, in a file with two slots that are written in turn: whatever happens
 * to one of them, the other is whole, and the higher turn counts.
 *
 * <pre>
 *   slot: turn (8 bytes), segment (8), offset (8), CRC32C of these (4), unused (4)
 * </pre>
 *
 * <p>It is not flushed after each delivery: after a power cut some events are delivered again.
 */
final class Cursor implements Closeable {
  private static final int SLOT_BYTES = 32;
  private static final int CHECKED_BYTES = 3 * Long.BYTES;

  private final FileChannel channel;
  private long turn;
  private long segment;
  private long offset;

  private Cursor(FileChannel channel) {
    this.channel = channel;
  }

  /** Opens the file; without one, or with one that is damaged, it is at the very beginning. */
  static Cursor open(Path file) throws IOException {
    Cursor cursor =
        new Cursor(
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    try {
      cursor.read(0);
      cursor.read(1);
      return cursor;
    } catch (IOException e) {
      cursor.channel.close();
      throw e;
    }
  }

  private void read(int slot) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(SLOT_BYTES);
    while (buffer.hasRemaining()
        && channel.read(buffer, (long) slot * SLOT_BYTES + buffer.position()) >= 0) {}
    buffer.flip();
    if (buffer.limit() < CHECKED_BYTES + Integer.BYTES) {
      return;
    }
    boolean whole = buffer.getInt(CHECKED_BYTES) == checksum(buffer);
    if (whole && buffer.getLong(0) > turn) {
      turn = buffer.getLong(0);
      segment = buffer.getLong(Long.BYTES);
      offset = buffer.getLong(2 * Long.BYTES);
    }
  }

  long segment() {
    return segment;
  }

  long offset() {
    return offset;
  }

  /** Moves on. Survives the death of the process. */
  void moveTo(long newSegment, long newOffset) throws IOException {
    segment = newSegment;
    offset = newOffset;
    turn++;
    ByteBuffer buffer = ByteBuffer.allocate(SLOT_BYTES);
    buffer.putLong(turn).putLong(segment).putLong(offset);
    buffer.putInt(checksum(buffer)).putInt(0).flip();
    long at = turn % 2 * SLOT_BYTES;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
  }

  private static int checksum(ByteBuffer slot) {
    CRC32C crc = new CRC32C();
    crc.update(slot.slice(0, CHECKED_BYTES));
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      channel.force(false);
    }
  }
}
