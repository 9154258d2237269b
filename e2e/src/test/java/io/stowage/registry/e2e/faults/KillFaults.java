package io.stowage.registry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.e2e.Command;
import io.stowage.registry.e2e.RegistryProcess;
import io.stowage.registry.e2e.Sha256;
import io.stowage.registry.e2e.dropin.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The process dies; the disk goes on. */
@ExtendWith(Figures.Run.class)
class KillFaults {
  @Test
  void kill_afterAcknowledgements_losesNothing(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    Server server = new Server(folder.resolve("data"), folder);
    Ledger ledger = new Ledger();
    Image first = new Image("faults/a", 1, 100_000, 1);
    RegistryProcess registry = server.start("30s");
    try (Pusher pusher = new Pusher(registry.address(), ledger)) {
      pusher.push(first, List.of("one", "two", "three")).expect(201);
      pusher.push(new Image("faults/b", 1, 100_000, 2), List.of("one"), "faults/a").expect(201);
      pusher.untag("faults/a", "two").expect(202);
      pusher.push(new Image("faults/a", 3, 1_000, 3), List.of("two")).expect(201);
      pusher.push(new Image("faults/a", 4, 1_000, 4), List.of()).expect(201);
      pusher.retag(first, List.of("two")).expect(201);
      pusher.delete(new Image("faults/b", 1, 100_000, 2)).expect(202);
    } finally {
      registry.kill();
    }
    figures.add(Figures.Kind.KILLS);
    new Oracle(ledger, figures).verify(server, Oracle.Fault.KILL);
  }

  @Test
  void oracle_afterBytesWereLost_tellsSo(@TempDir(factory = Scratch.class) Path folder)
      throws IOException {
    Server server = new Server(folder.resolve("data"), folder);
    Ledger ledger = new Ledger();
    Image image = new Image("faults/a", 1, 100_000, 1);
    try (RegistryProcess registry = server.start("30s");
        Pusher pusher = new Pusher(registry.address(), ledger)) {
      pusher.push(image, List.of("one")).expect(201);
    }
    String hex = Sha256.digest(image.layer()).replace("sha256:", "");
    String blob = "docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data";
    Files.delete(server.volume().resolve(blob));
    Figures figures = new Figures();
    assertThatThrownBy(() -> new Oracle(ledger, figures).verify(server, Oracle.Fault.KILL))
        .hasMessageContaining(hex);
    assertThat(figures.count(Figures.Kind.LOST)).isPositive();
  }

  @Test
  void kill_underLoad_losesNothing(@TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException, InterruptedException {
    Ledger ledger = new Ledger();
    Load load = new Load(ledger, Rounds.seed());
    Oracle oracle = new Oracle(ledger, figures);
    try (Receiver receiver = new Receiver()) {
      Server server = new Server(folder.resolve("data"), folder, receiver.section());
      killAtRandom(server, load, oracle, figures);
      oracle.verifyAll(server);
      RegistryProcess registry = server.start("30s");
      receiver.await(ledger.images());
      registry.close();
      figures.add(Figures.Kind.EVENTS, ledger.images().size());
    }
  }

  private static void killAtRandom(Server server, Load load, Oracle oracle, Figures figures)
      throws IOException, InterruptedException {
    for (int round = 0; round < Rounds.of(12, 400); round++) {
      RegistryProcess registry = server.start("30s");
      Load.Shift shift = load.begin(server, registry);
      Rounds.let(load.moment(50, 2000));
      registry.kill();
      shift.end();
      figures.add(Figures.Kind.KILLS);
      oracle.verify(server, Oracle.Fault.KILL);
    }
  }

  /** What a snapshot of the machine would hold: the volume of a server that is in the middle. */
  @Test
  void start_onACopyTakenUnderLoad_findsAllThatWasAcknowledgedThen(
      @TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException, InterruptedException {
    Server server = new Server(folder.resolve("data"), folder);
    Ledger ledger = new Ledger();
    Load load = new Load(ledger, Rounds.seed());
    RegistryProcess registry = server.start("30s");
    Load.Shift shift = load.begin(server, registry);
    shift.awaitProgress();
    Rounds.let(load.moment(10, 500));
    Path copy = folder.resolve("copy");
    run(folder, "kill", "-STOP", Long.toString(registry.pid()));
    run(folder, "cp", "-a", server.volume().toString(), copy.toString());
    registry.kill();
    shift.end();
    figures.add(Figures.Kind.FORKS);
    new Oracle(ledger, figures).verify(new Server(copy, folder), Oracle.Fault.KILL);
  }

  private static void run(Path folder, String... words) {
    new Command(List.of(words), folder, Command.NO_INPUT, Map.of()).run();
  }

  @Test
  void stop_underLoad_answersOrSaysItIsUnavailable(
      @TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException, InterruptedException {
    Server server = new Server(folder.resolve("data"), folder);
    Ledger ledger = new Ledger();
    Load load = new Load(ledger, Rounds.seed());
    Oracle oracle = new Oracle(ledger, figures);
    for (int round = 0; round < Rounds.of(3, 100); round++) {
      RegistryProcess registry = server.start("30s");
      Load.Shift shift = load.begin(server, registry);
      shift.awaitProgress();
      Rounds.let(load.moment(50, 1000));
      long begun = System.nanoTime();
      registry.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
      shift.end();
      figures.add(Figures.Kind.STOPS);
      oracle.verify(server, Oracle.Fault.KILL);
    }
  }

  @Test
  void kill_duringStarts_losesNothing(
      @TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException, InterruptedException {
    Server server = new Server(folder.resolve("data"), folder);
    Ledger ledger = new Ledger();
    Load load = new Load(ledger, Rounds.seed());
    RegistryProcess registry = server.start("30s");
    Load.Shift shift = load.begin(server, registry);
    shift.awaitProgress();
    registry.kill();
    shift.end();
    for (int start = 0; start < Rounds.of(8, 200); start++) {
      Process process = server.launch();
      Rounds.let(load.moment(20, 700));
      process.destroyForcibly().waitFor();
      figures.add(Figures.Kind.KILLED_STARTS);
    }
    new Oracle(ledger, figures).verify(server, Oracle.Fault.KILL);
  }
}
