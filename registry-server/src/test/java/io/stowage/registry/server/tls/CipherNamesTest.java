package io.stowage.registry.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CipherNamesTest {
  @Test
  void toJava_noNames_leavesTheChoice() {
    assertThat(CipherNames.toJava(List.of())).isEmpty();
  }

  @Test
  void toJava_names_keepTheirOrder() {
    assertThat(
            CipherNames.toJava(
                List.of(
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")))
        .containsExactly(
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256"
      })
  void toJava_nameOfTls13_choosesNothing(String name) {
    assertThat(CipherNames.toJava(List.of(name))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"
      })
  void toJava_eachSecureNameOfGo_isOneThatThisJavaKnows(String name) throws Exception {
    assertThat(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites())
        .containsAll(CipherNames.toJava(List.of(name)));
  }

  @ParameterizedTest
  @CsvSource({
    "TLS_RSA_WITH_RC4_128_SHA, its cipher is broken",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA, its cipher is broken",
    "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, its cipher is broken",
    "TLS_RSA_WITH_AES_128_CBC_SHA, who gets hold of the key later",
    "TLS_RSA_WITH_AES_256_GCM_SHA384, who gets hold of the key later",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, its padding tells"
  })
  void toJava_insecureNameOfGo_isRefusedWithTheReason(String name, String reason) {
    assertThatThrownBy(() -> CipherNames.toJava(List.of(name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "cipher suite: %s is not offered, because %s".formatted(name, reason))
        .hasMessageContaining("(expected: one of TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, ");
  }

  @Test
  void toJava_slipOfTheFinger_namesTheNearest() {
    assertThatThrownBy(() -> CipherNames.toJava(List.of("TLS_ECDHE_RSA_WITH_AES_128_GMC_SHA256")))
        .hasMessage(
            "cipher suite: TLS_ECDHE_RSA_WITH_AES_128_GMC_SHA256 (expected: perhaps"
                + " TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)");
  }

  @Test
  void toJava_nameOfOpenSsl_namesThoseThereAre() {
    assertThatThrownBy(() -> CipherNames.toJava(List.of("ECDHE-RSA-AES128-GCM-SHA256")))
        .hasMessageStartingWith(
            "cipher suite: ECDHE-RSA-AES128-GCM-SHA256 (expected: one of TLS_ECDHE_ECDSA_");
  }
}
