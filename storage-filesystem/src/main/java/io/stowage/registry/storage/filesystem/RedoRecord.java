package io.stowage.registry.storage.filesystem;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What one commit changes, with everything that is needed to change it again. Paths are relative to
 * the root of the volume, with slashes (docs/storage-layout.md has the format).
 *
 * @param time of the commit, in milliseconds since 1970
 */
record RedoRecord(long time, List<Change> changes) {
  /** A time that was not set. */
  static final long NO_TIME = Long.MIN_VALUE;

  RedoRecord {
    changes = List.copyOf(changes);
  }

  /** One change. */
  sealed interface Change {
    /** What is changed. */
    String path();
  }

  /**
   * A file with these bytes.
   *
   * @param modified its time of last change in microseconds since 1970, or {@link #NO_TIME}
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares changes
  record Put(String path, byte[] bytes, long modified) implements Change {}

  /** A file that was flushed together with its folders before this record was written. */
  record Kept(String path) implements Change {}

  /** A folder. */
  record Folder(String path) implements Change {}

  /** Nothing, where there was a file or folder. */
  record Removed(String path) implements Change {}

  /** A file or folder in another place. */
  record Moved(String path, String to) implements Change {}

  /** A record that is too long for the log and lies in a file beside it. */
  record Elsewhere(String path) implements Change {}

  /** Commits that were taken back, by their numbers. */
  record TakenBack(long first, long last) implements Change {
    @Override
    public String path() {
      return "";
    }
  }

  private static final int PUT = 1;
  private static final int KEPT = 2;
  private static final int FOLDER = 3;
  private static final int REMOVED = 4;
  private static final int MOVED = 5;
  private static final int ELSEWHERE = 6;
  private static final int TAKEN_BACK = 7;

  /** As the log holds it. */
  byte[] encoded() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(time);
    out.writeInt(changes.size());
    for (Change change : changes) {
      encode(change, out);
    }
    return bytes.toByteArray();
  }

  /** As a file of its own holds what {@link #encoded} made: a checksum follows. */
  static byte[] sealed(byte[] encoded) {
    ByteBuffer bytes = ByteBuffer.allocate(encoded.length + Integer.BYTES).put(encoded);
    return bytes.putInt(checksum(ByteBuffer.wrap(encoded))).array();
  }

  /** Reads what {@link #sealed} made; empty if it was damaged since. */
  static Optional<RedoRecord> unsealed(ByteBuffer sealed) throws IOException {
    int end = sealed.limit() - Integer.BYTES;
    if (end < 0 || sealed.getInt(end) != checksum(sealed.slice(0, end))) {
      return Optional.empty();
    }
    return Optional.of(decode(sealed.slice(0, end)));
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static void encode(Change change, DataOutputStream out) throws IOException {
    switch (change) {
      case Put(String path, byte[] content, long modified) -> {
        head(PUT, path, out);
        out.writeLong(modified);
        out.writeInt(content.length);
        out.write(content);
      }
      case Kept(String path) -> head(KEPT, path, out);
      case Folder(String path) -> head(FOLDER, path, out);
      case Removed(String path) -> head(REMOVED, path, out);
      case Moved(String path, String to) -> {
        head(MOVED, path, out);
        out.writeUTF(to);
      }
      case Elsewhere(String path) -> head(ELSEWHERE, path, out);
      case TakenBack(long first, long last) -> {
        head(TAKEN_BACK, "", out);
        out.writeLong(first);
        out.writeLong(last);
      }
    }
  }

  private static void head(int kind, String path, DataOutputStream out) throws IOException {
    out.writeByte(kind);
    out.writeUTF(path);
  }

  /**
   * Reads what {@link #encoded} made, to the last byte. Nothing is done by a record that isn't
   * whole, or that speaks of a place outside of the volume.
   *
   * @throws IOException if it is something else
   */
  static RedoRecord decode(ByteBuffer bytes) throws IOException {
    int from = bytes.arrayOffset() + bytes.position();
    DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes.array(), from, bytes.remaining()));
    long time = in.readLong();
    int count = in.readInt();
    require(count >= 0, count + " changes");
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changes.add(decodeChange(in));
    }
    require(in.read() < 0, "something behind its last change");
    return new RedoRecord(time, changes);
  }

  private static Change decodeChange(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    if (kind == TAKEN_BACK) {
      String none = in.readUTF();
      require(none.isEmpty(), "a path where none is: " + none);
      return new TakenBack(in.readLong(), in.readLong());
    }
    String path = path(in);
    return switch (kind) {
      case PUT -> {
        long modified = in.readLong();
        yield new Put(path, content(in), modified);
      }
      case KEPT -> new Kept(path);
      case FOLDER -> new Folder(path);
      case REMOVED -> new Removed(path);
      case MOVED -> new Moved(path, path(in));
      case ELSEWHERE -> new Elsewhere(path);
      default -> throw new IOException("a record of the redo log has a change of kind " + kind);
    };
  }

  private static String path(DataInputStream in) throws IOException {
    String path = in.readUTF();
    boolean within = isPath(path);
    for (String name : path.split("/", -1)) {
      within &= !name.isEmpty() && !name.equals(".") && !name.equals("..");
    }
    require(within, "a path that leads to nothing below the volume: " + path);
    return path;
  }

  /** Whether files can be called so here at all: without zero bytes, for one. */
  private static boolean isPath(String path) {
    try {
      return !Path.of(path).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static byte[] content(DataInputStream in) throws IOException {
    int length = in.readInt();
    require(length >= 0, "a content of " + length + " bytes");
    byte[] content = in.readNBytes(length);
    require(content.length == length, content.length + " bytes of a content of " + length);
    return content;
  }

  private static void require(boolean right, String what) throws IOException {
    if (!right) {
      throw new IOException("a record of the redo log has " + what);
    }
  }
}
