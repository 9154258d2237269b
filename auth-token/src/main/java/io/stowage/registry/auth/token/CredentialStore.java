package io.stowage.registry.auth.token;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Authenticator;
import io.stowage.registry.access.Credential;
import io.stowage.registry.access.CredentialRefusedException;
import io.stowage.registry.access.CredentialService;
import io.stowage.registry.access.Identity;
import io.stowage.registry.access.Scope;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Personal access tokens and robot accounts, one file each in a folder that only the server's user
 * reads ({@link CredentialFile}). A file is never changed: creating adds one, revoking removes it,
 * and both hold at once for every process, because each use looks at the file's stamp. Nothing else
 * is looked at when the same credential is used again, so a use costs microseconds. Expired ones
 * are listed for 30 days more, and removed when the next one is made.
 */
public final class CredentialStore implements Authenticator, CredentialService {
  private static final Duration LISTED_AFTER_EXPIRY = Duration.ofDays(30);

  private final PrivateFolder folder;
  private final Predicate<String> userExists;
  private final Clock clock;
  private final InstantSource unhurried;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Loaded> loaded = new ConcurrentHashMap<>();

  /**
   * @param folder made when the first credential is
   * @param userExists whether there is such a user now; without one its tokens don't hold
   */
  public CredentialStore(Path folder, Predicate<String> userExists, Clock clock) {
    this(folder, userExists, clock, clock);
  }

  /**
   * @param folder made when the first credential is
   * @param userExists whether there is such a user now; without one its tokens don't hold
   * @param unhurried by which expired ones are removed: a clock that is not ahead of time when the
   *     other one is set
   */
  public CredentialStore(
      Path folder, Predicate<String> userExists, Clock clock, InstantSource unhurried) {
    this.folder = new PrivateFolder(folder);
    this.userExists = userExists;
    this.clock = clock;
    this.unhurried = unhurried;
  }

  /** A file as it was read. */
  private record Loaded(PrivateFolder.Stamp stamp, CredentialFile file) {}

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

  @Override
  public synchronized Created createPersonal(
      String user, String note, List<Scope> scopes, @Nullable Instant expires)
      throws IOException, CredentialRefusedException {
    if (!userExists.test(user)) {
      throw new CredentialRefusedException("user: " + user, "one that exists");
    }
    requireFuture(expires);
    makeRoom(
        list().stream().filter(it -> isPersonalOf(it, user)).toList(),
        MAX_PERSONAL,
        "personal access tokens of " + user);
    return create(Credential.Kind.PERSONAL, user, note, scopes, expires);
  }

  private static boolean isPersonalOf(Credential credential, String user) {
    return credential.kind() == Credential.Kind.PERSONAL && credential.user().equals(user);
  }

  @Override
  public synchronized Created createRobot(
      String name, String note, List<Scope> scopes, @Nullable Instant expires)
      throws IOException, CredentialRefusedException {
    if (!Credential.isRobotName(name)) {
      throw new CredentialRefusedException("robot name: " + name, Credential.ROBOT_RULE);
    }
    requireFuture(expires);
    String user = Credential.robotUser(name);
    List<Credential> robots =
        list().stream().filter(it -> it.kind() == Credential.Kind.ROBOT).toList();
    if (robots.stream().anyMatch(it -> it.user().equals(user) && holds(it))) {
      throw new CredentialRefusedException("robot name: " + name, "one that is free");
    }
    makeRoom(robots, MAX_ROBOTS, "robots");
    return create(Credential.Kind.ROBOT, user, note, scopes, expires);
  }

  private boolean holds(Credential credential) {
    return !credential.isExpired(clock.instant());
  }

  private void requireFuture(@Nullable Instant expires) throws CredentialRefusedException {
    if (expires != null && !expires.isAfter(clock.instant())) {
      throw new CredentialRefusedException("expires: " + expires, "a time in the future");
    }
  }

  /** Counts expired ones too: who makes many that soon end doesn't fill the disk either. */
  private void makeRoom(List<Credential> oldestFirst, int most, String what)
      throws IOException, CredentialRefusedException {
    if (oldestFirst.size() < most) {
      return;
    }
    Optional<Credential> expired = oldestFirst.stream().filter(it -> !holds(it)).findFirst();
    if (expired.isEmpty()) {
      throw new CredentialRefusedException(
          what + ": " + oldestFirst.size(), "at most " + most + "; revoke one first");
    }
    revoke(expired.get().id());
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

  private void sweep() throws IOException {
    for (Credential credential : credentials()) {
      if (isForgotten(credential)) {
        revoke(credential.id());
      }
    }
  }

  private boolean isForgotten(Credential credential) {
    return credential.isExpired(unhurried.instant().minus(LISTED_AFTER_EXPIRY));
  }

  @Override
  public List<Credential> list() throws IOException {
    return credentials().stream().filter(it -> !isForgotten(it)).toList();
  }

  /** All there are. Costs a look at each file; only those that are new are read. */
  private List<Credential> credentials() throws IOException {
    List<String> ids =
        folder.names(CredentialFile.SUFFIX).stream().map(CredentialStore::id).toList();
    loaded.keySet().retainAll(Set.copyOf(ids));
    List<Credential> credentials = new ArrayList<>();
    for (String id : ids) {
      CredentialFile file = current(id);
      if (file != null) {
        credentials.add(file.credential());
      }
    }
    credentials.sort(Comparator.comparing(Credential::created).thenComparing(Credential::id));
    return credentials;
  }

  private static String id(String fileName) {
    return fileName.substring(0, fileName.length() - CredentialFile.SUFFIX.length());
  }

  @Override
  public Optional<Credential> find(String id) throws IOException {
    CredentialFile file = Credential.isId(id) ? current(id) : null;
    return Optional.ofNullable(file).map(CredentialFile::credential);
  }

  @Override
  public boolean revoke(String id) throws IOException {
    loaded.remove(id);
    return Credential.isId(id) && folder.delete(id + CredentialFile.SUFFIX);
  }
}
