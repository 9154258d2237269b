package io.stowage.registry.server.cli;

import io.stowage.registry.access.Credential;
import io.stowage.registry.access.CredentialService;
import io.stowage.registry.access.Scope;
import io.stowage.registry.auth.htpasswd.HtpasswdException;
import io.stowage.registry.auth.htpasswd.HtpasswdFile;
import io.stowage.registry.auth.token.CredentialStore;
import io.stowage.registry.config.AuthSettings;
import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.TokenSettings;
import io.stowage.registry.server.TokenFolders;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What the commands for personal access tokens and for robots have in common: they work on the
 * server's own folder of the volume, whether it runs or not, and it takes notice at once.
 */
final class CredentialDesk {
  private static final String ROW = "%-10s  %-20s  %-20s  %s%n";

  private final AuthSettings.Htpasswd users;
  private final TokenFolders folders;

  private CredentialDesk(AuthSettings.Htpasswd users, TokenFolders folders) {
    this.users = users;
    this.folders = folders;
  }

  /**
   * @throws IllegalArgumentException if a registry with this configuration takes no credentials
   */
  static CredentialDesk of(Configuration configuration) {
    return switch (configuration.auth()) {
      case AuthSettings.Htpasswd users
          when configuration.tokens().mode() != TokenSettings.Mode.OFF ->
          new CredentialDesk(users, TokenFolders.of(configuration, Clock.systemUTC()));
      case AuthSettings.Htpasswd _ ->
          throw new IllegalArgumentException(
              "this registry takes no tokens: stowage.tokens.enabled is false");
      case AuthSettings.None _, AuthSettings.Token _ ->
          throw new IllegalArgumentException(
              "this registry has no users of its own: auth.htpasswd is not configured");
    };
  }

  /** Reads a scope from an option. */
  static final class ScopeConverter implements ITypeConverter<Scope> {
    @Override
    public Scope convert(String text) {
      try {
        return Scope.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** The credentials; the users are read now. */
  CredentialStore store() throws IOException, HtpasswdException {
    return folders.credentials(HtpasswdFile.read(users.path())::knows);
  }

  /**
   * @throws IllegalArgumentException that names the file, if it doesn't have this user
   */
  void requireUser(String user) throws IOException, HtpasswdException {
    if (!HtpasswdFile.read(users.path()).knows(user)) {
      throw new IllegalArgumentException(users.path() + " has no user " + user);
    }
  }

  /** The secret alone on standard output, so that a script can take it; the rest beside it. */
  static void hand(CredentialService.Created created, PrintWriter out, PrintWriter err) {
    Credential credential = created.credential();
    out.println(created.secret());
    err.println(
        "This secret of %s (id %s) is shown only now; it is for %s and %s."
            .formatted(credential.user(), credential.id(), scopes(credential), end(credential)));
    err.println(
        "Use it as the password: docker login -u '%s' REGISTRY".formatted(credential.user()));
  }

  private static String scopes(Credential credential) {
    return credential.scopes().stream().map(Scope::toString).collect(Collectors.joining(" "));
  }

  private static String end(Credential credential) {
    Instant expires = credential.expires();
    return expires == null ? "never ends" : "ends at " + expires.truncatedTo(ChronoUnit.SECONDS);
  }

  /** The credentials of a kind, and of one user if that is asked for. */
  List<Credential> list(Credential.Kind kind, @Nullable String user)
      throws IOException, HtpasswdException {
    List<Credential> listed = new ArrayList<>();
    for (Credential credential : store().list()) {
      if (credential.kind() == kind && (user == null || credential.user().equals(user))) {
        listed.add(credential);
      }
    }
    return listed;
  }

  static void print(List<Credential> credentials, Instant now, PrintWriter out) {
    out.printf(ROW, "ID", "USER", "EXPIRES", "SCOPES AND NOTE");
    for (Credential credential : credentials) {
      String note = credential.note().isEmpty() ? "" : " (" + credential.note() + ")";
      out.printf(
          ROW,
          credential.id(),
          credential.user(),
          expiry(credential, now),
          scopes(credential) + note);
    }
  }

  private static String expiry(Credential credential, Instant now) {
    Instant expires = credential.expires();
    if (expires == null) {
      return "never";
    }
    return credential.isExpired(now)
        ? "expired"
        : expires.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
