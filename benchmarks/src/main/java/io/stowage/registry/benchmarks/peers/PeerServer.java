package io.stowage.registry.benchmarks.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A running server of the comparison, on a loopback port of its own. Closing it asks it to stop
 * (SIGTERM) and waits; its output lies beside its folder.
 */
final class PeerServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Peer peer;
  private final Process process;
  private final InetSocketAddress address;
  private final Path data;
  private final boolean secure;
  private Duration startTime = Duration.ZERO;

  private PeerServer(
      Peer peer, Process process, InetSocketAddress address, Path data, boolean secure) {
    this.peer = peer;
    this.process = process;
    this.address = address;
    this.data = data;
    this.secure = secure;
  }

  /** Starts one on {@code data}, which may hold content, and returns once it listens. */
  static PeerServer start(Peer peer, Path data, Setting setting) throws IOException {
    String program =
        peer.program().orElseThrow(() -> new IllegalStateException(peer + " is missing"));
    Files.createDirectories(data);
    InetSocketAddress address = freeAddress();
    Path configuration = data.resolveSibling(data.getFileName() + ".conf");
    List<String> words;
    if (peer == Peer.NGINX) {
      Files.writeString(configuration, setting.nginx(data, address.getPort()));
      words = List.of(program, "-c", configuration.toString(), "-e", "stderr");
    } else {
      Files.writeString(configuration, setting.registry(data, address.getPort()));
      words = List.of(program, "serve", configuration.toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(data.resolveSibling(data.getFileName() + ".log").toFile());
    // Without it registry:3 looks for somebody to send traces to.
    builder.environment().put("OTEL_TRACES_EXPORTER", "none");
    long begin = System.nanoTime();
    PeerServer server =
        new PeerServer(peer, builder.start(), address, data, setting.certificate().isPresent());
    server.awaitListening();
    server.startTime = Duration.ofNanos(System.nanoTime() - begin);
    return server;
  }

  private static InetSocketAddress freeAddress() throws IOException {
    InetAddress loopback = InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
    try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
      return new InetSocketAddress(loopback, socket.getLocalPort());
    }
  }

  /** A plain server is asked for an answer; of one with TLS an open port has to do. */
  private void awaitListening() throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IOException(peer + " does not start; see " + data + ".log");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  private boolean answers() {
    try {
      if (secure) {
        new Socket(address.getAddress(), address.getPort()).close();
        return true;
      }
      try (Connection connection = new Connection(address)) {
        return connection.send("GET", "/v2/").status() > 0;
      }
    } catch (IOException e) {
      return false;
    }
  }

  Peer peer() {
    return peer;
  }

  InetSocketAddress address() {
    return address;
  }

  /** Where its files are. */
  Path data() {
    return data;
  }

  /** From the start of the process to its first answer. */
  Duration startTime() {
    return startTime;
  }

  String url(String target) {
    return "%s://%s:%d%s"
        .formatted(secure ? "https" : "http", address.getHostString(), address.getPort(), target);
  }

  /** What is resident of it and of the processes that it started, in bytes. */
  long residentBytes() throws IOException {
    return status("VmRSS:");
  }

  /** The most that was ever resident, in bytes. */
  long peakResidentBytes() throws IOException {
    return status("VmHWM:");
  }

  private long status(String field) throws IOException {
    long bytes = 0;
    List<Long> pids =
        Stream.concat(Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid))
            .toList();
    for (long pid : pids) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith(field)) {
          bytes += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(peer + " does not stop");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while stopping " + peer, e);
    }
  }
}
