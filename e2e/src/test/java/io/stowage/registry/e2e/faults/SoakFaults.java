package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.RegistryProcess;
import io.stowage.registry.e2e.dropin.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nothing breaks, but a collection always runs beside pushes, pulls and deletes. */
@ExtendWith(Figures.Run.class)
class SoakFaults {
  @Test
  void collections_withoutAPause_disturbNobody(
      @TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException, InterruptedException {
    Server server = new Server(folder.resolve("data"), folder);
    Ledger ledger = new Ledger();
    Load load = new Load(ledger, Rounds.seed());
    try (RegistryProcess registry = server.start("30s")) {
      Load.Shift shift = load.begin(server, registry);
      for (int second = 0; second < Rounds.of(20, 10_800); second++) {
        Rounds.let(1000);
        requireUnbroken(shift, registry);
      }
      shift.end();
      requireUnbroken(shift, registry);
      figures.add(Figures.Kind.SOAKED, shift.steps());
    }
    new Oracle(ledger, figures).verify(server, Oracle.Fault.KILL);
  }

  private static void requireUnbroken(Load.Shift shift, RegistryProcess registry) {
    try {
      shift.requireUnbroken();
    } catch (AssertionError e) {
      throw new AssertionError("the server's log: " + registry.log(), e);
    }
  }
}
