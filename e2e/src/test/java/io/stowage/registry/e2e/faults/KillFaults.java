package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.RegistryProcess;
import io.stowage.registry.e2e.dropin.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
    RegistryProcess registry = server.start("5s");
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
}
