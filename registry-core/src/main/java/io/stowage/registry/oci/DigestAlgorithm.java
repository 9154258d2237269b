package io.stowage.registry.oci;

import java.util.Optional;

/**
 * The digest algorithms registered by the image specification (descriptor.md, "Registered
 * algorithms") that this registry accepts.
 */
public enum DigestAlgorithm {
  SHA256("sha256", "SHA-256", 64),
  SHA512("sha512", "SHA-512", 128);

  private final String identifier;
  private final String jcaName;
  private final int hexLength;

  DigestAlgorithm(String identifier, String jcaName, int hexLength) {
    this.identifier = identifier;
    this.jcaName = jcaName;
    this.hexLength = hexLength;
  }

  /** The algorithm's name in a digest and in paths, for example {@code sha256}. */
  public String identifier() {
    return identifier;
  }

  /** The algorithm's name for {@link java.security.MessageDigest}. */
  public String jcaName() {
    return jcaName;
  }

  /** How many lower-case hex characters an encoded digest has. */
  public int hexLength() {
    return hexLength;
  }

  /** The algorithm of this identifier, or empty if it is not one of ours. */
  public static Optional<DigestAlgorithm> find(String identifier) {
    for (DigestAlgorithm algorithm : values()) {
      if (algorithm.identifier.equals(identifier)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** The identifiers of all algorithms, for messages: {@code sha256, sha512}. */
  public static String identifiers() {
    StringBuilder text = new StringBuilder();
    for (DigestAlgorithm algorithm : values()) {
      text.append(text.isEmpty() ? "" : ", ").append(algorithm.identifier);
    }
    return text.toString();
  }
}
