package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What may be promised of the memory for request bodies, and how large pieces of responses are. */
class BudgetTest {
  private final Budget budget = new Budget(400);

  @Test
  void promise_upToAQuarter_isKept() {
    assertThat(budget.promise(60)).isTrue();
    assertThat(budget.promise(40)).isTrue();
    assertThat(budget.promise(1)).isFalse();
  }

  @Test
  void promise_afterAnotherEnded_isKept() {
    budget.promise(100);
    budget.endPromise(10);

    assertThat(budget.promise(11)).isFalse();
    assertThat(budget.promise(10)).isTrue();
  }

  @Test
  void pieces_onceAnEighthIsOnItsWay_areSmallUntilSomeWasSent() {
    budget.beginSending(49);
    assertThat(budget.perPieceBytes()).isEqualTo(Budget.PIECE_BYTES);

    budget.beginSending(1);
    assertThat(budget.perPieceBytes()).isEqualTo(Budget.SCARCE_PIECE_BYTES);

    budget.endSending(1);
    assertThat(budget.perPieceBytes()).isEqualTo(Budget.PIECE_BYTES);
  }
}
