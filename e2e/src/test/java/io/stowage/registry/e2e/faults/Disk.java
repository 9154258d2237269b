package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A file system in a file, mounted by a loop device, whose power can be cut.
 *
 * @param folder holds the file and the mount
 * @param options of the mount beside {@code loop}
 */
record Disk(Path folder, String options) implements AutoCloseable {
  /** FS_IOC_SHUTDOWN without a flush of the log: nothing more reaches the device. */
  private static final String CUT =
      "import fcntl, os, struct, sys;"
          + " fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))";

  /** Makes and mounts one; {@code mkfs} is the command without the name of the file. */
  static Disk make(Path folder, long bytes, String options, String... mkfs) throws IOException {
    Disk disk = new Disk(folder, options);
    Files.createDirectory(disk.root());
    try (RandomAccessFile file = new RandomAccessFile(disk.image().toFile(), "rw")) {
      file.setLength(bytes);
    }
    List<String> words = new ArrayList<>(List.of(mkfs));
    words.add(disk.image().toString());
    disk.run(words);
    disk.mount();
    return disk;
  }

  /** One without a device, which can't be cut. */
  static Disk inMemory(Path folder, long bytes) throws IOException {
    Disk disk = new Disk(folder, "size=" + bytes);
    Files.createDirectory(disk.root());
    disk.run(List.of("mount", "-t", "tmpfs", "-o", disk.options(), "tmpfs", "" + disk.root()));
    return disk;
  }

  private Path image() {
    return folder.resolve("disk.img");
  }

  /** Where it is mounted. */
  Path root() {
    return folder.resolve("mnt");
  }

  void mount() {
    run(List.of("mount", "-o", "loop," + options, image().toString(), root().toString()));
  }

  /** Makes it read-only under files that are open for writing, as an error of the disk does. */
  void freezeReadOnly() throws IOException {
    run(List.of("mount", "-o", "remount,abort", root().toString()));
  }

  /** What was not yet written is gone, and every call fails until it is mounted again. */
  void cut() {
    run(List.of("python3", "-c", CUT, root().toString()));
  }

  void unmount() {
    run(List.of("umount", root().toString()));
  }

  private void run(List<String> words) {
    new Command(words, folder, Command.NO_INPUT, Map.of()).run();
  }

  @Override
  public void close() {
    unmount();
  }
}
