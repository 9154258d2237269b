package io.stowage.registry.auth.token;

import io.stowage.registry.access.Credential;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What the holder of a credential shows: {@code stw_<id>_<secret><checksum>}. The prefix is for
 * programs that look for leaked secrets, the checksum tells such a text from a password that only
 * looks like one, and 28 characters of base62 are 166 random bits, so a plain hash of them tells
 * nothing.
 */
record Secret(String id, String text) {
  static final String PREFIX = "stw_";

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int RANDOM_LENGTH = 28;
  private static final int CHECKSUM_LENGTH = 6;
  private static final Pattern SHAPE =
      Pattern.compile(
          PREFIX
              + "([0-9a-z]{"
              + Credential.ID_LENGTH
              + "})_[0-9A-Za-z]{"
              + (RANDOM_LENGTH + CHECKSUM_LENGTH)
              + "}");

  /** A new one. */
  static Secret generate(SecureRandom random) {
    String id = random(random, Credential.ID_LENGTH, 36).toLowerCase(Locale.ROOT);
    String body = PREFIX + id + "_" + random(random, RANDOM_LENGTH, DIGITS.length());
    return new Secret(id, body + checksum(body));
  }

  /** Empty if a password is nothing that {@link #generate} makes. */
  static Optional<Secret> find(String password) {
    if (!password.startsWith(PREFIX)) {
      return Optional.empty();
    }
    Matcher matcher = SHAPE.matcher(password);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int end = password.length() - CHECKSUM_LENGTH;
    return password.substring(end).equals(checksum(password.substring(0, end)))
        ? Optional.of(new Secret(matcher.group(1), password))
        : Optional.empty();
  }

  /** What is kept of it. */
  Digest hash() {
    return DigestVerifier.digestOf(
        DigestAlgorithm.SHA256, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether this is what was kept of it; takes as long for a near miss as for any. */
  boolean matches(Digest kept) {
    return MessageDigest.isEqual(
        hash().hex().getBytes(StandardCharsets.US_ASCII),
        kept.hex().getBytes(StandardCharsets.US_ASCII));
  }

  private static String random(SecureRandom random, int length, int digits) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(DIGITS.charAt(random.nextInt(digits)));
    }
    return text.toString();
  }

  private static String checksum(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    StringBuilder text = new StringBuilder(CHECKSUM_LENGTH);
    long rest = crc.getValue();
    for (int i = 0; i < CHECKSUM_LENGTH; i++) {
      text.append(DIGITS.charAt((int) (rest % DIGITS.length())));
      rest /= DIGITS.length();
    }
    return text.toString();
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return PREFIX + id + "_...";
  }
}
