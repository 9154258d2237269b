package io.stowage.registry.oci;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Hashes and counts a stream of bytes; the only user of {@link MessageDigest}. Not safe for use by
 * several threads at once: whoever owns the stream owns its verifier.
 */
public final class DigestVerifier {
  private final DigestAlgorithm algorithm;
  private final MessageDigest state;
  private long count;

  public DigestVerifier(DigestAlgorithm algorithm) {
    this.algorithm = algorithm;
    try {
      this.state = MessageDigest.getInstance(algorithm.jcaName());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the Java runtime lacks " + algorithm.jcaName(), e);
    }
  }

  private DigestVerifier(DigestVerifier other) {
    this.algorithm = other.algorithm;
    this.count = other.count;
    try {
      this.state = (MessageDigest) other.state.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(algorithm.jcaName() + " of this runtime can't be cloned", e);
    }
  }

  /** The digest of bytes that are already in memory. */
  public static Digest digestOf(DigestAlgorithm algorithm, byte[] bytes) {
    DigestVerifier verifier = new DigestVerifier(algorithm);
    verifier.update(ByteBuffer.wrap(bytes));
    return verifier.digest();
  }

  /** Whether this is the digest of no bytes at all. */
  public static boolean isOfNothing(Digest digest) {
    return new DigestVerifier(digest.algorithm()).verify(digest);
  }

  public DigestAlgorithm algorithm() {
    return algorithm;
  }

  /** Takes the remaining bytes of the buffer and leaves it without any. */
  public void update(ByteBuffer bytes) {
    count += bytes.remaining();
    state.update(bytes);
  }

  /** How many bytes were taken so far. */
  public long count() {
    return count;
  }

  /** The digest of all bytes so far. More bytes may follow. */
  public Digest digest() {
    return new Digest(algorithm, HexFormat.of().formatHex(copy().state.digest()));
  }

  /** Another one that has taken the same bytes, and goes on by itself. */
  public DigestVerifier copy() {
    return new DigestVerifier(this);
  }

  /** Whether the bytes so far have this digest, which must be of the same algorithm. */
  public boolean verify(Digest expected) {
    if (expected.algorithm() != algorithm) {
      throw new IllegalArgumentException(
          "digest: " + expected.algorithm() + " (expected: " + algorithm + ")");
    }
    return digest().equals(expected);
  }
}
