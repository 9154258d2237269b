package io.stowage.registry.thread;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NonBlockingTest {
  private final List<String> done = new ArrayList<>();

  @Test
  void anAttemptEndsWhereItWouldBlock() {
    boolean whole =
        NonBlocking.attempt(
            () -> {
              done.add("before");
              NonBlocking.beforeBlocking();
              done.add("after");
            });

    assertFalse(whole);
    assertEquals(List.of("before"), done);
  }

  @Test
  void whatDoesNotBlockIsDone() {
    assertTrue(NonBlocking.attempt(() -> done.add("all")));
    assertEquals(List.of("all"), done);
  }

  @Test
  void outsideOfAnAttemptEverybodyMayBlock() {
    assertFalse(NonBlocking.attempt(NonBlocking::beforeBlocking));

    assertDoesNotThrow(NonBlocking::beforeBlocking);
  }

  @Test
  void anAttemptThatFailsIsOver() {
    assertThrows(
        IllegalStateException.class,
        () ->
            NonBlocking.attempt(
                () -> {
                  throw new IllegalStateException("broken");
                }));

    assertDoesNotThrow(NonBlocking::beforeBlocking);
  }

  @Test
  void aVirtualThreadThatIsStartedInAnAttemptMayBlock() throws InterruptedException {
    List<Thread> started = new ArrayList<>();

    NonBlocking.attempt(
        () ->
            started.add(
                Thread.startVirtualThread(
                    () -> {
                      NonBlocking.beforeBlocking();
                      done.add("blocked");
                    })));

    started.getFirst().join();
    assertEquals(List.of("blocked"), done);
  }
}
