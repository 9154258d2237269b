package io.stowage.registry.auth.token;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Authenticator;
import io.stowage.registry.access.Identity;
import io.stowage.registry.oci.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Personal access tokens and robot accounts, one file each in a folder that only the server's user
 * reads ({@link CredentialFile}). A file is never changed: creating adds one, revoking removes it,
 * and both hold at once for every process, because each use looks at the file's stamp. Nothing else
 * is looked at when the same credential is used again, so a use costs microseconds. Expired ones
 * are listed for 30 days more.
 */
public final class CredentialStore implements Authenticator {
  private static final Duration LISTED_AFTER_EXPIRY = Duration.ofDays(30);
  private static final Pattern ID = Pattern.compile("[0-9a-z]{" + Secret.ID_LENGTH + "}");

  private final PrivateFolder folder;
  private final Predicate<String> userExists;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Loaded> loaded = new ConcurrentHashMap<>();

  /**
   * @param folder made when the first credential is
   * @param userExists whether there is such a user now; without one its tokens don't hold
   */
  public CredentialStore(Path folder, Predicate<String> userExists, Clock clock) {
    this.folder = new PrivateFolder(folder);
    this.userExists = userExists;
    this.clock = clock;
  }

  /** A file as it was read. */
  private record Loaded(PrivateFolder.Stamp stamp, CredentialFile file) {}

  /**
   * A credential that was just made.
   *
   * @param secret what its holder shows; kept nowhere
   */
  public record Created(Credential credential, String secret) {
    /** Never the secret. */
    @Override
    public String toString() {
      return credential.toString();
    }
  }

  /** Whether a password is one of those that are made here, existing or not. */
  public static boolean isOurs(String password) {
    return Secret.find(password).isPresent();
  }

  // --- use

  /**
   * @throws UncheckedIOException if the credential's file can't be read
   */
  @Override
  public Optional<Authentication> authenticate(String user, String password) {
    Secret secret = Secret.find(password).orElse(null);
    if (secret == null) {
      return Optional.empty();
    }
    try {
      CredentialFile file = current(secret.id());
      return file != null && secret.matches(file.hash()) && file.credential().user().equals(user)
          ? authentication(file.credential())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #authenticate}, which is as cheap. */
  @Override
  public Optional<Authentication> recall(String user, String password) {
    return authenticate(user, password);
  }

  /** What the credential proves now; empty if it is revoked, expired, or its user gone. */
  Optional<Authentication> authentication(String id) throws IOException {
    CredentialFile file = current(id);
    return file == null ? Optional.empty() : authentication(file.credential());
  }

  private Optional<Authentication> authentication(Credential credential) {
    if (credential.isExpired(clock.instant())) {
      return Optional.empty();
    }
    Identity identity = new Identity(credential.user());
    CredentialGrant grant = new CredentialGrant(credential, identity);
    return switch (credential.kind()) {
      case ROBOT -> Optional.of(new Authentication(identity, grant, Authentication.Basis.GRANT));
      case PERSONAL ->
          userExists.test(credential.user())
              ? Optional.of(new Authentication(identity, grant, Authentication.Basis.POLICY))
              : Optional.empty();
    };
  }

  /** The credential as it is in the folder now, or null if there is none. */
  private @Nullable CredentialFile current(String id) throws IOException {
    PrivateFolder.Stamp stamp = folder.stamp(id + CredentialFile.SUFFIX);
    if (stamp == null) {
      loaded.remove(id);
      return null;
    }
    Loaded known = loaded.get(id);
    if (known != null && known.stamp.equals(stamp)) {
      return known.file;
    }
    CredentialFile file = read(id);
    if (file != null) {
      loaded.put(id, new Loaded(stamp, file));
    }
    return file;
  }

  private @Nullable CredentialFile read(String id) throws IOException {
    String name = id + CredentialFile.SUFFIX;
    try {
      CredentialFile file = CredentialFile.parse(folder.read(name));
      if (!file.credential().id().equals(id)) {
        throw new ParseException("id is not the one in its name", 0);
      }
      return file;
    } catch (NoSuchFileException e) {
      return null; // revoked just now
    } catch (ParseException e) {
      throw new FileSystemException(
          folder.file(name).toString(), null, "is not a credential: " + e.getMessage());
    }
  }

  // --- administration

  /**
   * Makes a personal access token.
   *
   * @param expires from when on it doesn't hold, or null for never
   * @throws IllegalArgumentException if there is no such user
   */
  public Created createPersonal(
      String user, String note, List<Scope> scopes, @Nullable Instant expires) throws IOException {
    if (!userExists.test(user)) {
      throw new IllegalArgumentException("user: " + user + " (expected: one that exists)");
    }
    return create(Credential.Kind.PERSONAL, user, note, scopes, expires);
  }

  /**
   * Makes a robot account.
   *
   * @param expires from when on it doesn't hold, or null for never
   * @throws IllegalArgumentException if it can't be called so or there is one of that name
   */
  public Created createRobot(
      String name, String note, List<Scope> scopes, @Nullable Instant expires) throws IOException {
    String user = Credential.robotUser(name);
    if (list().stream().anyMatch(it -> it.user().equals(user) && !it.isExpired(clock.instant()))) {
      throw new IllegalArgumentException("robot name: " + name + " (expected: one that is free)");
    }
    return create(Credential.Kind.ROBOT, user, note, scopes, expires);
  }

  private Created create(
      Credential.Kind kind, String user, String note, List<Scope> scopes, @Nullable Instant expires)
      throws IOException {
    sweep();
    Secret secret = Secret.generate(random);
    Instant now = clock.instant();
    Credential credential = new Credential(secret.id(), kind, user, note, scopes, now, expires);
    Digest hash = secret.hash();
    folder.write(
        secret.id() + CredentialFile.SUFFIX, new CredentialFile(credential, hash).toBytes());
    return new Created(credential, secret.text());
  }

  /** All of them, the oldest first; expired ones too, for a while. */
  public List<Credential> list() throws IOException {
    sweep();
    return credentials();
  }

  /** The credential of this id. */
  public Optional<Credential> find(String id) throws IOException {
    CredentialFile file = ID.matcher(id).matches() ? current(id) : null;
    return Optional.ofNullable(file).map(CredentialFile::credential);
  }

  /**
   * Ends a credential: whoever shows it, or a token that was got with it, is refused from now on.
   *
   * @return whether there was one
   */
  public boolean revoke(String id) throws IOException {
    loaded.remove(id);
    return ID.matcher(id).matches() && folder.delete(id + CredentialFile.SUFFIX);
  }

  private List<Credential> credentials() throws IOException {
    List<Credential> credentials = new ArrayList<>();
    for (String name : folder.names(CredentialFile.SUFFIX)) {
      CredentialFile file = read(name.substring(0, name.length() - CredentialFile.SUFFIX.length()));
      if (file != null) {
        credentials.add(file.credential());
      }
    }
    credentials.sort(Comparator.comparing(Credential::created).thenComparing(Credential::id));
    return credentials;
  }

  private void sweep() throws IOException {
    Instant forgotten = clock.instant().minus(LISTED_AFTER_EXPIRY);
    for (Credential credential : credentials()) {
      if (credential.isExpired(forgotten)) {
        revoke(credential.id());
      }
    }
  }
}
