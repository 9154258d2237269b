package io.stowage.registry.auth.htpasswd;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * The logins that were found right a short while ago. Bounded in number and in time; failures are
 * never remembered. Safe for use by any number of threads.
 */
final class RememberedLogins {
  private static final int KEY_BYTES = 32;

  private final KeyedDigest digest;
  private final Cache<LoginKey, Boolean> right;

  /**
   * @param time since the check that found a login right; zero remembers nothing
   */
  RememberedLogins(Duration time, int most, Ticker ticker) {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    this.digest = new KeyedDigest(key);
    this.right =
        Caffeine.newBuilder()
            .expireAfterWrite(time)
            .maximumSize(most)
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  /** How a login is called here; costs about a microsecond. */
  LoginKey keyOf(String user, String password, BcryptHash hash) {
    return LoginKey.of(digest.of(user, password, hash.rest()));
  }

  boolean contains(LoginKey login) {
    return right.getIfPresent(login) != null;
  }

  void add(LoginKey login) {
    right.put(login, true);
  }
}
