package io.stowage.registry.auth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stowage.registry.access.TokenRejectedException;
import io.stowage.registry.thread.NonBlocking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens that were verified, until they expire, so that a signature is computed once and not for
 * each request. They are known by an HMAC under a key that this object makes up and never shows, so
 * its memory holds no token. When the keys behind it change, it is replaced by a new one.
 *
 * <p>Memory is bounded whatever stands in the tokens, which nobody needs a password to get: some
 * eight megabytes, which are thousands of usual tokens and hundreds of the longest.
 */
public final class RememberedTokens implements AccessTokens {
  /** Of all tokens together. What is kept of one takes about two bytes for each character. */
  private static final int REMEMBERED_CHARACTERS = 4 << 20;

  private static final String HMAC = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final AccessTokens tokens;
  private final Clock clock;
  private final Mac keyed;
  private final Cache<Key, Verified> verified =
      Caffeine.newBuilder()
          .maximumWeight(REMEMBERED_CHARACTERS)
          .weigher((Key key, Verified token) -> token.characters)
          .executor(Runnable::run)
          .build();

  public RememberedTokens(AccessTokens tokens, Clock clock) {
    this.tokens = tokens;
    this.clock = clock;
    this.keyed = keyed();
  }

  /** The HMAC of a token. */
  private record Key(long first, long second, long third, long fourth) {}

  /**
   * A token that held.
   *
   * @param at when it was verified
   */
  private record Verified(TokenClaims claims, int characters, Instant at) {
    /** Before it was verified nothing is known: the clock was set back, and it may not hold yet. */
    boolean holds(Instant now) {
      return !now.isBefore(at) && now.isBefore(claims.expires());
    }
  }

  private static Mac keyed() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the Java runtime lacks " + HMAC, e);
    }
  }

  @Override
  public TokenClaims verify(String token) throws IOException, TokenRejectedException {
    if (token.length() > SignedToken.MAX_LENGTH) {
      return tokens.verify(token); // which refuses it, and costs less than its HMAC
    }
    Key key = key(token);
    Verified known = verified.getIfPresent(key);
    Instant now = clock.instant();
    if (known != null && known.holds(now)) {
      return known.claims;
    }
    NonBlocking.beforeBlocking();
    TokenClaims claims = tokens.verify(token);
    verified.put(key, new Verified(claims, token.length(), now));
    return claims;
  }

  private Key key(String token) {
    ByteBuffer hash = ByteBuffer.wrap(clone(keyed).doFinal(token.getBytes(StandardCharsets.UTF_8)));
    return new Key(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  /** Much cheaper than looking up and keying another one. */
  private static Mac clone(Mac keyed) {
    try {
      return (Mac) keyed.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(HMAC + " of this runtime can't be cloned", e);
    }
  }
}
