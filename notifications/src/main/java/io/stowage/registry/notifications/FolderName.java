package io.stowage.registry.notifications;

import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import java.nio.charset.StandardCharsets;

/**
 * The name of a folder for a receiver of any name. Letters, digits, {@code _} and {@code -} stay;
 * all else is percent-encoded, dots too, so no name is another's file or leads elsewhere.
 */
final class FolderName {
  private static final int MAX_LENGTH = 120;
  private static final int HASH_LENGTH = 32;

  private FolderName() {}

  static String of(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    StringBuilder safe = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || c == '_' || c == '-')) {
        safe.append(c);
      } else {
        safe.append("%%%02X".formatted((int) c));
      }
    }
    if (safe.isEmpty()) {
      return "%";
    }
    if (safe.length() <= MAX_LENGTH) {
      return safe.toString();
    }
    String hash = DigestVerifier.digestOf(DigestAlgorithm.SHA256, bytes).hex();
    return safe.substring(0, MAX_LENGTH - HASH_LENGTH) + "%" + hash.substring(0, HASH_LENGTH);
  }
}
