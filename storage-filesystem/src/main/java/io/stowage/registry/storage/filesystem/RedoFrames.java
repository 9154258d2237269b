package io.stowage.registry.storage.filesystem;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The frames of one use of a {@link RedoSegment}: how they are written, and which of them count.
 *
 * <pre>
 *   frame   length of the payload and, as its highest bit, whether a batch begins (4 bytes)
 *           number (8), CRC-32C of epoch, number, length, payload (4), payload
 * </pre>
 *
 * A batch is flushed before the next one is written. So a frame with the bit proves that all before
 * it were on the disk; if one of those isn't whole, it was damaged since. Without such a proof it
 * is the end: a batch that was being written when the power failed, in whatever order its pages
 * were.
 */
final class RedoFrames {
  /** Before each payload. */
  static final int HEAD_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;

  private static final int BEGINS_BATCH = 1 << 31;

  /**
   * How often all bytes of a segment may be summed for what looked like a frame and was none. What
   * earlier uses left lies there, so once is ordinary; and clients choose the bytes of payloads, so
   * that without an end they could make a start take hours.
   */
  private static final int MOST_IN_VAIN = 4;

  /**
   * What was found.
   *
   * @param payloads of the records that count, by their numbers
   * @param damaged how many records were flushed and can't be read any more
   */
  record Found(NavigableMap<Long, ByteBuffer> payloads, long damaged) {}

  private final long epoch;
  private long summedInVain;

  RedoFrames(long epoch) {
    this.epoch = epoch;
  }

  /** A batch as it is written; the first payload has this number. */
  ByteBuffer batch(long first, List<byte[]> payloads) {
    int bytes = payloads.stream().mapToInt(payload -> HEAD_BYTES + payload.length).sum();
    ByteBuffer frames = ByteBuffer.allocate(bytes);
    long number = first;
    for (byte[] payload : payloads) {
      int length = payload.length | (number == first ? BEGINS_BATCH : 0);
      frames.putInt(length).putLong(number);
      frames.putInt(check(number, length, ByteBuffer.wrap(payload))).put(payload);
      number++;
    }
    return frames.flip();
  }

  /**
   * Finds what counts.
   *
   * @param bytes of the segment, after its head; the payloads are slices of it
   * @param first the number of the first frame of this use
   */
  Found find(ByteBuffer bytes, long first) {
    NavigableMap<Long, ByteBuffer> whole = new TreeMap<>();
    long proven = first;
    long next = first;
    int at = 0;
    while (at + HEAD_BYTES <= bytes.limit()
        && summedInVain <= (long) MOST_IN_VAIN * bytes.limit()) {
      if (!isWhole(bytes, at, next)) {
        at++; // past what is damaged, if anything comes after it
        continue;
      }
      int length = bytes.getInt(at);
      long number = bytes.getLong(at + Integer.BYTES);
      proven = length < 0 ? number : proven;
      ByteBuffer payload = bytes.slice(at + HEAD_BYTES, length & ~BEGINS_BATCH);
      whole.put(number, payload);
      at += HEAD_BYTES + payload.limit();
      next = number + 1;
    }
    long damaged = proven - first - whole.headMap(proven).size();
    dropTorn(whole, proven);
    return new Found(whole, damaged);
  }

  /** Whether there is a frame here that has this number or a later one. */
  private boolean isWhole(ByteBuffer bytes, int at, long least) {
    int length = bytes.getInt(at);
    long number = bytes.getLong(at + Integer.BYTES);
    int left = bytes.limit() - at - HEAD_BYTES;
    long most = least + left / HEAD_BYTES + 1;
    int payload = length & ~BEGINS_BATCH;
    if (number < least || number > most || payload > left) {
      return false;
    }
    int sum = bytes.getInt(at + HEAD_BYTES - Integer.BYTES);
    boolean whole = sum == check(number, length, bytes.slice(at + HEAD_BYTES, payload));
    summedInVain += whole ? 0 : payload;
    return whole;
  }

  /** After what is proven only those count that follow one another. */
  private static void dropTorn(NavigableMap<Long, ByteBuffer> whole, long proven) {
    long end = proven;
    while (whole.containsKey(end)) {
      end++;
    }
    whole.tailMap(end).clear();
  }

  private int check(long number, int length, ByteBuffer payload) {
    CRC32C crc = new CRC32C();
    crc.update(
        ByteBuffer.allocate(Long.BYTES + Long.BYTES + Integer.BYTES)
            .putLong(epoch)
            .putLong(number)
            .putInt(length)
            .flip());
    crc.update(payload);
    return (int) crc.getValue();
  }
}
