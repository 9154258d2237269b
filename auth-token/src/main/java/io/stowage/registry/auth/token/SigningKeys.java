package io.stowage.registry.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.stowage.registry.access.TokenRejectedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The keys that our own tokens are signed with, in a folder that only the server's user reads: one
 * private JWK (RFC 7517, P-256) in each file {@code <kid>.jwk}, its {@code iat} the time it was
 * made. The newest signs, until it is too old and another one is made; the others verify, as long
 * as something may be around that they signed, and are then deleted. The folder is first looked at
 * when a token is issued or shown. Several processes may use it: a file never changes, a key that
 * another one made is found when a token names it, and two that are made at once both count.
 */
public final class SigningKeys implements VerificationKeys {
  private static final String SUFFIX = ".jwk";

  private final PrivateFolder folder;
  private final Duration rotation;
  private final Duration longestToken;
  private final Clock clock;
  private final ReentrantLock changing = new ReentrantLock();
  private volatile Loaded loaded = new Loaded(List.of(), null, Instant.MIN);

  /**
   * @param folder made if it isn't there
   * @param rotation how long a key signs
   * @param longestToken how long a token may live that is signed with one of these
   */
  public SigningKeys(Path folder, Duration rotation, Duration longestToken, Clock clock) {
    this.folder = new PrivateFolder(folder);
    this.rotation = rotation;
    this.longestToken = longestToken.plus(TokenVerifier.LEEWAY);
    this.clock = clock;
  }

  /** A key that is ready for use. */
  record SigningKey(String id, Instant made, ECKey secret, TrustedKey trusted) {
    /** Never the secret. */
    @Override
    public String toString() {
      return "signing key " + id;
    }
  }

  /**
   * What was in the folder.
   *
   * @param keys the newest last
   */
  private record Loaded(List<SigningKey> keys, PrivateFolder.@Nullable Stamp folder, Instant at) {
    /** A change in the same tick of the file system's clock would not show in the stamp. */
    boolean isStill(PrivateFolder.@Nullable Stamp now) {
      return folder != null
          && folder.equals(now)
          && folder.modified().toInstant().plusSeconds(1).isBefore(at);
    }
  }

  /** The key to sign with now; makes one if there is none that is young enough. */
  SigningKey current() throws IOException {
    Instant now = clock.instant();
    Optional<SigningKey> young = young(loaded, now);
    return young.isPresent() ? young.get() : renewed(now);
  }

  private SigningKey renewed(Instant now) throws IOException {
    changing.lock();
    try {
      Loaded fresh = load(now);
      if (young(fresh, now).isEmpty()) {
        make(now);
        deleteForgotten(fresh.keys, now);
        fresh = load(now);
      }
      loaded = fresh;
      return young(fresh, now)
          .orElseThrow(
              () -> new FileSystemException(folder.file("").toString(), null, "lost a key"));
    } finally {
      changing.unlock();
    }
  }

  private Optional<SigningKey> young(Loaded from, Instant now) {
    return from.keys.reversed().stream()
        .findFirst()
        .filter(newest -> now.isBefore(newest.made.plus(rotation)));
  }

  @Override
  public List<TrustedKey> find(TokenHeader header, Instant now)
      throws IOException, TokenRejectedException {
    String id = header.keyId();
    if (!loaded.isStill(folder.stamp())) {
      changing.lock();
      try {
        loaded = load(now);
      } finally {
        changing.unlock();
      }
    }
    List<TrustedKey> found = find(loaded, id);
    if (found.isEmpty()) {
      throw new TokenRejectedException("it is signed with a key that is none of ours: " + id);
    }
    return found;
  }

  private static List<TrustedKey> find(Loaded from, @Nullable String id) {
    return from.keys.stream().filter(key -> key.id.equals(id)).map(SigningKey::trusted).toList();
  }

  private Loaded load(Instant now) throws IOException {
    PrivateFolder.Stamp stamp = folder.stamp();
    List<SigningKey> keys = new ArrayList<>();
    for (String name : folder.names(SUFFIX)) {
      try {
        keys.add(read(name));
      } catch (NoSuchFileException e) {
        // deleted by another process just now
      }
    }
    keys.sort(Comparator.comparing(SigningKey::made).thenComparing(SigningKey::id));
    return new Loaded(List.copyOf(keys), stamp, now);
  }

  private SigningKey read(String name) throws IOException {
    try {
      ECKey key = ECKey.parse(folder.read(name));
      Date made = key.getIssueTime();
      if (!key.isPrivate() || made == null || !(key.getKeyID() + SUFFIX).equals(name)) {
        throw new ParseException("a field is missing or wrong", 0);
      }
      return new SigningKey(
          key.getKeyID(), made.toInstant(), key, TrustedKey.of(key.toPublicJWK()));
    } catch (ParseException | InvalidKeyException | IllegalStateException e) {
      // Not the parser's words: they may repeat what stands in the file.
      throw new FileSystemException(
          folder.file(name).toString(),
          null,
          "is not a signing key; move it away, and tokens that it signed won't hold");
    }
  }

  private void make(Instant now) throws IOException {
    try {
      ECKey key =
          new ECKeyGenerator(Curve.P_256)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.ES256)
              .keyIDFromThumbprint(true)
              .issueTime(Date.from(now))
              .generate();
      folder.write(
          key.getKeyID() + SUFFIX, (key.toJSONString() + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (JOSEException e) {
      throw new IllegalStateException("the Java runtime lacks P-256", e);
    }
  }

  /** A key signed until its successor came, and what it signed may live for a while after that. */
  private void deleteForgotten(List<SigningKey> keys, Instant now) throws IOException {
    for (int i = 0; i + 1 < keys.size(); i++) {
      Instant lastUse = keys.get(i + 1).made;
      if (lastUse.plus(longestToken).isBefore(now)) {
        folder.delete(keys.get(i).id + SUFFIX);
      }
    }
  }
}
