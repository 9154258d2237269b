package io.stowage.registry.auth.htpasswd;

import com.github.benmanes.caffeine.cache.Ticker;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Authenticator;
import io.stowage.registry.access.Identity;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Checks user names and passwords against an htpasswd file that may change while this runs.
 *
 * <ul>
 *   <li>Every failure costs what the costliest hash of the file costs, for unknown users too, so
 *       that time doesn't tell who exists.
 *   <li>Passwords of more than 72 bytes or with a zero in them are refused, because bcrypt would
 *       look at a part of them only.
 *   <li>A right password is remembered for a while, and no longer than the user has the hash that
 *       it was checked against.
 *   <li>Hashes are computed on a few threads of their own; callers wait.
 * </ul>
 */
public final class HtpasswdAuthenticator implements Authenticator, Closeable {
  private final Path file;
  private final RememberedLogins remembered;
  private final CheckPool pool;
  private final Bcrypt bcrypt;
  private volatile HtpasswdFile users;

  /**
   * How much to remember, and how much to compute at once.
   *
   * @param remember how long a right password is let in without a check; zero for never
   * @param maxRemembered how many logins are remembered at most
   * @param workers how many hashes are computed at once
   * @param maxWaiting how many different logins may wait for that; more are turned away
   */
  public record Options(Duration remember, int maxRemembered, int workers, int maxWaiting) {
    private static final int MAX_REMEMBERED = 10_000;
    private static final int WAITING_PER_WORKER = 64;

    public Options {
      if (remember.isNegative()) {
        throw new IllegalArgumentException("remember: " + remember + " (expected: 0 or more)");
      }
      requireAtLeastOne("maxRemembered", maxRemembered);
      requireAtLeastOne("workers", workers);
      requireAtLeastOne("maxWaiting", maxWaiting);
    }

    /** Half of the processors for checks, so that the other half serves who has been checked. */
    public static Options remembering(Duration time) {
      int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      return new Options(time, MAX_REMEMBERED, workers, WAITING_PER_WORKER * workers);
    }

    private static void requireAtLeastOne(String what, int number) {
      if (number < 1) {
        throw new IllegalArgumentException(what + ": " + number + " (expected: 1 or more)");
      }
    }
  }

  /** Computes hashes, and is where tests count the work and hold it up. */
  @FunctionalInterface
  interface Bcrypt {
    /** Whether this is the password. */
    boolean matches(BcryptHash hash, String password);
  }

  HtpasswdAuthenticator(Path file, Options options, Ticker ticker, Bcrypt bcrypt)
      throws IOException, HtpasswdException {
    this.file = file;
    this.users = HtpasswdFile.read(file);
    this.remembered = new RememberedLogins(options.remember(), options.maxRemembered(), ticker);
    this.pool = new CheckPool(options.workers(), options.maxWaiting());
    this.bcrypt = bcrypt;
  }

  /**
   * Reads a file, through symbolic links.
   *
   * @throws HtpasswdException if it is missing or can't be used; says how to mend it
   */
  public static HtpasswdAuthenticator open(Path file, Options options)
      throws IOException, HtpasswdException {
    return new HtpasswdAuthenticator(file, options, Ticker.systemTicker(), BcryptHash::matches);
  }

  /**
   * Reads the file again. What it says holds at once, also for logins that are remembered or being
   * checked. If this throws, the users of before stay.
   */
  public synchronized void reload() throws IOException, HtpasswdException {
    users = HtpasswdFile.read(file);
  }

  @Override
  public Optional<Authentication> authenticate(String user, String password) {
    while (true) {
      HtpasswdFile asked = users;
      BcryptHash hash = asked.hashFor(user);
      boolean right = isRight(asked, user, password);
      if (users == asked || users.hashFor(user).equals(hash)) {
        return right ? Optional.of(authentication(user)) : Optional.empty();
      }
      // The user's entry changed while this waited, and the answer is about the old one.
    }
  }

  @Override
  public Optional<Authentication> recall(String user, String password) {
    HtpasswdFile asked = users;
    LoginKey login = remembered.keyOf(user, password, asked.hashFor(user));
    return remembered.contains(login) && asked.knows(user)
        ? Optional.of(authentication(user))
        : Optional.empty();
  }

  private static Authentication authentication(String user) {
    return Authentication.of(new Identity(user));
  }

  private boolean isRight(HtpasswdFile asked, String user, String password) {
    LoginKey login = remembered.keyOf(user, password, asked.hashFor(user));
    return remembered.contains(login)
        ? asked.knows(user)
        : pool.check(login, () -> check(asked, user, password, login));
  }

  private boolean check(HtpasswdFile asked, String user, String password, LoginKey login) {
    if (remembered.contains(login)) {
      return true; // an equal login ended between the caller's look and this turn
    }
    boolean checkable = BcryptHash.canCheck(password);
    boolean matches = bcrypt.matches(asked.hashFor(user), checkable ? password : "");
    if (asked.knows(user) && checkable && matches) {
      remembered.add(login);
      return true;
    }
    asked.paddingFor(user).forEach(dummy -> bcrypt.matches(dummy, ""));
    return false;
  }

  /** Whether the file has this user now. */
  public boolean knows(String user) {
    return users.knows(user);
  }

  /** How many users the file has now. */
  public int size() {
    return users.size();
  }

  /** How many different logins wait for a check, for metrics. */
  public int waiting() {
    return pool.waiting();
  }

  /**
   * A value that changes when the user's password is set anew, or empty for an unknown user. Tells
   * nothing of password and hash, whose salt is known to nobody without the file.
   *
   * @param key at least one byte, the same for as long as values are compared
   */
  public Optional<String> fingerprint(String user, byte[] key) {
    HtpasswdFile asked = users;
    if (!asked.knows(user)) {
      return Optional.empty();
    }
    byte[] mac = new KeyedDigest(key).of("htpasswd entry", user, asked.hashFor(user).text());
    return Optional.of(Base64.getUrlEncoder().withoutPadding().encodeToString(mac));
  }

  /** Ends the threads; who waits for a check is turned away. */
  @Override
  public void close() {
    pool.close();
  }
}
