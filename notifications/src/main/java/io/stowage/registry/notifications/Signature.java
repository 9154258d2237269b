package io.stowage.registry.notifications;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What proves that a body comes from somebody who knows the secret. The body holds the event's id
 * and time, so a receiver that remembers ids, as it must anyway, also knows a replay.
 */
final class Signature {
  static final String HEADER = "X-Stowage-Signature";
  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  static String of(byte[] body, String secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
