package io.stowage.registry.storage.filesystem;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write to a volume: a lock on a file, which ends with the process that has it however
 * it dies. The file names its owner, for messages. Nobody opens that file while this process has
 * the lock: POSIX lets go of a process's locks when it closes <i>any</i> descriptor of the file.
 */
final class OwnerLock implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerLock.class);
  private static final Duration RETRY = Duration.ofMillis(50);
  private static final int MOST_BYTES = 1024;

  /** File locks don't hold within a process; this does. The only static state, as they are. */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path key;
  private final FileChannel channel;

  private OwnerLock(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * Takes the lock, waiting for another owner to let go.
   *
   * @throws StorageOwnedException if it doesn't in time
   */
  static OwnerLock take(Path file, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    Path key = Layout.folderOf(file).toRealPath().resolve(Layout.nameOf(file));
    boolean told = false;
    while (true) {
      OwnerLock lock = tryTake(key);
      if (lock != null) {
        return lock;
      }
      if (System.nanoTime() >= deadline) {
        throw new StorageOwnedException(
            "another server writes to this storage (%s): %s; waited %d s"
                .formatted(file, owner(key), patience.toSeconds()));
      }
      if (!told) {
        LOG.info(
            "{}: waiting for another server to let go: {}; at most {} s",
            file,
            owner(key),
            patience.toSeconds());
        told = true;
      }
      LockSupport.parkNanos(RETRY.toNanos());
    }
  }

  private static @Nullable OwnerLock tryTake(Path key) throws IOException {
    if (!HELD_HERE.add(key)) {
      return null;
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel =
          FileChannel.open(
              key, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
      FileLock lock = channel.tryLock();
      taken = lock != null;
      if (!taken) {
        return null;
      }
      name(channel);
      return new OwnerLock(key, channel);
    } finally {
      if (!taken) {
        release(key, channel);
      }
    }
  }

  private static void name(FileChannel channel) throws IOException {
    String text =
        "process %d on host %s since %s\n"
            .formatted(ProcessHandle.current().pid(), host(), Instant.now());
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "of unknown name";
    }
  }

  private static String owner(Path key) throws IOException {
    if (HELD_HERE.contains(key)) {
      return "this process, " + ProcessHandle.current().pid();
    }
    byte[] text = Files.readAllBytes(key);
    return new String(text, 0, Math.min(text.length, MOST_BYTES), StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      channel.truncate(0);
      release(key, channel);
    }
  }

  private static void release(Path key, @Nullable FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD_HERE.remove(key);
    }
  }
}
