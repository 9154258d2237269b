package io.stowage.registry.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running server: the packaged launcher (or the program that {@code STOWAGE_REGISTRY} names) as a
 * process of its own, on a loopback port that the system chose.
 *
 * <p>{@link #close} asks it to stop and insists on the exit code, 0 for ours; {@link #kill} gives
 * it no chance.
 */
public final class RegistryProcess implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on ([^\\s\"]+):(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What a configuration says beside storage, if nothing else is asked for. */
  static final String OPEN_TO_ALL =
      """
      http:
        addr: 127.0.0.1:0
      """;

  private final Process process;
  private final Path configuration;
  private final int exitCode;
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<InetSocketAddress> listening = new CompletableFuture<>();
  private final InetSocketAddress address;

  private RegistryProcess(Process process, Path configuration, int exitCode) {
    this.process = process;
    this.configuration = configuration;
    this.exitCode = exitCode;
    Thread.ofVirtual().name("registry log").start(this::readLog);
    this.address = awaitAddress();
  }

  /** Starts a server on {@code data}, a folder that may hold an earlier server's content. */
  static RegistryProcess start(Path data) {
    return start(data, Map.of());
  }

  /** The same, with environment variables on top of the inherited ones. */
  static RegistryProcess start(Path data, Map<String, String> variables) {
    return start(data, OPEN_TO_ALL, variables);
  }

  /** The same, with {@code sections} as all that the configuration says beside storage. */
  static RegistryProcess start(Path data, String sections, Map<String, String> variables) {
    try {
      Files.createDirectories(data);
      Path configuration = data.resolveSibling(data.getFileName() + ".yml");
      Files.writeString(configuration, storage(data) + sections);
      return start(binary(), configuration, variables, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same for any program that is called as ours is; {@code exitCode} is what it ends with when
   * it is asked to stop.
   */
  public static RegistryProcess start(
      String program, Path configuration, Map<String, String> variables, int exitCode)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(program, "serve", configuration.toString()).redirectErrorStream(true);
    builder.environment().putAll(variables);
    return new RegistryProcess(builder.start(), configuration, exitCode);
  }

  private static String storage(Path data) {
    return """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
          delete:
            enabled: true
        """
        .formatted(data);
  }

  /** The program, for its other commands. */
  public static String binary() {
    String binary = System.getenv("STOWAGE_REGISTRY");
    if (binary == null) {
      throw new IllegalStateException("STOWAGE_REGISTRY names no server; run tools/e2e");
    }
    return binary;
  }

  private void readLog() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
        Matcher matcher = LISTENING.matcher(line);
        if (matcher.find()) {
          int port = Integer.parseInt(matcher.group(2));
          listening.complete(new InetSocketAddress(matcher.group(1), port));
        }
      }
      listening.completeExceptionally(new AssertionError("the server ended while starting"));
    } catch (IOException e) {
      listening.completeExceptionally(e);
    }
  }

  private InetSocketAddress awaitAddress() {
    try {
      return listening.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      process.destroyForcibly();
      throw new AssertionError("the server does not listen; its log:\n" + log(), e);
    }
  }

  /** The file that the server was started with. */
  public Path configuration() {
    return configuration;
  }

  public InetSocketAddress address() {
    return address;
  }

  /** The process, for those who do something to it from outside. */
  public long pid() {
    return process.pid();
  }

  /** Host and port as they stand before a repository name: {@code 127.0.0.1:41231}. */
  public String host() {
    return address.getHostString() + ":" + address.getPort();
  }

  /** The name of a repository or image at this server. */
  String at(String name) {
    return host() + "/" + name;
  }

  /** Everything that the server has printed so far. */
  public String log() {
    return String.join("\n", log);
  }

  /** The most memory that was resident at any time, in bytes. */
  long peakResidentBytes() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    String peak =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(peak.replaceAll("\\D", "")) * 1024;
  }

  /** Ends the server as a power cut would, as far as the process is concerned. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Asks the server to stop (SIGTERM); it must do so in time and with the right exit code. */
  @Override
  public void close() {
    process.destroy();
    int actual = awaitExit();
    if (actual != exitCode) {
      throw new AssertionError(
          "exit code " + actual + " (expected: " + exitCode + "); log:\n" + log());
    }
  }

  private int awaitExit() {
    try {
      if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new AssertionError("the server does not stop; its log:\n" + log());
  }
}
