package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the file of a blob has the digest of its path, found out by reading all of it. The check,
 * the repair and the scrub all ask here, so they agree.
 *
 * <p>Reads go past the page cache where the file system allows that ({@code O_DIRECT}): the cache
 * says what was written and not what the disk still holds, and a walk over a volume must not push
 * out of memory what clients ask for. Elsewhere they go through it.
 *
 * <p>For one thread, because of its buffer.
 */
final class BlobInspection {
  /**
   * Large enough for a disk to read at full speed, and a multiple of every block size in use:
   * {@code O_DIRECT} needs place, length and memory to be multiples of it.
   */
  private static final int BUFFER_BYTES = 1 << 20;

  /** Past the page cache; null if this Java knows no such thing. */
  private static final @Nullable OpenOption DIRECT = direct();

  /** What was found at the place of a blob. */
  sealed interface Verdict {
    /** Nothing, or nothing any more. */
    record Absent() implements Verdict {}

    /** Something that is no file. */
    record NoFile() implements Verdict {}

    /** The bytes of the digest. */
    record Sound(long bytes) implements Verdict {}

    /**
     * Other bytes.
     *
     * @param stamp of the file, from before it was read
     * @param found the digest that they do have
     */
    record Wrong(Stamp stamp, Digest found) implements Verdict {}
  }

  /** Hears of each piece that was read. What it throws ends the inspection. */
  interface Pace {
    /** As fast as it goes. */
    Pace FULL = bytes -> {};

    void read(int bytes) throws IOException;
  }

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(2 * BUFFER_BYTES).alignedSlice(BUFFER_BYTES).slice(0, BUFFER_BYTES);

  /**
   * Reads the file.
   *
   * @throws IOException if it can't be read, which says nothing about its bytes, or what the pace
   *     threw
   */
  Verdict inspect(Path file, Digest digest, Pace pace) throws IOException {
    Optional<BasicFileAttributes> attributes = Stamp.attributes(file);
    if (attributes.isEmpty()) {
      return new Verdict.Absent();
    }
    if (!attributes.get().isRegularFile()) {
      return new Verdict.NoFile();
    }
    DigestVerifier verifier = new DigestVerifier(digest.algorithm());
    try (FileChannel channel = open(file)) {
      read(channel, verifier, pace);
    } catch (NoSuchFileException e) {
      return new Verdict.Absent(); // removed a moment ago
    }
    Digest found = verifier.digest();
    return found.equals(digest)
        ? new Verdict.Sound(verifier.count())
        : new Verdict.Wrong(Stamp.of(attributes.get()), found);
  }

  private static FileChannel open(Path file) throws IOException {
    if (DIRECT != null) {
      try {
        return FileChannel.open(file, StandardOpenOption.READ, DIRECT);
      } catch (NoSuchFileException e) {
        throw e;
      } catch (IOException | UnsupportedOperationException e) {
        // The plain way works, or says why the file can't be opened.
      }
    }
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  /** By name, because the compiler warns of all of {@code com.sun}. */
  private static @Nullable OpenOption direct() {
    try {
      Object[] options = Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
      for (Object option : options) {
        if (option.toString().equals("DIRECT")) {
          return (OpenOption) option;
        }
      }
    } catch (ClassNotFoundException e) {
      return null; // another Java; it reads through the cache
    }
    return null;
  }

  /** A piece that is no multiple of a block is the last one: behind it there is nothing to read. */
  private void read(FileChannel channel, DigestVerifier verifier, Pace pace) throws IOException {
    boolean last = false;
    while (!last) {
      int bytes = channel.read(buffer.clear());
      if (bytes <= 0) {
        return;
      }
      verifier.update(buffer.flip());
      last = bytes < BUFFER_BYTES && verifier.count() >= channel.size();
      pace.read(bytes);
    }
  }
}
