package io.stowage.registry.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.stowage.registry.access.TokenRejectedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
  private static final List<String> ALL =
      TokenRules.ALGORITHMS.stream().map(algorithm -> algorithm.getName()).toList();
  private static final Signer RSA = Signer.rsa(2048);
  private static final Signer EC = Signer.ec("ES256");
  private static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
          .getBytes(StandardCharsets.US_ASCII);

  private final TestClock clock = new TestClock();
  @TempDir Path folder;

  // --- what holds

  @Test
  void verify_tokenAsDockerAuthMakesIt_givesItsClaims() throws Exception {
    TokenClaims claims = trusting(RSA.pem()).verify(RSA.token());

    assertThat(claims.subject()).isEqualTo("alice");
    assertThat(claims.grant().access())
        .map(ResourceAccess::toString)
        .containsExactly("repository:team/app:pull,push");
    assertThat(claims.expires()).isEqualTo(TestClock.START.plusSeconds(360));
    assertThat(claims.credential()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
      })
  void verify_everyAlgorithmOfAKeyPair_holds(String algorithm) throws Exception {
    Signer signer =
        switch (algorithm.substring(0, 2)) {
          case "ES" -> Signer.ec(algorithm);
          case "Ed" -> Signer.ed25519();
          default -> RSA.by(algorithm);
        };

    assertThat(trusting(signer.pem()).verify(signer.token()).subject()).isEqualTo("alice");
    rejected(trusting(signer.pem()), signer.token() + "AAAA", "the signature is not by the key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS256", "HS384", "HS512"})
  void verify_sharedSecretOfASet_holds(String algorithm) throws Exception {
    AccessTokens verifier =
        trustingSet(Map.of("kty", "oct", "kid", "s", "k", Signer.encode(SECRET)));
    Map<String, String> header = Map.of("kid", "s");

    String token = Signer.hmacToken(algorithm, SECRET, header, Signer.claims());

    assertThat(verifier.verify(token).subject()).isEqualTo("alice");
  }

  @Test
  void verify_keyNamedByThumbprint_isFound() throws Exception {
    String thumbprint = TrustedKey.thumbprint(PublicKeys.jwk(EC.publicKey()));

    String token = EC.token(Map.of("kid", String.valueOf(thumbprint)), Signer.claims());

    assertThat(trusting(EC.pem()).verify(token).subject()).isEqualTo("alice");
  }

  @Test
  void verify_keyNamedInsideJwk_isFoundByThatName() throws Exception {
    Map<String, Object> header = Map.of("jwk", Map.of("kid", EC.libtrustId(), "kty", "EC"));

    assertThat(trusting(EC.pem()).verify(EC.token(header, Signer.claims())).subject())
        .isEqualTo("alice");
  }

  @Test
  void verify_withoutSubjectOrAccess_isNobodyWithNothing() throws Exception {
    Map<String, Object> claims = Signer.claimsWithout("sub");
    claims.remove("access");

    TokenClaims verified =
        trusting(EC.pem()).verify(EC.token(Map.of("kid", EC.libtrustId()), claims));

    assertThat(verified.subject()).isEmpty();
    assertThat(verified.grant().access()).isEmpty();
  }

  @Test
  void verify_audienceInAList_holds() throws Exception {
    assertThat(verifyClaims(Signer.claimsWith("aud", List.of("other", Signer.SERVICE))).subject())
        .isEqualTo("alice");
  }

  @Test
  void verify_clocksAMinuteApart_holds() throws Exception {
    AccessTokens verifier = trusting(EC.pem());
    long now = TestClock.START.getEpochSecond();

    assertThat(verifyClaims(Signer.claimsWith("nbf", now + 60)).subject()).isEqualTo("alice");
    assertThat(verifyClaims(Signer.claimsWith("exp", now - 59)).subject()).isEqualTo("alice");
    clock.advance(Duration.ofSeconds(359));
    assertThat(verifier.verify(EC.token()).subject()).isEqualTo("alice");
    clock.advance(Duration.ofSeconds(1));
    rejected(verifier, EC.token(), "it expired at 2026-11-24T12:05:00Z; now is");
  }

  // --- AN-1: keys that a token brings along

  @Test
  void an1_embeddedKeyUnderATrustedName_isRejected() throws Exception {
    Signer attacker = Signer.ec("ES256");
    Map<String, Object> own =
        new LinkedHashMap<>(PublicKeys.jwk(attacker.publicKey()).toJSONObject());
    own.put("kid", EC.libtrustId());

    String token = attacker.token(Map.of("kid", EC.libtrustId(), "jwk", own), Signer.claims());

    rejected(trusting(EC.pem()), token, "the signature is not by the key that it names");
  }

  @Test
  void an1_embeddedKeyOrAddressAlone_isRejected() throws Exception {
    Signer attacker = Signer.ec("ES256");
    AccessTokens verifier = trusting(EC.pem());
    Map<String, Object> own = PublicKeys.jwk(attacker.publicKey()).toJSONObject();

    rejected(verifier, attacker.token(Map.of("jwk", own), Signer.claims()), "names no key");
    for (String name : List.of("jku", "x5u")) {
      Map<String, Object> header = Map.of(name, "http://127.0.0.1:9/keys", "kid", "theirs");
      rejected(
          verifier, attacker.token(header, Signer.claims()), "no trusted key is called theirs");
    }
  }

  @Test
  void an1_chainUpToABundleCertificate_holds() throws Exception {
    Signer root = Signer.rsa(2048);
    Signer middle = Signer.ec("ES256");
    var rootCertificate = Certificates.selfSigned("root", root, Certificates.Wish.AUTHORITY);
    var middleCertificate =
        Certificates.issue("middle", middle, "root", root, Certificates.Wish.AUTHORITY);
    var leaf = Certificates.issue("leaf", EC, "middle", middle, Certificates.Wish.SIGNER);
    AccessTokens verifier = trusting(Certificates.pem(rootCertificate));

    for (List<String> chain :
        List.of(
            Certificates.chain(leaf, middleCertificate),
            Certificates.chain(leaf, middleCertificate, rootCertificate))) {
      assertThat(verifier.verify(EC.token(Map.of("x5c", chain), Signer.claims())).subject())
          .isEqualTo("alice");
    }
    rejected(verifier, withChain(Certificates.chain(leaf)), "x5c doesn't lead to a certificate of");
    rejected(
        verifier,
        withChain(Certificates.chain(middleCertificate, rootCertificate)),
        "x5c doesn't lead to a certificate of rootcertbundle: the signer's key is not for");
  }

  @Test
  void an1_certificateOfTheBundleItself_holdsWhileItIsValid() throws Exception {
    var own = Certificates.selfSigned("auth", EC, Certificates.Wish.SIGNER);
    AccessTokens verifier = trusting(Certificates.pem(own));
    String token =
        EC.token(
            Map.of("x5c", Certificates.chain(own)),
            Signer.claimsWith("exp", TestClock.START.getEpochSecond() + 1_000_000));

    assertThat(verifier.verify(token).subject()).isEqualTo("alice");
    clock.advance(Duration.ofDays(2));
    rejected(verifier, token, "x5c doesn't lead to a certificate of rootcertbundle");
  }

  @Test
  void an1_chainOfStrangers_isRejected() throws Exception {
    Signer root = Signer.ec("ES256");
    var trusted = Certificates.selfSigned("root", root, Certificates.Wish.AUTHORITY);
    AccessTokens verifier = trusting(Certificates.pem(trusted));
    Signer stranger = Signer.ec("ES256");
    var theirs = Certificates.selfSigned("root", stranger, Certificates.Wish.AUTHORITY);
    var leaf = Certificates.issue("leaf", EC, "root", stranger, Certificates.Wish.SIGNER);

    for (List<String> chain :
        List.of(
            Certificates.chain(leaf),
            Certificates.chain(leaf, theirs),
            Certificates.chain(leaf, trusted))) {
      rejected(verifier, withChain(chain), "x5c doesn't lead to a certificate of rootcertbundle");
    }
    rejected(verifier, withChain(List.of("AAAA")), "x5c holds something that is no certificate");
    rejected(verifier, withChain(List.of("!")), "x5c holds something that is no certificate");
    rejected(
        verifier, withChain(Collections.nCopies(9, "AAAA")), "x5c has 9 certificates (at most 8)");
  }

  @Test
  void an1_signerThatMayNotSign_isRejected() throws Exception {
    Signer root = Signer.ec("ES256");
    AccessTokens verifier =
        trusting(
            Certificates.pem(Certificates.selfSigned("root", root, Certificates.Wish.AUTHORITY)));

    for (Certificates.Wish wish :
        List.of(
            Certificates.Wish.of(false, KeyUsage.keyEncipherment),
            Certificates.Wish.SIGNER.purpose(KeyPurposeId.id_kp_timeStamping),
            Certificates.Wish.SIGNER.notBefore(TestClock.START.plusSeconds(600)),
            Certificates.Wish.SIGNER.notBefore(TestClock.START.minus(Duration.ofDays(2))))) {
      var leaf = Certificates.issue("leaf", EC, "root", root, wish);
      rejected(verifier, withChain(Certificates.chain(leaf)), "x5c doesn't lead to a certificate");
    }
    var fitting =
        Certificates.issue(
            "leaf",
            EC,
            "root",
            root,
            Certificates.Wish.SIGNER.purpose(KeyPurposeId.id_kp_serverAuth));
    assertThat(verifier.verify(withChain(Certificates.chain(fitting))).subject())
        .isEqualTo("alice");
  }

  // --- AN-2: token bombs

  @Test
  void an2_moreThanSixteenKibibytes_isRefusedBeforeItIsSplit() throws Exception {
    AccessTokens verifier = trusting(EC.pem());

    rejected(verifier, ".".repeat(1_000_000), "it has 1000000 characters (at most 16384)");
    rejected(verifier, EC.token() + "A".repeat(16_384), "characters (at most 16384)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        "e30.e30.e30.e30.e30",
        ".b.c",
        "a b.c.d",
        "a.b.c=",
        "é.b.c"
      })
  void an2_notThreePartsOfBase64_isRejected(String token) throws Exception {
    rejected(trusting(EC.pem()), token, "it is no signed JWT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "crit", "b64", "enc"})
  void an2_headerThatAsksForMore_isRejected(String name) throws Exception {
    Map<String, Object> header = Map.of("kid", EC.libtrustId(), name, List.of("exp"));

    rejected(
        trusting(EC.pem()),
        EC.token(header, Signer.claims()),
        "the header has " + name + ", which is not understood");
  }

  @Test
  void an2_headerThatIsNoProperJson_isRejected() throws Exception {
    AccessTokens verifier = trusting(EC.pem());
    String deep = "{\"alg\":\"ES256\",\"x\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
    for (String header :
        List.of(
            deep,
            "null",
            "[]",
            "{",
            "{\"alg\":\"ES256\",\"alg\":\"none\"}",
            "{\"alg\":1}",
            "{\"kid\":\"a\"}",
            "{\"alg\":\"ES256\",\"kid\":{}}",
            "{\"alg\":\"ES256\",\"x5c\":\"a\"}",
            "{\"alg\":\"ES256\",\"jwk\":\"a\"}")) {
      String token = Signer.encode(header.getBytes(StandardCharsets.UTF_8)) + ".e30.AAAA";
      rejected(verifier, token, "the header is not what it should be");
    }
  }

  // --- AN-3: algorithms

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE", "", "ES256K", "HS1", "RSA-OAEP", "dir"})
  void an3_algorithmOutsideTheList_isRejected(String algorithm) throws Exception {
    String header = Signer.encode(Map.of("alg", algorithm, "kid", EC.libtrustId()));

    rejected(
        trusting(EC.pem()),
        header + "." + Signer.encode(Signer.claims()) + ".",
        "its algorithm is " + algorithm + " (allowed: ES256, ");
  }

  @Test
  void an3_publicKeyTakenForASharedSecret_isRejected() throws Exception {
    for (byte[] secret :
        List.of(RSA.publicKey().getEncoded(), RSA.pem().getBytes(StandardCharsets.US_ASCII))) {
      String token =
          Signer.hmacToken("HS256", secret, Map.of("kid", RSA.libtrustId()), Signer.claims());
      rejected(trusting(RSA.pem()), token, "its algorithm, HS256, is none of its key's");
    }
  }

  @ParameterizedTest
  @CsvSource({"RS256, ES256", "PS256, ES256", "ES384, ES256", "EdDSA, ES256", "ES256, RS256"})
  void an3_algorithmOfAnotherKind_isRejected(String claimed, String kind) throws Exception {
    Signer signer = kind.equals("ES256") ? EC : RSA;
    String token =
        signer.token(Map.of("kid", signer.libtrustId(), "alg", claimed), Signer.claims());

    rejected(trusting(signer.pem()), token, "its algorithm, " + claimed + ", is none of its key's");
  }

  @Test
  void an3_algorithmThatIsNotConfigured_isRejected() throws Exception {
    AccessTokens verifier = verifier(keys(RSA.pem()), List.of("PS256", "ES256"));

    rejected(verifier, RSA.token(), "its algorithm is RS256 (allowed: ES256, PS256)");
    assertThat(verifier.verify(RSA.by("PS256").token()).subject()).isEqualTo("alice");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> verifier(keys(RSA.pem()), List.of("none")))
        .withMessageStartingWith("signing algorithm: none (expected: one of [EdDSA, ");
  }

  @Test
  void an3_setThatNamesAnAlgorithm_allowsThatOneOnly() throws Exception {
    Map<String, Object> key = new LinkedHashMap<>(PublicKeys.jwk(RSA.publicKey()).toJSONObject());
    key.put("alg", "PS256");
    AccessTokens verifier = trustingSet(key);

    rejected(verifier, RSA.token(), "its algorithm, RS256, is none of its key's");
    assertThat(verifier.verify(RSA.by("PS256").token()).subject()).isEqualTo("alice");
  }

  // --- AN-4: signatures that are none

  @Test
  void an4_signatureOfZeros_isRejected() throws Exception {
    String signed = EC.token().substring(0, EC.token().lastIndexOf('.') + 1);

    for (int length : List.of(0, 1, 63, 64, 65, 72)) {
      rejected(
          trusting(EC.pem()),
          signed + Signer.encode(new byte[length]),
          "the signature is not by the key that it names");
    }
  }

  @Test
  void verify_changedClaims_isRejected() throws Exception {
    String[] parts = EC.token().split("\\.", -1);
    String other = Signer.encode(Signer.claimsWith("sub", "root"));

    rejected(
        trusting(EC.pem()), parts[0] + "." + other + "." + parts[2], "the signature is not by");
  }

  // --- what it says

  @Test
  void verify_claimThatIsWrong_isRejectedWithBoth() throws Exception {
    long now = TestClock.START.getEpochSecond();
    rejectedClaims("iss", "x", "its issuer (iss) is x (expected: auth.example)");
    rejectedClaims("aud", "x", "its audience (aud) is [x] (expected: registry.example)");
    rejectedClaims("aud", List.of(), "its audience (aud) is [] (expected: registry.example)");
    rejectedClaims("exp", now - 60, "it expired at 2026-11-24T11:59:00Z; now is 2026-11-24T12");
    rejectedClaims("nbf", now + 61, "it holds only from 2026-11-24T12:01:01Z on (nbf)");
    rejectedClaims("iat", now + 61, "it holds only from 2026-11-24T12:01:01Z on (iat)");
    for (String name : List.of("iss", "aud", "exp")) {
      rejected(
          trusting(EC.pem()),
          EC.token(Map.of("kid", EC.libtrustId()), Signer.claimsWithout(name)),
          name);
    }
  }

  @Test
  void verify_claimOfAnotherType_isRejected() throws Exception {
    String malformed = "its claims are not what they should be: ";
    rejectedClaims("iss", 1, malformed + "iss has the wrong type");
    rejectedClaims("sub", List.of(), malformed + "sub has the wrong type");
    rejectedClaims("aud", 1, malformed + "aud has the wrong type");
    rejectedClaims("aud", List.of(1), malformed + "aud has the wrong type");
    rejectedClaims("exp", "soon", malformed + "exp has the wrong type");
    rejectedClaims("exp", 1e300, malformed + "exp is no time");
    rejectedClaims("access", "all", malformed + "access has the wrong type");
    rejectedClaims("access", List.of("all"), malformed + "access has the wrong type");
    rejectedClaims("access", List.of(Map.of("type", "repository")), malformed + "name is missing");
    rejectedClaims(
        "access",
        List.of(Map.of("type", "repository", "name", "a", "actions", "pull")),
        malformed + "actions has the wrong type");
  }

  @Test
  void sl1_rejection_neverRepeatsTheToken() throws Exception {
    String token = EC.token(Map.of("kid", EC.libtrustId()), Signer.claimsWith("iss", "x"));

    assertThatExceptionOfType(TokenRejectedException.class)
        .isThrownBy(() -> trusting(EC.pem()).verify(token))
        .satisfies(
            e -> {
              for (String part : token.split("\\.", -1)) {
                assertThat(e.getMessage()).doesNotContain(part);
              }
            });
    assertThat(SignedToken.parse(token).toString()).isEqualTo("token of ES256");
  }

  // --- how

  private void rejectedClaims(String name, Object value, String reason) throws IOException {
    rejected(
        trusting(EC.pem()),
        EC.token(Map.of("kid", EC.libtrustId()), Signer.claimsWith(name, value)),
        reason);
  }

  private static void rejected(AccessTokens verifier, String token, String reason) {
    assertThatExceptionOfType(TokenRejectedException.class)
        .isThrownBy(() -> verifier.verify(token))
        .withMessageContaining(reason);
  }

  private TokenClaims verifyClaims(Map<String, Object> claims)
      throws IOException, TokenRejectedException {
    return trusting(EC.pem()).verify(EC.token(Map.of("kid", EC.libtrustId()), claims));
  }

  private static String withChain(List<String> chain) {
    return EC.token(Map.of("x5c", chain), Signer.claims());
  }

  private AccessTokens trusting(String pem) throws IOException {
    return verifier(keys(pem), ALL);
  }

  private AccessTokens trustingSet(Map<String, Object> key) throws IOException {
    Path file = folder.resolve("keys.json");
    Files.writeString(file, JSONObjectUtils.toJSONString(Map.of("keys", List.of(key))));
    return verifier(TrustedKeys.read(null, file), ALL);
  }

  private TrustedKeys keys(String pem) throws IOException {
    Path file = folder.resolve("bundle.pem");
    Files.writeString(file, pem);
    return TrustedKeys.read(file, null);
  }

  private AccessTokens verifier(TrustedKeys keys, Collection<String> algorithms) {
    return TokenVerifier.of(keys, Signer.ISSUER, Signer.SERVICE, algorithms, clock);
  }
}
