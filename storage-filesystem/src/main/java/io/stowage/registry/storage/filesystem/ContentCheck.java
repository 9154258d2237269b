package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Whether a file's bytes have a digest, found out by reading them all: for content that nothing
 * else vouches for. The answer is remembered as long as length and time of the file stay.
 */
final class ContentCheck {
  private static final int BUFFER_BYTES = 1 << 17;
  private static final long REMEMBERED = 10_000;

  private record Question(Path file, Digest digest, Stamp stamp) {}

  private final Cache<Question, Boolean> answers =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  /** Whether the file has the digest. */
  boolean matches(Path file, BasicFileAttributes attributes, Digest digest) throws IOException {
    Question question = new Question(file, digest, Stamp.of(attributes));
    Boolean known = answers.getIfPresent(question);
    if (known != null) {
      return known;
    }
    boolean matches = read(file, new DigestVerifier(digest.algorithm())).verify(digest);
    answers.put(question, matches);
    return matches;
  }

  /** Passes all bytes of a file through a verifier. */
  static DigestVerifier read(Path file, DigestVerifier verifier) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(channel, Files.size(file), verifier);
    }
  }

  /** Passes the first bytes of a file through a verifier. */
  static DigestVerifier read(FileChannel channel, long length, DigestVerifier verifier)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    for (long at = 0; at < length; at = verifier.count()) {
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, length - at));
      if (channel.read(buffer, at) < 0) {
        throw new IOException("the file ends at " + at + " (expected: " + length + ")");
      }
      verifier.update(buffer.flip());
    }
    return verifier;
  }
}
