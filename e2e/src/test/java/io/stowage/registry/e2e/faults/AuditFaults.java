package io.stowage.registry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.e2e.RegistryProcess;
import io.stowage.registry.e2e.Sha256;
import io.stowage.registry.e2e.dropin.Scratch;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing breaks; the order of system calls shows what would be left if it did. */
@ExtendWith(Figures.Run.class)
class AuditFaults {
  /** The most flushes that the push of one layer, config and manifest may cost. */
  private static final long MOST_FLUSHES = 10;

  /** Longer than a segment of the log is in use before a checkpoint, with room for slow disks. */
  private static final int CHECKPOINT_SECONDS = 60;

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @EnumSource(Work.class)
  void work_beforeItsAnswer_isDurable(
      Work work, @TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException {
    try (Trial trial = new Trial(new Server(folder.resolve("data"), folder), figures)) {
      Audit audit = new Audit(trial.undisturbed(work), trial.server().volume());
      assertThat(audit.violations()).as(audit.trace().toString()).isEmpty();
      assertThat(audit.changes()).as(audit.trace().toString()).isPositive();
      figures.add(Figures.Kind.AUDITED, audit.changes());
      if (work == Work.PUSH) {
        System.out.printf("measured flushes of an ordinary push: %d%n", audit.flushes());
        assertThat(audit.flushes()).isBetween(1L, MOST_FLUSHES);
      }
    }
  }

  /** A blob is durable when its own answer leaves, whether or not a manifest comes. */
  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void blob_beforeItsAnswer_isDurable(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    Server server = new Server(folder.resolve("data"), folder);
    Image image = new Image("faults/blob", 1, 80_000, 1);
    try (RegistryProcess registry = server.start("0s");
        Caller caller = new Caller(registry.address())) {
      for (byte[] blob : List.of(image.layer(), image.config())) {
        Strace strace = Strace.attach(registry.pid(), folder);
        Answer begun = caller.begin("faults/blob", "").expect(202);
        Answer appended = caller.patch(begun.next(), blob).expect(202);
        caller.finish(appended.next(), Sha256.digest(blob)).expect(201);
        Audit audit = new Audit(strace.detach(), server.volume());
        assertThat(audit.violations()).as(audit.trace().toString()).isEmpty();
        assertThat(audit.changes()).isEqualTo(2);
        figures.add(Figures.Kind.AUDITED, audit.changes());
      }
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void log_atACleanStop_letsGoWhenTheTreeIsFlushed(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    Server server = new Server(folder.resolve("data"), folder);
    RegistryProcess registry = server.start("0s");
    Strace strace;
    try (Pusher pusher = new Pusher(registry.address(), new Ledger())) {
      strace = Strace.attach(registry.pid(), folder);
      pusher.push(new Image("faults/stop", 1, 80_000, 1), List.of("one")).expect(201);
    } finally {
      registry.close();
    }
    Audit audit = new Audit(strace.awaitDeath(), server.volume());
    assertThat(audit.letGoTooEarly()).as(audit.trace().toString()).isEmpty();
    figures.add(Figures.Kind.AUDITED);
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void log_atACheckpoint_letsGoWhenTheTreeIsFlushed(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    Server server = new Server(folder.resolve("data"), folder);
    Path log = server.volume().resolve("_stowage/log");
    try (RegistryProcess registry = server.start("0s");
        Pusher pusher = new Pusher(registry.address(), new Ledger())) {
      Strace strace = Strace.attach(registry.pid(), folder);
      pusher.push(new Image("faults/stop", 1, 80_000, 1), List.of("one")).expect(201);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CHECKPOINT_SECONDS);
      while (!isEmpty(log.resolve("0")) || !isEmpty(log.resolve("1"))) {
        assertThat(System.nanoTime()).as("no checkpoint").isLessThan(deadline);
        Rounds.let(100);
      }
      Audit audit = new Audit(strace.detach(), server.volume());
      assertThat(audit.letGoTooEarly()).as(audit.trace().toString()).isEmpty();
      figures.add(Figures.Kind.AUDITED);
    }
  }

  /** Its epoch, eight bytes behind two of the head's lines, is 0. */
  private static boolean isEmpty(Path segment) throws IOException {
    try (InputStream in = Files.newInputStream(segment)) {
      in.skipNBytes("stowage redo 1\n\n".length());
      return Arrays.equals(in.readNBytes(Long.BYTES), new byte[Long.BYTES]);
    }
  }
}
