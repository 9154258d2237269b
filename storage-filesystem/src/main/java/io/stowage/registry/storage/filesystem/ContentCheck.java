package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.thread.NonBlocking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * Whether a file's bytes have a digest, found out by reading them all: for content that nothing
 * else vouches for. The answer is remembered as long as length and time of the file stay.
 */
final class ContentCheck {
  private static final int BUFFER_BYTES = 1 << 17;
  private static final long REMEMBERED = 10_000;

  private static final int STRIPES = 64;

  private record Question(Path file, Digest digest, Stamp stamp) {}

  private final Cache<Question, Boolean> answers =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  private final List<ReentrantLock> reading =
      IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantLock()).toList();

  /** Whether the file has the digest. */
  boolean matches(Path file, BasicFileAttributes attributes, Digest digest) throws IOException {
    Question question = new Question(file, digest, Stamp.of(attributes));
    Boolean known = answers.getIfPresent(question);
    return known != null ? known : read(question);
  }

  /** Many may ask at once for what takes long to read: one of them does. */
  private boolean read(Question question) throws IOException {
    NonBlocking.beforeBlocking();
    ReentrantLock lock = reading.get(Math.floorMod(question.hashCode(), STRIPES));
    lock.lock();
    try {
      Boolean known = answers.getIfPresent(question);
      if (known != null) {
        return known;
      }
      Digest digest = question.digest();
      boolean matches = hasDigest(question.file(), digest);
      if (!matches) { // once more, before it is held against the file for as long as this runs
        matches = hasDigest(question.file(), digest);
      }
      answers.put(question, matches);
      return matches;
    } finally {
      lock.unlock();
    }
  }

  private static boolean hasDigest(Path file, Digest digest) throws IOException {
    return read(file, new DigestVerifier(digest.algorithm())).verify(digest);
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
