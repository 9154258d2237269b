package io.stowage.registry.e2e.faults;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one write put into the redo log, by docs/storage-layout.md, section 5: enough to make files
 * again, and what is to go.
 *
 * @param files bytes by path below the root
 * @param removed paths below the root
 */
record RedoFrames(Map<String, byte[]> files, Set<String> removed) {
  private static final int NUMBER_AND_CHECKSUM_BYTES = 12;
  private static final int PUT = 1;
  private static final int REMOVED = 4;
  private static final int MOVED = 5;
  private static final int TAKEN_BACK = 7;

  /** Reads whole frames. */
  static RedoFrames of(byte[] bytes) {
    RedoFrames frames = new RedoFrames(new HashMap<>(), new HashSet<>());
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      while (in.available() > 0) {
        int length = in.readInt();
        in.skipNBytes(NUMBER_AND_CHECKSUM_BYTES);
        frames.read(new DataInputStream(new ByteArrayInputStream(in.readNBytes(length))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no frames of a redo log", e);
    }
    return frames;
  }

  private void read(DataInputStream payload) throws IOException {
    payload.readLong(); // the time
    for (int left = payload.readInt(); left > 0; left--) {
      int kind = payload.readUnsignedByte();
      String path = payload.readUTF();
      switch (kind) {
        case PUT -> {
          payload.readLong(); // the time of the file
          files.put(path, payload.readNBytes(payload.readInt()));
        }
        case REMOVED -> removed.add(path);
        case MOVED -> payload.readUTF();
        case TAKEN_BACK -> payload.skipNBytes(2 * Long.BYTES);
        default -> {} // nothing but its path
      }
    }
  }
}
