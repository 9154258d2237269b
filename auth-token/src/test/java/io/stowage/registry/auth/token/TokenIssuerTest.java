package io.stowage.registry.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSObject;
import io.stowage.registry.access.TokenRejectedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenIssuerTest {
  private static final List<ResourceAccess> PULL =
      List.of(new ResourceAccess("repository", "team/app", Set.of("pull")));

  private final TestClock clock = new TestClock();
  @TempDir Path root;
  private TokenIssuer issuer = issuer(Path.of(""), "stowage");

  @BeforeEach
  void open() {
    issuer = issuer(root, "stowage");
  }

  private TokenIssuer issuer(Path folder, String service) {
    return new TokenIssuer(
        new SigningKeys(folder, Duration.ofDays(30), Duration.ofDays(90), clock),
        "stowage",
        service,
        Duration.ofMinutes(5),
        Duration.ofDays(90),
        clock);
  }

  @Test
  void access_saysWhatTheProtocolWants() throws Exception {
    TokenIssuer.IssuedToken issued = issuer.access("alice", PULL, "k3v9x0q2ab");

    JWSObject token = JWSObject.parse(issued.token());
    assertThat(token.getHeader().toJSONObject())
        .containsEntry("alg", "ES256")
        .containsEntry("typ", "JWT")
        .containsKey("kid")
        .hasSize(3);
    Map<String, Object> claims = token.getPayload().toJSONObject();
    long now = TestClock.START.getEpochSecond();
    assertThat(claims)
        .containsEntry("iss", "stowage")
        .containsEntry("aud", "stowage")
        .containsEntry("sub", "alice")
        .containsEntry("iat", now)
        .containsEntry("nbf", now)
        .containsEntry("exp", now + 300)
        .containsEntry("cred", "k3v9x0q2ab")
        .containsEntry(
            "access",
            List.of(Map.of("type", "repository", "name", "team/app", "actions", List.of("pull"))));
    assertThat(claims.get("jti")).asString().hasSize(22);
    assertThat(issued.toString()).doesNotContain(issued.token());
    assertThat(issued.lifetime()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void verify_ownToken_givesItsClaims() throws Exception {
    TokenClaims claims = issuer.verify(issuer.access("alice", PULL, "k3v9x0q2ab").token());

    assertThat(claims.subject()).isEqualTo("alice");
    assertThat(claims.credential()).isEqualTo("k3v9x0q2ab");
    assertThat(claims.grant().access()).isEqualTo(PULL);
    assertThat(issuer.verify(issuer.access("", List.of(), null).token()).subject()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 365})
  @DisplayName("R12: after a jump of the clock old tokens don't hold, and new ones do")
  void verify_afterTheClockWasSet_holdsForNewTokensOnly(int days) throws Exception {
    String old = issuer.access("alice", PULL, null).token();
    clock.advance(Duration.ofDays(days));

    assertThatExceptionOfType(TokenRejectedException.class).isThrownBy(() -> issuer.verify(old));
    String young = issuer.access("alice", PULL, null).token();
    assertThat(issuer.verify(young).subject()).isEqualTo("alice");

    clock.advance(Duration.ofDays(-days));
    assertThat(issuer.verify(old).subject()).isEqualTo("alice");
  }

  @Test
  void verify_refreshTokenAsAccessToken_isRejectedAndViceVersa() throws Exception {
    String refresh = issuer.refresh("alice", "print", null, Instant.MAX);
    String access = issuer.access("alice", PULL, null).token();

    assertThatExceptionOfType(TokenRejectedException.class)
        .isThrownBy(() -> issuer.verify(refresh))
        .withMessage("its type is refresh+jwt (expected: JWT)");
    assertThatExceptionOfType(TokenRejectedException.class)
        .isThrownBy(() -> issuer.verifyRefresh(access))
        .withMessage("its type is JWT (expected: refresh+jwt)");
  }

  @Test
  void verify_tokenForAnotherService_isRejected() throws Exception {
    String token = issuer(root, "elsewhere").access("alice", PULL, null).token();

    assertThatExceptionOfType(TokenRejectedException.class)
        .isThrownBy(() -> issuer.verify(token))
        .withMessage("its audience (aud) is [elsewhere] (expected: stowage)");
  }

  @Test
  void verifyRefresh_ownToken_isBoundToWhatWasShown() throws Exception {
    RefreshClaims claims =
        issuer.verifyRefresh(issuer.refresh("alice", "print", "k3v9x0q2ab", Instant.MAX));

    assertThat(claims.subject()).isEqualTo("alice");
    assertThat(claims.credential()).isEqualTo("k3v9x0q2ab");
    assertThat(claims.isBoundTo("print")).isTrue();
    assertThat(claims.isBoundTo("prinT")).isFalse();
    assertThat(claims.expires()).isEqualTo(TestClock.START.plus(Duration.ofDays(90)));
    assertThat(claims.toString()).isEqualTo("refresh token of alice");
  }

  @Test
  void refresh_ofAShortLivedCredential_endsWithIt() throws Exception {
    Instant end = TestClock.START.plusSeconds(3600);

    String refresh = issuer.refresh("alice", "", "k3v9x0q2ab", end);

    assertThat(issuer.verifyRefresh(refresh).expires()).isEqualTo(end);
    clock.advance(Duration.ofMinutes(61));
    assertThatExceptionOfType(TokenRejectedException.class)
        .isThrownBy(() -> issuer.verifyRefresh(refresh))
        .withMessageStartingWith("it expired at ");
  }
}
