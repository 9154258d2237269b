package io.stowage.registry.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The expected values are the examples of FIPS 180-4 for "abc" and for the empty message. */
final class DigestVerifierTest {
  private static final byte[] ABC = "abc".getBytes(US_ASCII);
  private static final Digest ABC_SHA256 =
      Digest.parse("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  private static final Digest ABC_SHA512 =
      Digest.parse(
          "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  private static final Digest EMPTY_SHA256 =
      Digest.parse("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  @Test
  void isOfNothing_ofEitherAlgorithm_isTrueForTheEmptyContentOnly() {
    for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
      assertThat(DigestVerifier.isOfNothing(DigestVerifier.digestOf(algorithm, new byte[0])))
          .isTrue();
      assertThat(DigestVerifier.isOfNothing(DigestVerifier.digestOf(algorithm, new byte[1])))
          .isFalse();
    }
  }

  @Test
  void digestOf_knownMessage_isTheKnownDigest() {
    assertThat(DigestVerifier.digestOf(DigestAlgorithm.SHA256, ABC)).isEqualTo(ABC_SHA256);
    assertThat(DigestVerifier.digestOf(DigestAlgorithm.SHA512, ABC)).isEqualTo(ABC_SHA512);
  }

  @Test
  void digest_ofNothing_isTheDigestOfTheEmptyMessage() {
    DigestVerifier verifier = new DigestVerifier(DigestAlgorithm.SHA256);

    assertThat(verifier.digest()).isEqualTo(EMPTY_SHA256);
    assertThat(verifier.count()).isZero();
  }

  @Test
  void digest_askedInBetween_doesNotDisturbWhatFollows() {
    DigestVerifier verifier = new DigestVerifier(DigestAlgorithm.SHA256);
    verifier.update(ByteBuffer.wrap(ABC, 0, 1));
    Digest ofTheFirstByte = verifier.digest();
    verifier.update(ByteBuffer.wrap(ABC, 1, 2));

    assertThat(ofTheFirstByte).isNotEqualTo(ABC_SHA256);
    assertThat(verifier.digest()).isEqualTo(ABC_SHA256);
    assertThat(verifier.verify(ABC_SHA256)).isTrue();
    assertThat(verifier.verify(EMPTY_SHA256)).isFalse();
  }

  @Test
  void copy_thatGoesOn_leavesTheOtherAsItWas() {
    DigestVerifier first = new DigestVerifier(DigestAlgorithm.SHA256);
    first.update(ByteBuffer.wrap(ABC, 0, 2));
    DigestVerifier second = first.copy();

    second.update(ByteBuffer.wrap(ABC, 0, 3));
    first.update(ByteBuffer.wrap(ABC, 2, 1));

    assertThat(first.digest()).isEqualTo(ABC_SHA256);
    assertThat(first.count()).isEqualTo(3);
    assertThat(second.count()).isEqualTo(5);
  }

  @Test
  void update_partOfADirectBuffer_takesTheRemainingBytesOnly() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(16).put(5, ABC).position(5).limit(8);
    DigestVerifier verifier = new DigestVerifier(DigestAlgorithm.SHA256);

    verifier.update(buffer);

    assertThat(buffer.hasRemaining()).isFalse();
    assertThat(verifier.count()).isEqualTo(3);
    assertThat(verifier.digest()).isEqualTo(ABC_SHA256);
  }

  @Test
  void verify_otherAlgorithm_isABug() {
    DigestVerifier verifier = new DigestVerifier(DigestAlgorithm.SHA256);

    assertThat(verifier.algorithm()).isEqualTo(DigestAlgorithm.SHA256);
    assertThatIllegalArgumentException().isThrownBy(() -> verifier.verify(ABC_SHA512));
  }

  @Property(tries = 200)
  void update_inAnyChunks_givesTheDigestOfTheWhole(
      @ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 7) int step) {
    DigestVerifier verifier = new DigestVerifier(DigestAlgorithm.SHA512);
    for (int at = 0; at < bytes.length; at += step) {
      verifier.update(ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at)));
    }

    assertThat(verifier.count()).isEqualTo(bytes.length);
    assertThat(verifier.verify(DigestVerifier.digestOf(DigestAlgorithm.SHA512, bytes))).isTrue();
  }
}
