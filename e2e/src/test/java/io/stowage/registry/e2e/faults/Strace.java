package io.stowage.registry.e2e.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A strace at a running server, which tells its system calls and may make one of them fail, or the
 * last of the process. Counts and faults begin when {@link #attach} returns. For one thread.
 */
final class Strace {
  /** What changes files or makes them durable, and what sends an answer. */
  static final List<String> CHANGES =
      List.of(
          "openat",
          "write",
          "pwrite64",
          "writev",
          "pwritev",
          "fsync",
          "fdatasync",
          "syncfs",
          "fallocate",
          "ftruncate",
          "rename",
          "renameat",
          "renameat2",
          "link",
          "linkat",
          "symlink",
          "mkdir",
          "mkdirat",
          "unlink",
          "unlinkat",
          "rmdir",
          "utimensat",
          "copy_file_range",
          "sendto");

  private static final int PATIENCE_SECONDS = 60;
  private static final int DETACH_SECONDS = 5;

  /**
   * Something that befalls the calls of one name, counted from 1 for each thread of the process.
   *
   * @param call its name
   * @param what in strace's words: {@code signal=KILL}, {@code error=EIO}
   * @param when which of the calls: {@code 3}, or {@code 3+} for all from there
   */
  record Fault(String call, String what, String when) {
    /** The process dies as it is about to make the call. */
    static Fault kill(String call, int when) {
      return new Fault(call, "signal=KILL", Integer.toString(when));
    }

    /** The call isn't made, and returns this error. */
    static Fault error(String call, String error, int when) {
      return new Fault(call, "error=" + error, Integer.toString(when));
    }

    private String option() {
      return "inject=" + call + ":" + what + ":when=" + when;
    }

    @Override
    public String toString() {
      return what + " at " + call + " " + when;
    }
  }

  private final Process process;
  private final Path output;

  private Strace(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Returns once all threads of the process are watched; {@code folder} takes the output. */
  static Strace attach(long pid, Path folder, List<String> more, Fault... faults)
      throws IOException {
    Path output = Files.createTempFile(folder, "trace", ".txt");
    List<String> words =
        new ArrayList<>(List.of("strace", "-f", "-y", "-s", "48", "-o", output.toString()));
    words.addAll(more);
    words.addAll(List.of("-e", "signal=KILL", "-e", "trace=" + String.join(",", CHANGES)));
    for (Fault fault : faults) {
      words.addAll(List.of("-e", fault.option()));
    }
    words.addAll(List.of("-p", Long.toString(pid)));
    Process process = new ProcessBuilder(words).start();
    awaitAttached(process);
    return new Strace(process, output);
  }

  static Strace attach(long pid, Path folder, Fault... faults) throws IOException {
    return attach(pid, folder, List.of(), faults);
  }

  /** It says so on its standard error, which somebody has to read from then on. */
  private static void awaitAttached(Process process) throws IOException {
    CompletableFuture<Boolean> attached = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              List<String> said = new ArrayList<>();
              try (BufferedReader lines = process.errorReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  said.add(line);
                  if (line.contains(" attached")) {
                    attached.complete(true);
                  }
                }
                attached.completeExceptionally(new IOException("strace ended: " + said));
              } catch (IOException e) {
                attached.completeExceptionally(e);
              }
            });
    try {
      attached.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("strace does not attach", e);
    }
  }

  /** Lets the process go and tells what it did. */
  Trace detach() throws IOException {
    process.destroy();
    return end(DETACH_SECONDS);
  }

  /** Tells what a process did that is dead or dying. */
  Trace awaitDeath() throws IOException {
    return end(PATIENCE_SECONDS);
  }

  /** One that waits in vain for threads which died meanwhile has told all that it saw. */
  private Trace end(int seconds) throws IOException {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
    Files.delete(output);
    return Trace.of(lines);
  }
}
