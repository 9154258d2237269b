package io.stowage.registry.testkit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuzzRunTest {
  private static final Corpus CORPUS = Corpus.of("n=10&last=a", "digest=sha256:00");

  @TempDir Path folder;

  private FuzzRun run(Duration time) {
    return FuzzRun.of("broken", new Mutator(CORPUS), time, 7, folder);
  }

  @Test
  void next_sameRandomNumbers_makesTheSameInput() {
    Mutator mutator = new Mutator(CORPUS);

    for (int seed = 0; seed < 1000; seed++) {
      assertThat(mutator.next(new SplittableRandom(seed)))
          .isEqualTo(mutator.next(new SplittableRandom(seed)))
          .hasSizeLessThanOrEqualTo(Mutator.MAX_BYTES);
    }
  }

  @Test
  void next_neverChangesTheCorpus() {
    Mutator mutator = new Mutator(CORPUS);

    for (int seed = 0; seed < 1000; seed++) {
      mutator.next(new SplittableRandom(seed));
    }

    assertThat(CORPUS.valid().getFirst()).isEqualTo("n=10&last=a".getBytes(ISO_8859_1));
  }

  @Test
  void next_makesManyDifferentInputs() {
    Mutator mutator = new Mutator(CORPUS);
    Set<String> seen = new HashSet<>();

    for (int seed = 0; seed < 1000; seed++) {
      seen.add(new String(mutator.next(new SplittableRandom(seed)), ISO_8859_1));
    }

    assertThat(seen).hasSizeGreaterThan(500);
  }

  @Test
  void against_targetThatBreaks_tellsTheInputAndKeepsIt() {
    AtomicInteger calls = new AtomicInteger();
    FuzzRun run = run(Duration.ofMinutes(10));

    AssertionError failure =
        catchThrowableOfType(
            AssertionError.class,
            () ->
                run.against(
                    input -> {
                      calls.incrementAndGet();
                      String text = new String(input, ISO_8859_1);
                      if (text.contains("99999")) {
                        throw new NumberFormatException(text);
                      }
                      return text.startsWith("n");
                    }));

    int index = calls.get() - 1;
    assertThat(failure)
        .hasMessageContaining("input " + index + " of seed 7 (again with: make fuzz FUZZ_SEED=7)")
        .hasCauseInstanceOf(NumberFormatException.class);
    assertThat(folder.resolve("broken-7-" + index + ".input"))
        .content(ISO_8859_1)
        .contains("99999");
    assertThat(folder.resolve("broken.figures")).hasContent("broken " + index + " 1 0\n");
  }

  @Test
  void against_targetThatTakesTooMuchMemory_fails() {
    AssertionError failure =
        catchThrowableOfType(
            AssertionError.class,
            () -> run(Duration.ofMinutes(10)).against(input -> new byte[100 << 20].length > 0));

    assertThat(failure).hasMessageContaining("it allocates ");
  }

  @Test
  void against_serverThatAnswers500_isCountedApart() throws Exception {
    AssertionError failure =
        catchThrowableOfType(
            AssertionError.class,
            () ->
                run(Duration.ofMinutes(10))
                    .against(
                        input -> {
                          throw new ServerErrorAnswer("500 Internal Server Error");
                        }));

    assertThat(failure).hasMessageContaining("500 Internal Server Error");
    assertThat(Files.readString(folder.resolve("broken.figures"))).isEqualTo("broken 0 0 1\n");
  }

  @Test
  void against_targetThatAcceptsEverything_fails() {
    AssertionError failure =
        catchThrowableOfType(
            AssertionError.class, () -> run(Duration.ofMillis(1)).against(input -> true));

    assertThat(failure).hasMessageContaining("(expected: some, not all)");
  }

  @Test
  void literal_isOneOfJava() {
    assertThat(FuzzFailure.literal("a\r\n\"\\\0\u00ff".getBytes(ISO_8859_1)))
        .isEqualTo("a\\r\\n\\\"\\\\\\u0000\\u00ff");
  }
}
