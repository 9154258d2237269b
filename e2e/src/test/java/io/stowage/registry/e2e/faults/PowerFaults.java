package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.Command;
import io.stowage.registry.e2e.RegistryProcess;
import io.stowage.registry.e2e.dropin.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The power of the disk is cut: what was not flushed is gone, with the process. */
@ExtendWith(Figures.Run.class)
class PowerFaults {
  private static final String WRITEBACK = "vm.dirty_writeback_centisecs";
  private static final Path HERE = Path.of(System.getProperty("java.io.tmpdir"));
  private static final long SIZE = 512L << 20;

  private static String before = "";

  /** Nothing is written unless somebody asks for it: the window of a loss is as wide as can be. */
  @BeforeAll
  static void holdBack() {
    before = sysctl("-n", WRITEBACK);
    sysctl("-w", WRITEBACK + "=0");
  }

  @AfterAll
  static void restore() {
    sysctl("-w", WRITEBACK + "=" + before);
  }

  private static String sysctl(String... words) {
    List<String> all = List.of("sysctl", words[0], words[1]);
    return new Command(all, HERE, Command.NO_INPUT, Map.of()).run().output();
  }

  @Test
  void cut_ofExt4_losesNothing(@TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException, InterruptedException {
    try (Disk disk = Disk.make(folder, SIZE, "noatime", "mkfs.ext4", "-q", "-F")) {
      new Cuts(disk, figures, Figures.Kind.EXT4_CUTS).run(Rounds.of(4, 100));
    }
  }

  @Test
  void cut_ofExt4ThatCommitsEveryFiveMinutes_losesNothing(
      @TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException, InterruptedException {
    try (Disk disk = Disk.make(folder, SIZE, "noatime,commit=300", "mkfs.ext4", "-q", "-F")) {
      new Cuts(disk, figures, Figures.Kind.EXT4_CUTS).run(Rounds.of(4, 100));
    }
  }

  @Test
  void cut_ofXfs_losesNothing(@TempDir(factory = Scratch.class) Path folder, Figures figures)
      throws IOException, InterruptedException {
    try (Disk disk = Disk.make(folder, SIZE, "noatime", "mkfs.xfs", "-q")) {
      new Cuts(disk, figures, Figures.Kind.XFS_CUTS).run(Rounds.of(8, 200));
    }
  }

  /** Cuts of one disk, each at another moment of the same load. */
  private record Cuts(Disk disk, Figures figures, Figures.Kind kind) {
    void run(int rounds) throws IOException, InterruptedException {
      Server server = new Server(disk.root().resolve("data"), disk.folder());
      Ledger ledger = new Ledger();
      Load load = new Load(ledger, Rounds.seed());
      Oracle oracle = new Oracle(ledger, figures);
      for (int round = 0; round < rounds; round++) {
        underLoad(server, load, round % 2 == 0);
        if (round % 3 == 2) {
          duringStart(server, load);
        }
        oracle.verify(server, Oracle.Fault.POWER_CUT);
      }
      oracle.verifyAll(server);
    }

    /** Some cuts come right after the first acknowledgements, some at any moment. */
    private void underLoad(Server server, Load load, boolean early)
        throws IOException, InterruptedException {
      RegistryProcess registry = server.start("30s");
      Load.Shift shift = load.begin(server, registry);
      shift.awaitProgress();
      if (!early) {
        Rounds.let(load.moment(10, 1200));
      }
      shift.expectTheWorst();
      cut();
      registry.kill();
      shift.end();
      powerUp();
    }

    /** A second cut, while a server makes good what the first one did. */
    private void duringStart(Server server, Load load) throws IOException, InterruptedException {
      Process process = server.launch();
      Rounds.let(load.moment(100, 800));
      cut();
      process.destroyForcibly().waitFor();
      powerUp();
    }

    private void cut() {
      disk.cut();
      figures.add(kind);
    }

    private void powerUp() {
      disk.unmount();
      disk.mount();
    }
  }
}
