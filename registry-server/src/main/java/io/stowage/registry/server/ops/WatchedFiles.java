package io.stowage.registry.server.ops;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the content of files changes, and says so on one thread for all. It looks rather
 * than listens: links are followed anew each time, as Kubernetes swaps one to replace a folder, and
 * events of a file system do not pass through networks and containers.
 *
 * <p>A look costs a few system calls per file. Content is read only after a file's place, identity,
 * size or times have changed, and then stayed for a look: what is still being written is half a
 * file, and half of a list of rules may allow what the whole doesn't. It is read once more at the
 * look after that: times tick so slowly that two changes may share one.
 *
 * <p>Whatever goes wrong, what was read before stays in force: a file that is gone or can't be read
 * is no news, and a listener that fails is asked again at the next change.
 */
public final class WatchedFiles implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final ScheduledExecutorService timer;
  private final List<Watch> watches = new CopyOnWriteArrayList<>();

  private WatchedFiles(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** Takes the new content of files. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Reads the files again. Runs on the thread that all share, so it should not take long.
     *
     * @throws IOException if they can't be used; the message is logged, one sentence for operators
     */
    void changed() throws IOException;
  }

  /** Begins to look, every second. */
  public static WatchedFiles start() {
    return start(INTERVAL);
  }

  static WatchedFiles start(Duration interval) {
    WatchedFiles files = idle();
    var _ =
        files.timer.scheduleWithFixedDelay(
            files::look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    return files;
  }

  /** One that looks only when it is told to. */
  static WatchedFiles idle() {
    return new WatchedFiles(
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("file-watch").daemon().factory()));
  }

  /**
   * Watches files that are read together. What they hold now counts as known, so a caller watches
   * first and reads then; else a change between the two would be missed.
   */
  public Watch watch(List<Path> files, Listener listener) {
    Watch watch = new Watch(files, listener);
    watches.add(watch);
    return watch;
  }

  /** Has all listeners read again soon, changed or not. Does not wait for them. */
  public void reloadNow() {
    timer.execute(() -> watches.forEach(Watch::reload));
  }

  /** One look at all files. Only the timer's thread calls it. */
  void look() {
    watches.forEach(Watch::look);
  }

  /** Stops after the look that is under way. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  /**
   * Some files and who wants to know. Only the timer's thread changes it.
   *
   * <p>{@code known} is the content that the listener took last.
   */
  public static final class Watch {
    private static final int READS = 2;

    private final Listener listener;
    private List<Path> files;
    private Map<Path, Stamp> stamps;
    private Map<Path, Digest> known;
    private int readsLeft = 1;

    private Watch(List<Path> files, Listener listener) {
      this.files = List.copyOf(files);
      this.listener = listener;
      this.stamps = stamps();
      this.known = contents();
    }

    /** Looks at these files from now on. For the listener, when it has read them instead. */
    public void follow(List<Path> others) {
      if (!files.equals(others)) {
        files = List.copyOf(others);
        stamps = stamps();
        known = contents();
        readsLeft = 1;
      }
    }

    private void look() {
      try {
        Map<Path, Stamp> seen = stamps();
        if (!seen.equals(stamps)) {
          tellOfAbsence(seen);
          stamps = seen;
          readsLeft = READS;
        } else if (readsLeft > 0) {
          readsLeft--;
          takeIfChanged(contents());
        }
      } catch (RuntimeException e) {
        LOG.error("{} can't be watched", names(), e);
      }
    }

    private void reload() {
      stamps = stamps();
      readsLeft = 1;
      take(contents());
    }

    private void takeIfChanged(Map<Path, Digest> contents) {
      boolean complete = contents.size() == files.size();
      if (complete && !contents.equals(known)) {
        take(contents);
      }
    }

    private void take(Map<Path, Digest> contents) {
      List<Path> read = files;
      try {
        listener.changed();
        if (files.equals(read)) {
          known = contents;
        }
        if (!files.isEmpty()) {
          LOG.info("{}: read again", names());
        }
      } catch (IOException e) {
        LOG.error("what was read before stays in force: {}", FailureText.of(e));
      } catch (RuntimeException e) {
        LOG.error("{}: what was read before stays in force", names(), e);
      }
    }

    private void tellOfAbsence(Map<Path, Stamp> seen) {
      for (Path file : stamps.keySet()) {
        if (!seen.containsKey(file)) {
          LOG.warn("{} is gone or can't be reached; what was read before stays in force", file);
        }
      }
    }

    private Map<Path, Stamp> stamps() {
      Map<Path, Stamp> stamps = new HashMap<>();
      for (Path file : files) {
        Stamp stamp = Stamp.of(file);
        if (stamp != null) {
          stamps.put(file, stamp);
        }
      }
      return stamps;
    }

    private Map<Path, Digest> contents() {
      Map<Path, Digest> contents = new HashMap<>();
      for (Path file : files) {
        try {
          contents.put(
              file, DigestVerifier.digestOf(DigestAlgorithm.SHA256, Files.readAllBytes(file)));
        } catch (IOException e) {
          LOG.debug("{} can't be read: {}", file, e.toString());
        }
      }
      return contents;
    }

    private String names() {
      return files.stream().map(Path::toString).collect(Collectors.joining(", "));
    }
  }

  /** Where a name leads and what the file system says of the file there. */
  private record Stamp(Path real, Map<String, Object> attributes) {
    private static final String UNIX = "unix:ino,dev,size,lastModifiedTime,ctime";
    private static final String BASIC = "fileKey,size,lastModifiedTime";

    static @Nullable Stamp of(Path file) {
      try {
        Path real = file.toRealPath();
        boolean unix = real.getFileSystem().supportedFileAttributeViews().contains("unix");
        return new Stamp(real, Files.readAttributes(real, unix ? UNIX : BASIC));
      } catch (IOException e) {
        return null;
      }
    }
  }
}
