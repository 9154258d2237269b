package io.stowage.registry.auth.token;

import com.nimbusds.jose.JWSAlgorithm;
import io.stowage.registry.access.TokenRejectedException;
import java.io.IOException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks signed tokens (RFC 7519, RFC 8725, and distribution's {@code access} claim), in an order
 * that spends nothing on what can't hold: size, shape, header, algorithm, key, signature, and only
 * then what it says. Remembers nothing; each call computes.
 */
public final class TokenVerifier implements AccessTokens {
  /** How far the clocks of issuer and registry may be apart. */
  static final Duration LEEWAY = Duration.ofSeconds(60);

  /** Of times beyond the year 9999 nobody knows what was meant. */
  private static final long LATEST_SECOND = 253_402_300_799L;

  private final VerificationKeys keys;
  private final TokenRules rules;
  private final Clock clock;

  TokenVerifier(VerificationKeys keys, TokenRules rules, Clock clock) {
    this.keys = keys;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * A verifier of a foreign service's tokens.
   *
   * @param algorithms their names in JOSE, of distribution's thirteen
   */
  public static TokenVerifier of(
      TrustedKeys keys, String issuer, String service, Collection<String> algorithms, Clock clock) {
    return new TokenVerifier(keys, TokenRules.of(issuer, service, algorithms), clock);
  }

  @Override
  public TokenClaims verify(String token) throws IOException, TokenRejectedException {
    JsonFields claims = verifyClaims(token);
    try {
      return claims(claims, null);
    } catch (ParseException e) {
      throw malformed(e);
    }
  }

  /** The claims of an access token. Without a subject it belongs to nobody in particular. */
  static TokenClaims claims(JsonFields claims, @Nullable String credential) throws ParseException {
    String subject = claims.string("sub");
    return new TokenClaims(
        subject == null ? "" : subject,
        new TokenGrant(access(claims)),
        expiry(claims).plus(LEEWAY),
        credential);
  }

  /** Everything but the claims that only one kind of token has. */
  JsonFields verifyClaims(String token) throws IOException, TokenRejectedException {
    SignedToken signed = SignedToken.parse(token);
    Instant now = clock.instant();
    requireAllowed(signed.header());
    requireSignature(signed, now);
    try {
      JsonFields claims = JsonFields.parse(signed.payload().decodeToString());
      requireParties(claims);
      requireTimes(claims, now);
      return claims;
    } catch (ParseException e) {
      throw malformed(e);
    }
  }

  private void requireAllowed(TokenHeader header) throws TokenRejectedException {
    JWSAlgorithm algorithm = header.algorithm();
    if (!rules.algorithms().contains(algorithm)) {
      throw new TokenRejectedException(
          "its algorithm is %s (allowed: %s)".formatted(algorithm, rules.algorithmNames()));
    }
    if (rules.type() != null && !rules.type().equals(header.type())) {
      throw new TokenRejectedException(
          "its type is %s (expected: %s)".formatted(header.type(), rules.type()));
    }
  }

  private void requireSignature(SignedToken token, Instant now)
      throws IOException, TokenRejectedException {
    List<TrustedKey> candidates = keys.find(token.header(), now);
    if (candidates.stream().noneMatch(key -> key.fits(token.header().algorithm()))) {
      throw new TokenRejectedException(
          "its algorithm, %s, is none of its key's".formatted(token.header().algorithm()));
    }
    if (candidates.stream().noneMatch(token::isSignedBy)) {
      throw new TokenRejectedException("the signature is not by the key that it names");
    }
  }

  private void requireParties(JsonFields claims) throws ParseException, TokenRejectedException {
    String issuer = claims.string("iss");
    if (!rules.issuer().equals(issuer)) {
      throw new TokenRejectedException(
          "its issuer (iss) is %s (expected: %s)".formatted(issuer, rules.issuer()));
    }
    List<String> audience = audience(claims);
    if (!audience.contains(rules.audience())) {
      throw new TokenRejectedException(
          "its audience (aud) is %s (expected: %s)".formatted(audience, rules.audience()));
    }
  }

  private static List<String> audience(JsonFields claims) throws ParseException {
    return claims.values().get("aud") instanceof String single
        ? List.of(single)
        : claims.strings("aud");
  }

  private static void requireTimes(JsonFields claims, Instant now)
      throws ParseException, TokenRejectedException {
    Instant expires = expiry(claims);
    if (!now.isBefore(expires.plus(LEEWAY))) {
      throw new TokenRejectedException("it expired at %s; now is %s".formatted(expires, now));
    }
    for (String name : List.of("nbf", "iat")) {
      Instant begin = time(claims, name);
      if (begin != null && now.plus(LEEWAY).isBefore(begin)) {
        throw new TokenRejectedException(
            "it holds only from %s on (%s); now is %s".formatted(begin, name, now));
      }
    }
  }

  static Instant expiry(JsonFields claims) throws ParseException {
    Instant expires = time(claims, "exp");
    if (expires == null) {
      throw new ParseException("exp is missing", 0);
    }
    return expires;
  }

  /** A fraction of a second is dropped. */
  private static @Nullable Instant time(JsonFields claims, String name) throws ParseException {
    Number seconds = claims.number(name);
    if (seconds == null) {
      return null;
    }
    if (!(Math.abs(seconds.doubleValue()) <= LATEST_SECOND)) {
      throw new ParseException(name + " is no time", 0);
    }
    return Instant.ofEpochSecond(seconds.longValue());
  }

  private static List<ResourceAccess> access(JsonFields claims) throws ParseException {
    List<ResourceAccess> access = new ArrayList<>();
    for (JsonFields entry : claims.objects("access")) {
      Set<String> actions = new LinkedHashSet<>(entry.strings("actions"));
      access.add(
          new ResourceAccess(entry.requiredString("type"), entry.requiredString("name"), actions));
    }
    return access;
  }

  static TokenRejectedException malformed(ParseException e) {
    return new TokenRejectedException("its claims are not what they should be: " + e.getMessage());
  }
}
