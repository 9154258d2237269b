package io.stowage.registry.auth.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.stowage.registry.access.TokenRejectedException;
import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any token holds or is rejected; nobody but the holder of the key makes one that holds. */
class TokenFuzzTest {
  private static final Signer EC = Signer.ec("ES256");
  private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);

  @TempDir Path folder;

  private TokenVerifier byKey() throws IOException {
    Path bundle = folder.resolve("bundle.pem");
    Files.writeString(bundle, EC.pem());
    return verifier(TrustedKeys.read(bundle, null), "ES256");
  }

  private TokenVerifier bySecret() throws IOException {
    Path set = folder.resolve("keys.json");
    Map<String, Object> key = Map.of("kty", "oct", "kid", "s", "k", Signer.encode(SECRET));
    Files.writeString(set, JSONObjectUtils.toJSONString(Map.of("keys", List.of(key))));
    return verifier(TrustedKeys.read(null, set), "HS256");
  }

  private static TokenVerifier verifier(TrustedKeys keys, String algorithm) {
    return TokenVerifier.of(
        keys, Signer.ISSUER, Signer.SERVICE, List.of(algorithm), new TestClock());
  }

  @Test
  void verify_anyToken_holdsOnlyIfItIsTheOneThatWasSigned_AN2_AN3_AN4() throws Exception {
    TokenVerifier verifier = byKey();
    String token = EC.token();
    String noSubject = EC.token(Map.of("kid", EC.libtrustId()), Signer.claimsWithout("sub"));
    Corpus tokens =
        Corpus.of(token, noSubject)
            .withWords(
                ".",
                "..",
                ".".repeat(1000),
                "=",
                "-",
                "_",
                "A",
                "e30",
                "bnVsbA",
                "eyJhbGciOiJub25lIn0.",
                "A".repeat(86));

    FuzzRun.of("token", new Mutator(tokens))
        .against(
            input -> {
              String text = new String(input, ISO_8859_1);
              boolean holds = holds(verifier, text);
              // The signature itself may differ: its last character has bits that don't count.
              if (holds) {
                assertThat(signed(text)).isIn(signed(token), signed(noSubject));
              }
              return holds;
            });
  }

  private static String signed(String token) {
    return token.substring(0, Math.max(token.lastIndexOf('.'), 0));
  }

  /** The signature is right, as by a service gone mad: what it signs is anything. */
  @Test
  void verify_anySignedContent_isReadOrRejected_AN1() throws Exception {
    TokenVerifier verifier = bySecret();
    String header = "{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\"s\"}";
    Corpus contents =
        Corpus.of(
                header + "\n" + JSONObjectUtils.toJSONString(Signer.claims()),
                header + "\n" + JSONObjectUtils.toJSONString(Signer.claimsWithout("access")),
                header
                    + "\n"
                    + JSONObjectUtils.toJSONString(
                        Signer.claimsWith("aud", List.of("x", Signer.SERVICE))))
            .withWords(
                "\"jwk\":{\"kid\":\"s\"},",
                "\"crit\":[],",
                "\"zip\":\"DEF\",",
                "\"x5c\":[\"MA==\"],",
                "[[[[[[[[[[",
                "{\"a\":",
                "\"exp\":",
                "\"nbf\":",
                "\"access\":[",
                "1e308",
                "-1e308",
                "253402300799",
                "253402300800",
                "\"alg\":\"none\"",
                "\"aud\":[null]",
                "null",
                "\\ud800");

    FuzzRun.of("token-content", new Mutator(contents))
        .against(
            input -> {
              String[] parts = new String(input, ISO_8859_1).split("\n", 2);
              String signed = encoded(parts[0]) + "." + encoded(parts.length < 2 ? "" : parts[1]);
              return holds(verifier, Signer.hmacSigned("HS256", SECRET, signed));
            });
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(ISO_8859_1));
  }

  private static boolean holds(TokenVerifier verifier, String token) throws IOException {
    try {
      TokenClaims claims = verifier.verify(token);
      assertThat(claims.expires()).isAfter(TestClock.START);
      assertThat(claims.grant().access()).allMatch(access -> !access.toString().isEmpty());
      TokenClaims again = verifier.verify(token);
      assertThat(again.subject()).isEqualTo(claims.subject());
      assertThat(again.grant().access()).isEqualTo(claims.grant().access());
      return true;
    } catch (TokenRejectedException rejected) {
      assertThat(rejected.getMessage()).isNotBlank();
      return false;
    }
  }
}
