package io.stowage.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestAlgorithmTest {
  @ParameterizedTest
  @EnumSource
  void find_identifier_isTheAlgorithm(DigestAlgorithm algorithm) {
    assertThat(DigestAlgorithm.find(algorithm.identifier())).contains(algorithm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SHA256", "sha-256", "SHA-256", "sha384", "md5", "blake3", "sha256 "})
  void find_anythingElse_isEmpty(String identifier) {
    assertThat(DigestAlgorithm.find(identifier)).isEmpty();
  }

  @Test
  void identifiers_listsAllOfThem() {
    assertThat(DigestAlgorithm.identifiers()).isEqualTo("sha256, sha512");
  }
}
