package io.stowage.registry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.e2e.RegistryProcess;
import io.stowage.registry.e2e.dropin.Scratch;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The disk takes nothing more: no bytes, no inodes, no writes at all. */
@ExtendWith(Figures.Run.class)
class SpaceFaults {
  private static final long SIZE = 192L << 20;

  /** Takes all there is of something, and gives it back. */
  private interface Shortage {
    void begin() throws IOException;

    void end() throws IOException;
  }

  @Test
  void shortage_ofBytesOnExt4_changesNothingThatWasThere(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    try (Disk disk = Disk.make(folder, SIZE, "noatime", "mkfs.ext4", "-q", "-F", "-m", "0")) {
      survive(disk, new Filler(disk.root().resolve("filler")), figures, Figures.Kind.FULL_DISKS);
    }
  }

  @Test
  void shortage_ofBytesOnTmpfs_changesNothingThatWasThere(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    try (Disk disk = Disk.inMemory(folder, SIZE)) {
      survive(disk, new Filler(disk.root().resolve("filler")), figures, Figures.Kind.FULL_DISKS);
    }
  }

  @Test
  void shortage_ofInodes_changesNothingThatWasThere(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    try (Disk disk =
        Disk.make(folder, SIZE, "noatime", "mkfs.ext4", "-q", "-F", "-m", "0", "-N", "2000")) {
      Inodes inodes = new Inodes(disk.root().resolve("inodes"));
      survive(disk, inodes, figures, Figures.Kind.FULL_DISKS);
    }
  }

  @Test
  void shortage_ofEverythingOnAReadOnlyDisk_changesNothingThatWasThere(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    try (Disk disk = Disk.make(folder, SIZE, "noatime", "mkfs.ext4", "-q", "-F")) {
      Server server = new Server(disk.root().resolve("data"), disk.folder());
      Ledger ledger = new Ledger();
      try (RegistryProcess registry = server.start("0s");
          Pusher pusher = new Pusher(registry.address(), ledger)) {
        Image image = image(1);
        pusher.push(image, List.of("one", "two")).expect(201);
        // The server keeps its lock open for writing, which forbids an ordinary remount.
        disk.freezeReadOnly();
        refused(pusher.push(image(2), List.of("one")), figures, Figures.Kind.READ_ONLY);
        refused(pusher.retag(image, List.of("three")), figures, Figures.Kind.READ_ONLY);
        readBack(registry, image);
      }
      disk.unmount();
      disk.mount();
      new Oracle(ledger, figures).verify(server, Oracle.Fault.KILL);
    }
  }

  private static void survive(Disk disk, Shortage shortage, Figures figures, Figures.Kind kind)
      throws IOException {
    Server server = new Server(disk.root().resolve("data"), disk.folder());
    Ledger ledger = new Ledger();
    List<Image> old = List.of(image(1), image(2), image(3), image(4));
    try (RegistryProcess registry = server.start("0s");
        Pusher pusher = new Pusher(registry.address(), ledger)) {
      for (Image image : old) {
        pusher.push(image, List.of("v" + image.seed())).expect(201);
      }
      pusher.delete(old.get(3)).expect(202);
      shortage.begin();
      Image large = new Image("faults/full", 99, 9_000_000, 99);
      refused(pusher.push(large, List.of("v1")), figures, kind);
      // Of the last manifest the blobs are there, and nothing else.
      refused(tagUntilRefused(pusher, old.get(3)), figures, kind);
      refused(tagUntilRefused(pusher, old.get(1)), figures, kind);
      for (Image image : old.subList(0, 3)) {
        readBack(registry, image);
      }
      assertThat(pusher.untag("faults/full", "v1").status()).isEqualTo(202);
      assertThat(pusher.delete(old.get(1)).status()).isEqualTo(202);
      server.collect();
      readBack(registry, old.get(2));
      shortage.end();
      pusher.push(large, List.of("v1", "v5")).expect(201);
      new Oracle(ledger, figures).verify(server, registry, Oracle.Fault.KILL);
    }
    new Oracle(ledger, figures).verifyAll(server);
  }

  private static Image image(int seed) {
    return new Image("faults/full", seed, 50_000, seed);
  }

  /** A few tags may still fit into what file systems and servers keep for the worst. */
  private static Answer tagUntilRefused(Pusher pusher, Image image) throws IOException {
    for (int turn = 0; turn < 500; turn++) {
      String prefix = image.seed() + "-" + turn;
      Answer answer = pusher.retag(image, List.of(prefix + "a", prefix + "b", prefix + "c"));
      if (answer.status() != 201) {
        return answer;
      }
    }
    throw new AssertionError("1500 tags on a full disk");
  }

  /** The client is told that the server can't, in a form that it knows, and if it is full, so. */
  private static void refused(Answer answer, Figures figures, Figures.Kind kind) {
    boolean full = kind == Figures.Kind.FULL_DISKS;
    assertThat(answer.status()).as(answer.toString()).isEqualTo(full ? 507 : 500);
    assertThat(answer.text())
        .contains("\"errors\"")
        .contains(full ? "storage is full" : "read-only file system");
    figures.add(kind);
  }

  private static void readBack(RegistryProcess registry, Image image) throws IOException {
    try (Caller caller = new Caller(registry.address())) {
      String target = "/v2/faults/full/manifests/" + image.digest();
      assertThat(caller.get(target).expect(200).body()).isEqualTo(image.manifest());
    }
  }

  /** A file that grows until not a byte fits. */
  private record Filler(Path file) implements Shortage {
    @Override
    public void begin() throws IOException {
      try (OutputStream out = Files.newOutputStream(file)) {
        for (int step = 1 << 20; step > 0; step /= 2) {
          fill(out, new byte[step]);
        }
      }
    }

    private static void fill(OutputStream out, byte[] bytes) {
      try {
        while (true) {
          out.write(bytes);
        }
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left on device");
      }
    }

    @Override
    public void end() throws IOException {
      Files.delete(file);
    }
  }

  /** A folder of empty files, as many as can be made. */
  private record Inodes(Path folder) implements Shortage {
    @Override
    public void begin() throws IOException {
      Files.createDirectory(folder);
      try {
        for (int number = 0; ; number++) {
          Files.createFile(folder.resolve(Integer.toString(number)));
        }
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left on device");
      }
    }

    @Override
    public void end() throws IOException {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }
}
