package io.stowage.registry.auth.token;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a token must say.
 *
 * @param issuer who must have issued it
 * @param audience whom it must be meant for
 * @param algorithms those allowed, of {@link #ALGORITHMS}
 * @param type what the header must call it, or null if that doesn't matter
 */
record TokenRules(
    String issuer, String audience, Set<JWSAlgorithm> algorithms, @Nullable String type) {
  /** Those of distribution: never {@code none}. */
  static final List<JWSAlgorithm> ALGORITHMS =
      List.of(
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.HS256,
          JWSAlgorithm.HS384,
          JWSAlgorithm.HS512,
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512);

  TokenRules {
    algorithms = Set.copyOf(algorithms);
  }

  /** For messages: sorted. */
  String algorithmNames() {
    return algorithms.stream()
        .map(JWSAlgorithm::getName)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  static boolean isAccepted(String algorithm) {
    return ALGORITHMS.contains(JWSAlgorithm.parse(algorithm));
  }

  /** Of a foreign service. */
  static TokenRules of(String issuer, String service, Collection<String> algorithms) {
    Set<JWSAlgorithm> allowed = new HashSet<>();
    for (String name : algorithms) {
      if (!isAccepted(name)) {
        throw new IllegalArgumentException(
            "signing algorithm: " + name + " (expected: one of " + ALGORITHMS + ")");
      }
      allowed.add(JWSAlgorithm.parse(name));
    }
    return new TokenRules(issuer, service, allowed, null);
  }
}
