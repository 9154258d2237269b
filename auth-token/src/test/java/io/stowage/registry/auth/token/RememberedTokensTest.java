package io.stowage.registry.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stowage.registry.access.TokenRejectedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RememberedTokensTest {
  private final TestClock clock = new TestClock();
  private final AtomicInteger verified = new AtomicInteger();
  private final RememberedTokens tokens = new RememberedTokens(this::verify, clock);

  /** Every token but {@code bad} holds for five minutes. */
  private TokenClaims verify(String token) throws TokenRejectedException {
    verified.incrementAndGet();
    if (token.equals("bad")) {
      throw new TokenRejectedException("it is bad");
    }
    return new TokenClaims(
        token, new TokenGrant(List.of()), clock.instant().plus(Duration.ofMinutes(5)), null);
  }

  @Test
  void verify_again_isAnsweredFromMemory() throws Exception {
    TokenClaims first = tokens.verify("a.b.c");

    assertThat(tokens.verify("a.b.c")).isSameAs(first);
    assertThat(tokens.verify("a.b.d").subject()).isEqualTo("a.b.d");
    assertThat(verified).hasValue(2);
  }

  @Test
  void verify_afterItsEnd_isVerifiedAgain() throws Exception {
    tokens.verify("a.b.c");
    clock.advance(Duration.ofMinutes(5).minusSeconds(1));
    tokens.verify("a.b.c");
    assertThat(verified).hasValue(1);

    clock.advance(Duration.ofSeconds(1));
    tokens.verify("a.b.c");

    assertThat(verified).hasValue(2);
  }

  @Test
  @DisplayName("R12: a clock that is set back makes no token hold for longer")
  void verify_afterTheClockWasSetBack_isVerifiedAgain() throws Exception {
    tokens.verify("a.b.c");
    clock.advance(Duration.ofDays(-1));

    tokens.verify("a.b.c");

    assertThat(verified).hasValue(2);
  }

  @Test
  void verify_rejected_isNotRemembered() {
    for (int i = 1; i <= 2; i++) {
      assertThatExceptionOfType(TokenRejectedException.class)
          .isThrownBy(() -> tokens.verify("bad"));
      assertThat(verified).hasValue(i);
    }
  }

  @Test
  void re19_manyLongTokens_areNotAllRemembered() throws Exception {
    for (int round = 0; round < 2; round++) {
      verified.set(0);
      for (int i = 0; i < 1_000; i++) {
        tokens.verify(".".repeat(SignedToken.MAX_LENGTH - 4) + i);
      }
    }

    assertThat(verified).hasValueGreaterThan(700);
  }

  @Test
  void an2_tokenThatIsTooLong_isNotEvenHashed() throws Exception {
    String huge = ".".repeat(SignedToken.MAX_LENGTH + 1);

    tokens.verify(huge);
    tokens.verify(huge);

    assertThat(verified).as("handed on each time").hasValue(2);
  }
}
