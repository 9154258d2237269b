package io.stowage.registry.oci;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A content digest: an algorithm and its lower-case hex value. Valid by construction, and therefore
 * safe as a part of a path.
 *
 * @param algorithm how the digest is computed
 * @param hex exactly {@link DigestAlgorithm#hexLength()} characters of {@code [0-9a-f]}
 */
public record Digest(DigestAlgorithm algorithm, String hex) implements Reference {

  public Digest {
    String problem = problem(algorithm, hex);
    if (problem != null) {
      throw new IllegalArgumentException("digest " + algorithm + ":" + hex + ": " + problem);
    }
  }

  /**
   * Parses {@code algorithm:hex} from a client.
   *
   * @throws RegistryException with {@link RegistryError.DigestInvalid} that names value and rule
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw rejected(text, "a digest has the form algorithm:hex");
    }
    Optional<DigestAlgorithm> algorithm = DigestAlgorithm.find(text.substring(0, colon));
    if (algorithm.isEmpty()) {
      throw rejected(
          text, "unsupported digest algorithm (supported: " + DigestAlgorithm.identifiers() + ")");
    }
    String hex = text.substring(colon + 1);
    String problem = problem(algorithm.get(), hex);
    if (problem != null) {
      throw rejected(text, problem);
    }
    return new Digest(algorithm.get(), hex);
  }

  /** Parses {@code algorithm:hex} from storage: absent if the text is not a digest. */
  public static Optional<Digest> find(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    String hex = text.substring(colon + 1);
    return DigestAlgorithm.find(text.substring(0, colon))
        .filter(algorithm -> problem(algorithm, hex) == null)
        .map(algorithm -> new Digest(algorithm, hex));
  }

  private static @Nullable String problem(DigestAlgorithm algorithm, String hex) {
    if (hex.length() != algorithm.hexLength()) {
      return "%s has %d hex characters, not %d"
          .formatted(algorithm.identifier(), algorithm.hexLength(), hex.length());
    }
    for (int i = 0; i < hex.length(); i++) {
      char c = hex.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return "only the characters 0-9 and a-f may follow the algorithm";
      }
    }
    return null;
  }

  private static RegistryException rejected(String text, String rule) {
    return new RegistryException(new RegistryError.DigestInvalid(text, rule));
  }

  @Override
  public String toString() {
    return algorithm.identifier() + ":" + hex;
  }
}
