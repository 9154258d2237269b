package io.stowage.registry.oci;

/**
 * A range of bytes, both ends inclusive and counted from 0 (RFC 9110, section 14.1.2), that lies
 * within its content.
 */
public record ByteRange(long first, long last) {
  public ByteRange {
    // No content has a byte at the largest offset: its length would not be a number any more.
    if (first < 0 || last < first || last == Long.MAX_VALUE) {
      throw new IllegalArgumentException("range: " + first + "-" + last);
    }
  }

  /** How many bytes the range has: at least one. */
  public long length() {
    return last - first + 1;
  }

  /** {@code first-last}, as in {@code Content-Range}. */
  @Override
  public String toString() {
    return first + "-" + last;
  }
}
