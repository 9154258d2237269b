package io.stowage.registry.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who vouches for the people that come in ({@code auth}). */
public sealed interface AuthSettings {
  /** Nobody: everybody is anonymous. */
  record None() implements AuthSettings {}

  /**
   * A file of users and bcrypt hashes.
   *
   * @param realm what clients show when they ask for a password
   * @param path as configured; a relative one is relative to the working directory
   * @param createMissing whether a file that is not there is made, with one user
   */
  record Htpasswd(String realm, Path path, boolean createMissing) implements AuthSettings {}

  /**
   * A token service that is not ours. At least one of the two files of keys is there.
   *
   * @param realm the URL clients get their tokens from; empty only if {@code autoRedirect} makes
   *     one
   * @param service whom a token must be meant for
   * @param issuer who must have signed it
   * @param rootCertBundle PEM certificates
   * @param jwks a JSON Web Key Set
   * @param autoRedirect whether the realm is on the host of the request
   * @param autoRedirectPath path of that realm; begins with {@code /}
   * @param signingAlgorithms those allowed, by their names in JOSE
   */
  record Token(
      String realm,
      String service,
      String issuer,
      @Nullable Path rootCertBundle,
      @Nullable Path jwks,
      boolean autoRedirect,
      String autoRedirectPath,
      List<String> signingAlgorithms)
      implements AuthSettings {
    public Token {
      signingAlgorithms = List.copyOf(signingAlgorithms);
    }
  }
}
