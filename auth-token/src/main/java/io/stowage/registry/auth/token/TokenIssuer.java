package io.stowage.registry.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import io.stowage.registry.access.TokenRejectedException;
import java.io.IOException;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signs our own tokens and checks them (RFC 7519; ES256). An access token holds for minutes and
 * says what it is good for; a refresh token holds for weeks and gets new ones. Each has a type and
 * an audience of its own, so that neither is ever taken for the other. What a token says is only as
 * good as the rules and the credential behind it are when it is shown: those are looked at
 * elsewhere.
 */
public final class TokenIssuer implements AccessTokens {
  private static final String ACCESS_TYPE = "JWT";
  private static final String REFRESH_TYPE = "refresh+jwt";
  private static final String CREDENTIAL = "cred";
  private static final String BINDING = "bnd";
  private static final int ID_BYTES = 16;

  private final SigningKeys keys;
  private final String issuer;
  private final String service;
  private final Duration lifetime;
  private final Duration refreshLifetime;
  private final Clock clock;
  private final TokenVerifier accessTokens;
  private final TokenVerifier refreshTokens;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param service whom its tokens are meant for
   * @param lifetime of an access token
   */
  public TokenIssuer(
      SigningKeys keys,
      String issuer,
      String service,
      Duration lifetime,
      Duration refreshLifetime,
      Clock clock) {
    this.keys = keys;
    this.issuer = issuer;
    this.service = service;
    this.lifetime = lifetime;
    this.refreshLifetime = refreshLifetime;
    this.clock = clock;
    this.accessTokens = verifier(service, ACCESS_TYPE);
    this.refreshTokens = verifier(refreshAudience(service), REFRESH_TYPE);
  }

  private TokenVerifier verifier(String audience, String type) {
    return new TokenVerifier(
        keys, new TokenRules(issuer, audience, Set.of(JWSAlgorithm.ES256), type), clock);
  }

  private static String refreshAudience(String service) {
    return service + "#refresh";
  }

  /** An access token. */
  public record IssuedToken(String token, Instant at, Duration lifetime) {
    /** Never the token. */
    @Override
    public String toString() {
      return "token issued at " + at;
    }
  }

  /**
   * Signs an access token.
   *
   * @param subject the user, empty for nobody
   * @param credential the id of the credential that was shown, if it has one
   */
  public IssuedToken access(
      String subject, List<ResourceAccess> access, @Nullable String credential) throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Map<String, Object> claims = claims(subject, service, now, now.plus(lifetime), credential);
    List<Map<String, Object>> entries = new ArrayList<>();
    for (ResourceAccess resource : access) {
      entries.add(
          Map.of(
              "type", resource.type(),
              "name", resource.name(),
              "actions", List.copyOf(resource.actions())));
    }
    claims.put("access", entries);
    return new IssuedToken(sign(ACCESS_TYPE, claims), now, lifetime);
  }

  @Override
  public TokenClaims verify(String token) throws IOException, TokenRejectedException {
    JsonFields claims = accessTokens.verifyClaims(token);
    try {
      return TokenVerifier.claims(claims, claims.string(CREDENTIAL));
    } catch (ParseException e) {
      throw TokenVerifier.malformed(e);
    }
  }

  /**
   * Signs a refresh token.
   *
   * @param binding a fingerprint of what was shown; the token is void once it changes
   * @param credential the id of the credential that was shown, if it has one
   * @param notAfter when the token ends at the latest
   */
  public String refresh(
      String subject, String binding, @Nullable String credential, Instant notAfter)
      throws IOException {
    Instant now = clock.instant();
    Instant latest = now.plus(refreshLifetime);
    Instant end = notAfter.isBefore(latest) ? notAfter : latest;
    Map<String, Object> claims = claims(subject, refreshAudience(service), now, end, credential);
    claims.put(BINDING, binding);
    return sign(REFRESH_TYPE, claims);
  }

  /**
   * What a refresh token says; whether it still holds for its user is for the caller to find out.
   *
   * @throws TokenRejectedException if it doesn't hold as such
   */
  public RefreshClaims verifyRefresh(String token) throws IOException, TokenRejectedException {
    JsonFields claims = refreshTokens.verifyClaims(token);
    try {
      return new RefreshClaims(
          claims.requiredString("sub"),
          claims.requiredString(BINDING),
          claims.string(CREDENTIAL),
          TokenVerifier.expiry(claims));
    } catch (ParseException e) {
      throw TokenVerifier.malformed(e);
    }
  }

  private Map<String, Object> claims(
      String subject, String audience, Instant now, Instant expires, @Nullable String credential) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("aud", audience);
    claims.put("sub", subject);
    claims.put("iat", now.getEpochSecond());
    claims.put("nbf", now.getEpochSecond());
    claims.put("exp", expires.getEpochSecond());
    claims.put("jti", newId());
    if (credential != null) {
      claims.put(CREDENTIAL, credential);
    }
    return claims;
  }

  private String newId() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  private String sign(String type, Map<String, Object> claims) throws IOException {
    SigningKeys.SigningKey key = keys.current();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(new JOSEObjectType(type))
            .keyID(key.id())
            .build();
    JWSObject token = new JWSObject(header, new Payload(claims));
    try {
      token.sign(new ECDSASigner(key.secret()));
    } catch (JOSEException e) {
      throw new IllegalStateException("the Java runtime lacks ES256", e);
    }
    return token.serialize();
  }
}
