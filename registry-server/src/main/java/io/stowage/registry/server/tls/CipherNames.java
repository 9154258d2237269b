package io.stowage.registry.server.tls;

import io.stowage.registry.config.Suggestions;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Names of cipher suites as distribution's configuration writes them, which is as Go's {@code
 * crypto/tls} does. They are IANA's, and so are Java's; Go shortens the two of ChaCha20.
 *
 * <p>As in Go the suites of TLS 1.3 are not chosen: they are all offered, whether named or not.
 */
public final class CipherNames {
  private static final Set<String> TLS_1_3 =
      Set.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  /**
   * What TLS 1.2 may use. CBC with SHA-1 is here because Go counts it among the secure ones and
   * clients without GCM exist; each keeps past traffic secret when a key is lost.
   */
  private static final Set<String> TLS_1_2 =
      Set.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");

  private static final Set<String> SHORT =
      Set.of("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305");

  private static final Set<String> INSECURE =
      Set.of(
          "TLS_RSA_WITH_RC4_128_SHA",
          "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
          "TLS_RSA_WITH_AES_128_CBC_SHA",
          "TLS_RSA_WITH_AES_256_CBC_SHA",
          "TLS_RSA_WITH_AES_128_CBC_SHA256",
          "TLS_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
          "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
          "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256");

  private CipherNames() {}

  /**
   * The suites that TLS 1.2 may use, by Java's names and in this order; empty if no such name is
   * given, which leaves the choice to the library.
   *
   * @throws IllegalArgumentException if a name is unknown or a suite too weak; the message names it
   */
  public static List<String> toJava(List<String> names) {
    return names.stream()
        .filter(name -> !TLS_1_3.contains(name))
        .map(CipherNames::toJava)
        .distinct()
        .toList();
  }

  private static String toJava(String name) {
    if (TLS_1_2.contains(name)) {
      return name;
    }
    if (SHORT.contains(name)) {
      return name + "_SHA256";
    }
    throw new IllegalArgumentException(
        INSECURE.contains(name)
            ? "cipher suite: %s is not offered, because %s (expected: one of %s)"
                .formatted(name, weakness(name), String.join(", ", sorted()))
            : "cipher suite: %s (expected: %s)".formatted(name, suggestion(name)));
  }

  private static String weakness(String name) {
    if (name.contains("RC4") || name.contains("3DES")) {
      return "its cipher is broken";
    }
    return name.startsWith("TLS_RSA_")
        ? "who gets hold of the key later can read what was recorded before"
        : "its padding tells of the plain text by the time it takes";
  }

  private static String suggestion(String name) {
    return Suggestions.nearest(name, sorted())
        .map(near -> "perhaps " + near)
        .orElseGet(() -> "one of " + String.join(", ", sorted()));
  }

  private static SortedSet<String> sorted() {
    return new TreeSet<>(TLS_1_2);
  }
}
