package io.stowage.registry.auth.htpasswd;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 of several texts under one key. Each text counts with its length, so that no two
 * lists of texts have the same digest. Safe for use by any number of threads.
 */
final class KeyedDigest {
  private static final String ALGORITHM = "HmacSHA256";

  /** Never fed: copying one that has its key costs a fraction of asking the providers for one. */
  private final Mac keyed;

  /**
   * @param key at least one byte
   */
  KeyedDigest(byte[] key) {
    try {
      keyed = Mac.getInstance(ALGORITHM);
      keyed.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** 32 bytes. */
  byte[] of(String... texts) {
    Mac mac = copy();
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      mac.update(bytes);
    }
    return mac.doFinal();
  }

  private Mac copy() {
    try {
      return (Mac) keyed.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's own " + ALGORITHM + " can be copied", e);
    }
  }
}
