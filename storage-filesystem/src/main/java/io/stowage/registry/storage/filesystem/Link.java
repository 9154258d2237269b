package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** What a link file holds: a digest as text, if nobody broke it. */
sealed interface Link {
  /** There is no such file. */
  record Absent() implements Link {}

  /** A file without a digest in it: written in place by an old server that died, or edited. */
  record Torn() implements Link {}

  /** A digest, perhaps with white space around it. */
  record To(Digest target) implements Link {}

  /** More than any digest with white space around it. */
  int MOST_BYTES = 512;

  /** Reads a link file. */
  static Link read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int read = 0;
      while (read >= 0 && bytes.hasRemaining()) {
        read = channel.read(bytes);
      }
    } catch (NoSuchFileException e) {
      return new Absent();
    } catch (FileSystemException e) {
      if (Presence.isBelowFile(file)) {
        return new Absent();
      }
      throw e;
    } catch (IOException e) {
      if (Files.isDirectory(file)) {
        return new Torn();
      }
      throw e;
    }
    Optional<Digest> target =
        Digest.find(StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip());
    return target.<Link>map(To::new).orElseGet(Torn::new);
  }

  /** The bytes of a link to this digest. */
  static byte[] bytes(Digest target) {
    return target.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether this leads to exactly this digest, with or without white space. */
  default boolean isTo(Digest digest) {
    return this instanceof To(Digest target) && target.equals(digest);
  }

  /**
   * Where else the bytes of this digest are, if its link is an alias of distribution's, which has
   * them by another algorithm.
   */
  static Optional<Digest> alias(Path file, Digest digest) throws IOException {
    return digest.algorithm() != DigestAlgorithm.SHA256
            && read(file) instanceof To(Digest target)
            && target.algorithm() != digest.algorithm()
        ? Optional.of(target)
        : Optional.empty();
  }

  /** Whether the file holds exactly what we would write. */
  static boolean isWhole(Path file, Digest digest) throws IOException {
    return read(file).isWholeIn(file, digest);
  }

  /** The same of a file that this was just read from. */
  default boolean isWholeIn(Path file, Digest digest) throws IOException {
    return isTo(digest) && Files.size(file) == digest.toString().length();
  }
}
