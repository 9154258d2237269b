package io.stowage.registry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.e2e.Sha256;
import io.stowage.registry.e2e.dropin.Scratch;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * One fault at one call for one file: those by which a registry that writes in place, or that takes
 * a name for its content, damages a tag that was good or a manifest for ever. Here the tag stays
 * where it was, byte for byte, the push succeeds when it is repeated, and that writes and flushes
 * again.
 */
@ExtendWith(Figures.Run.class)
class DirectedFaults {
  private static final String REPOSITORY = "faults/directed";
  private static final String TAG = "good";
  private static final String TAG_LINK =
      "docker/registry/v2/repositories/faults/directed/_manifests/tags/good/current/link";

  @TempDir(factory = Scratch.class)
  private Path folder;

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void kill_atTheWriteOfTheTagLink_leavesTheTag(Figures figures) throws IOException {
    try (Scene scene = new Scene(folder, figures)) {
      Strace.Fault fault = Strace.Fault.kill("pwrite64", scene.turnOfWrite(TAG_LINK));
      scene.killed(fault, Scene.image(1));
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void kill_atTheWriteOfTheManifest_leavesNoEmptyBlob(Figures figures) throws IOException {
    try (Scene scene = new Scene(folder, figures)) {
      String blob = blob(scene.measured().digest());
      scene.killed(Strace.Fault.kill("pwrite64", scene.turnOfWrite(blob)), Scene.image(1));
    }
  }

  /** The record is durable by then, so the next server completes what it says. */
  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void kill_atTheRenameOfTheTagLink_completesThePush(Figures figures) throws IOException {
    try (Scene scene = new Scene(folder, figures)) {
      scene.killed(Strace.Fault.kill("rename", scene.turnOfRename(TAG_LINK)), Scene.image(3));
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void fullDisk_atTheWriteOfTheManifest_leavesNoEmptyBlob(Figures figures) throws IOException {
    try (Scene scene = new Scene(folder, figures)) {
      int turn = scene.turnOfWrite(blob(scene.measured().digest()));
      scene.refused(Strace.Fault.error("pwrite64", "ENOSPC", turn), 507);
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void fullDisk_atTheWriteOfTheTagLink_leavesTheTag(Figures figures) throws IOException {
    try (Scene scene = new Scene(folder, figures)) {
      int turn = scene.turnOfWrite(TAG_LINK);
      scene.refused(Strace.Fault.error("pwrite64", "ENOSPC", turn), 507);
    }
  }

  /** The manifest is flushed with its record; the part of the log that failed is not trusted. */
  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void failedFlush_ofTheManifest_isWrittenAgainElsewhere(Figures figures) throws IOException {
    try (Scene scene = new Scene(folder, figures)) {
      Strace.Fault fault = Strace.Fault.error("fdatasync", "EIO", 1);
      Trace failed = scene.refused(fault, 500);
      Path distrusted = failed.injected().getFirst().path();
      SystemCall again =
          scene.trace().calls().stream()
              .filter(call -> call.name().equals("fdatasync") && call.succeeded())
              .findFirst()
              .orElseThrow(() -> new AssertionError("not flushed: " + scene.trace().calls()));
      // A new file may have the name of the one that failed, but it is another one.
      assertThat(Files.readAttributes(again.path(), BasicFileAttributes.class).fileKey())
          .isNotNull()
          .isNotEqualTo(scene.keyBefore(distrusted));
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void failedFlush_ofALayer_isWrittenAgainInANewFile(Figures figures) throws IOException {
    try (Scene scene = new Scene(folder, figures)) {
      Image image = Scene.image(7);
      Pusher pusher = scene.trial().pusher();
      Strace.Fault fault = Strace.Fault.error("fsync", "EIO", 1);
      Strace strace = Strace.attach(scene.trial().registry().pid(), folder, fault);
      Answer answer = pusher.push(image, List.of(TAG));
      Trace failed = strace.detach();
      assertThat(answer.status()).as(answer.toString()).isEqualTo(500);
      assertThat(failed.injected()).hasSize(1);
      Path distrusted = failed.injected().getFirst().path();

      strace = Strace.attach(scene.trial().registry().pid(), folder);
      pusher.push(image, List.of(TAG)).expect(201);
      Trace again = strace.detach();
      assertThat(new Audit(again, scene.trial().server().volume()).violations()).isEmpty();
      assertThat(again.calls())
          .filteredOn(call -> call.succeeded() && call.name().equals("rename"))
          .filteredOn(call -> call.paths().get(1).endsWith(blob(Sha256.digest(image.layer()))))
          .singleElement()
          .satisfies(
              rename -> {
                Path anew = rename.path();
                assertThat(anew).isNotEqualTo(distrusted);
                assertThat(again.calls())
                    .anyMatch(call -> call.writes() && call.path().equals(anew))
                    .anyMatch(call -> call.name().equals("fsync") && call.path().equals(anew));
              });
      figures.add(Figures.Kind.INJECTED);
      scene.readBackAlsoAfterARestart();
    }
  }

  private static String blob(String digest) {
    String hex = digest.replace("sha256:", "");
    return "docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data";
  }

  /**
   * A tag on a good image, another image that was put onto it while strace watched, to learn the
   * order of calls, and a third one, whose manifest is about to be put onto it.
   */
  private static final class Scene implements AutoCloseable {
    private final Figures figures;
    private final Trial trial;
    private final Trace usual;
    private final Map<Path, Object> segments = new HashMap<>();
    private Trace last;

    Scene(Path folder, Figures figures) throws IOException {
      this.figures = figures;
      this.trial = new Trial(new Server(folder.resolve("data"), folder), figures);
      trial.pusher().push(image(1), List.of(TAG)).expect(201);
      blobs(measured());
      this.last = put(measured());
      this.usual = last;
      trial.pusher().retag(image(1), List.of(TAG)).expect(201);
      blobs(image(3));
    }

    Trial trial() {
      return trial;
    }

    Image measured() {
      return image(2);
    }

    static Image image(int seed) {
      return new Image(REPOSITORY, 1_000 + seed, 80_000, seed);
    }

    private void blobs(Image image) throws IOException {
      try (Caller caller = trial.caller()) {
        for (byte[] blob : List.of(image.layer(), image.config())) {
          Answer begun = caller.begin(REPOSITORY, "").expect(202);
          Answer appended = caller.patch(begun.next(), blob).expect(202);
          caller.finish(appended.next(), Sha256.digest(blob)).expect(201);
          trial.ledger().acknowledge(new Ledger.Blob(REPOSITORY, blob));
        }
      }
    }

    private Trace put(Image image) throws IOException {
      Strace strace = Strace.attach(trial.registry().pid(), trial.server().folder());
      trial.pusher().retag(image, List.of(TAG)).expect(201);
      Trace trace = strace.detach();
      assertThat(new Audit(trace, trial.server().volume()).violations()).isEmpty();
      return trace;
    }

    /** Where strace meets the rename that gives a file this name below the volume. */
    int turnOfRename(String target) {
      List<SystemCall> renames = calls("rename");
      for (SystemCall rename : renames) {
        if (rename.paths().get(1).equals(trial.server().volume().resolve(target))) {
          return renames.indexOf(rename) + 1;
        }
      }
      throw new AssertionError("no rename to " + target + " in " + usual.calls());
    }

    /** Where it meets the write of the file that gets this name. */
    int turnOfWrite(String target) {
      Path staged = calls("rename").get(turnOfRename(target) - 1).path();
      List<SystemCall> writes = calls("pwrite64");
      for (SystemCall write : writes) {
        if (write.path().equals(staged)) {
          return writes.indexOf(write) + 1;
        }
      }
      throw new AssertionError("no write of " + staged + " in " + usual.calls());
    }

    private List<SystemCall> calls(String name) {
      return usual.calls().stream().filter(call -> call.name().equals(name)).toList();
    }

    /** Puts the third image; the server dies, and the next one has the tag on {@code on}. */
    void killed(Strace.Fault fault, Image on) throws IOException {
      Strace strace = Strace.attach(trial.registry().pid(), trial.server().folder(), fault);
      assertThat(isAnswered()).isFalse();
      assertThat(strace.awaitDeath().killed()).isTrue();
      figures.add(Figures.Kind.CALL_KILLS);
      trial.restart();
      expectTag(on);
      last = put(image(3));
      readBackAlsoAfterARestart();
    }

    private boolean isAnswered() {
      try {
        trial.pusher().retag(image(3), List.of(TAG));
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    /** Puts the third image, which is refused; the tag stays, at once and after a restart. */
    Trace refused(Strace.Fault fault, int status) throws IOException {
      noteSegments();
      Strace strace = Strace.attach(trial.registry().pid(), trial.server().folder(), fault);
      Answer answer = trial.pusher().retag(image(3), List.of(TAG));
      Trace failed = strace.detach();
      assertThat(failed.injected()).as(failed.calls().toString()).hasSize(1);
      assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
      figures.add(Figures.Kind.INJECTED);
      expectTag(image(1));
      last = put(image(3));
      assertThat(new Audit(last, trial.server().volume()).changes()).isPositive();
      readBackAlsoAfterARestart();
      return failed;
    }

    /** Which file had a name in the log before the fault. */
    Object keyBefore(Path segment) {
      return Objects.requireNonNull(segments.get(segment), segment.toString());
    }

    private void noteSegments() throws IOException {
      for (String name : List.of("0", "1")) {
        Path file = trial.server().volume().resolve("_stowage/log").resolve(name);
        segments.put(file, Files.readAttributes(file, BasicFileAttributes.class).fileKey());
      }
    }

    /** What the server did when the push was repeated. */
    Trace trace() {
      return last;
    }

    private void expectTag(Image image) throws IOException {
      try (Caller caller = trial.caller()) {
        Answer answer = caller.get("/v2/" + REPOSITORY + "/manifests/" + TAG).expect(200);
        assertThat(answer.body()).isEqualTo(image.manifest());
      }
    }

    void readBackAlsoAfterARestart() throws IOException {
      trial.oracle().verifyAll(trial.server(), trial.registry());
      trial.restart();
      trial.oracle().verifyAll(trial.server(), trial.registry());
    }

    @Override
    public void close() throws IOException {
      trial.close();
    }
  }
}
