package io.stowage.registry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.e2e.dropin.Scratch;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A system call fails: any one of those that change the volume, in any kind of work, with any error
 * that a disk may have. The server says so or gets over it, and goes on without a restart. Usually
 * a sample, with {@code LONG=1} each.
 */
@ExtendWith(Figures.Run.class)
class ErrorSweepFaults {
  /** What a system call may return, and what the client reads then. */
  private enum Failure {
    ENOSPC(507, "storage is full", "No space left on device"),
    EDQUOT(507, "storage is full", "Disk quota exceeded"),
    EIO(500, "input/output error", "Input/output error"),
    EROFS(500, "read-only file system", "Read-only file system"),
    EMFILE(500, "too many open files", "Too many open files"),
    EINTR(500, "interrupted system call", "Interrupted system call");

    private final int status;
    private final String words;
    private final String systemText;

    Failure(int status, String words, String systemText) {
      this.status = status;
      this.words = words;
      this.systemText = systemText;
    }
  }

  private final Random random = new Random(Rounds.seed());

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @EnumSource(Work.class)
  void error_ofASystemCall_isToldOrOvercome(
      Work work, @TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException {
    List<Failure> failures = new ArrayList<>(List.of(Failure.values()));
    Collections.shuffle(failures, random);
    try (Trial trial = new Trial(new Server(folder.resolve("data"), folder), figures)) {
      Trace usual = trial.undisturbed(work);
      int next = 0;
      for (String call : Strace.CHANGES) {
        List<Integer> turns = usual.turns(call, trial.server().volume());
        for (int turn : sample(turns)) {
          for (int n = 0; n < Rounds.of(1, failures.size()); n++) {
            failAt(trial, work, failures.get(next % failures.size()), call, turn, figures);
            next++;
          }
        }
      }
      trial.verify();
      trial.restart();
      trial.oracle().verifyAll(trial.server(), trial.registry());
    }
  }

  private List<Integer> sample(List<Integer> turns) {
    return turns.isEmpty() || Rounds.isLong()
        ? turns
        : List.of(turns.get(random.nextInt(turns.size())));
  }

  private static void failAt(
      Trial trial, Work work, Failure failure, String call, int turn, Figures figures)
      throws IOException {
    trial.nextTurn();
    work.prepare(trial);
    Strace.Fault fault = Strace.Fault.error(call, failure.name(), turn);
    Strace strace = Strace.attach(trial.registry().pid(), trial.server().folder(), fault);
    Answer answer = work.run(trial);
    Trace trace = strace.detach();
    String story = "%s, %s: %s%n%s".formatted(work, fault, answer, trace.injected());
    figures.add(Figures.Kind.INJECTED, trace.injected().size());
    if (!work.isDone(answer)) {
      boolean changes = trace.injected().stream().allMatch(SystemCall::changes);
      requireTold(work, answer, failure, changes, story);
      readBack(trial, figures, story);
      Answer again = work.run(trial);
      assertThat(work.isDone(again)).as("%s%nthen %s", story, again).isTrue();
      figures.add(Figures.Kind.RETRIES);
    }
    readBack(trial, figures, story);
    trial.ledger().grow();
  }

  /**
   * In a form that clients know, with a reason; a collection tells it to whoever asked for it. Now
   * and then a call more or less comes before, and one is met that only looks: no disk is full
   * then, so the server may say anything that is an error.
   */
  private static void requireTold(
      Work work, Answer answer, Failure failure, boolean changes, String story) {
    if (work == Work.COLLECT) {
      assertThat(answer.text()).as(story).contains("failed to garbage collect");
      assertThat(answer.text()).as(story).contains(changes ? failure.systemText : "");
      return;
    }
    assertThat(answer.text()).as(story).contains("\"errors\"");
    if (changes) {
      assertThat(answer.status()).as(story).isEqualTo(failure.status);
      assertThat(answer.text()).as(story).contains(failure.words);
    } else {
      assertThat(answer.status()).as(story).isBetween(500, 507);
    }
  }

  private static void readBack(Trial trial, Figures figures, String story) throws IOException {
    Queue<String> lost = new ConcurrentLinkedQueue<>();
    new Reading(trial.registry().address(), trial.ledger(), figures, lost)
        .all(trial.ledger().freshImages());
    assertThat(lost).as("%s%n%s", story, trial.registry().log()).isEmpty();
  }
}
