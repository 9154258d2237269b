package io.stowage.registry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.e2e.dropin.Scratch;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process dies as it is about to make a system call: any one of those that change the volume,
 * in any kind of work. Usually a sample, with {@code LONG=1} each.
 */
@ExtendWith(Figures.Run.class)
class KillSweepFaults {
  /** Of each kind of call: the first, one in between, and the last one, in turn. */
  private static final int POSITIONS = 3;

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @EnumSource(Work.class)
  void kill_atASystemCall_losesNothing(
      Work work, @TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException {
    Random random = new Random(Rounds.seed());
    try (Trial trial = new Trial(new Server(folder.resolve("data"), folder), figures)) {
      Trace usual = trial.undisturbed(work);
      int position = random.nextInt(POSITIONS);
      for (String call : Strace.CHANGES) {
        List<Integer> turns = usual.turns(call, trial.server().volume());
        for (int turn : sample(turns, position++, random)) {
          killAt(trial, work, call, turn, figures);
        }
      }
      trial.oracle().verifyAll(trial.server(), trial.registry());
    }
  }

  private static List<Integer> sample(List<Integer> turns, int position, Random random) {
    if (turns.isEmpty() || Rounds.isLong()) {
      return turns;
    }
    int last = turns.size() - 1;
    return switch (position % POSITIONS) {
      case 0 -> List.of(turns.getFirst());
      case 1 -> List.of(turns.get(random.nextInt(turns.size())));
      default -> List.of(turns.get(last));
    };
  }

  /** One call fewer than usual may come: the parts of a body are cut where the network likes. */
  private static void killAt(Trial trial, Work work, String call, int turn, Figures figures)
      throws IOException {
    List<Trace> untouched = new ArrayList<>();
    for (int at = turn; at > 0; at--) {
      trial.nextTurn();
      work.prepare(trial);
      Strace.Fault fault = Strace.Fault.kill(call, at);
      Strace strace = Strace.attach(trial.registry().pid(), trial.server().folder(), fault);
      boolean answered = answered(trial, work);
      Trace trace = answered ? strace.detach() : strace.awaitDeath();
      if (trace.killed() || !answered) {
        assertThat(trace.killed()).as("%s, %s: no answer", work, fault).isTrue();
        figures.add(Figures.Kind.CALL_KILLS);
        trial.restart();
        verify(trial, work, fault, trace);
        return;
      }
      untouched.add(trace);
    }
    throw new AssertionError(work + " met no " + call + ": " + untouched);
  }

  private static void verify(Trial trial, Work work, Strace.Fault fault, Trace trace)
      throws IOException {
    try {
      trial.verify();
    } catch (AssertionError e) {
      throw new AssertionError(work + ", " + fault + ", after " + trace.calls(), e);
    }
  }

  private static boolean answered(Trial trial, Work work) {
    try {
      Answer answer = work.run(trial);
      assertThat(work.isDone(answer)).as(work + ": " + answer).isTrue();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
