package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A list of digests that takes little more memory than their bits: of what an old volume may have a
 * million of. For one thread.
 */
final class PackedDigests {
  private static final HexFormat HEX = HexFormat.of();

  private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
  private int size;

  void add(Digest digest) {
    byte[] bytes = HEX.parseHex(digest.hex());
    packed.write(bytes.length); // which tells the algorithm
    packed.writeBytes(bytes);
    size++;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** What to do with a few digests of the list. */
  interface Batch {
    void take(List<Digest> digests) throws IOException;
  }

  /** Hands over all digests in their order, so many at a time. */
  void inBatches(int most, Batch batch) throws IOException {
    byte[] bytes = packed.toByteArray();
    List<Digest> digests = new ArrayList<>(most);
    int at = 0;
    while (at < bytes.length) {
      int end = at + 1 + bytes[at];
      digests.add(digest(HEX.formatHex(bytes, at + 1, end)));
      at = end;
      if (digests.size() == most || at == bytes.length) {
        batch.take(List.copyOf(digests));
        digests.clear();
      }
    }
  }

  private static Digest digest(String hex) {
    for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
      if (algorithm.hexLength() == hex.length()) {
        return new Digest(algorithm, hex);
      }
    }
    throw new IllegalStateException("packed: " + hex);
  }
}
