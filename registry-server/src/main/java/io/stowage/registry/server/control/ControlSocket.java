package io.stowage.registry.server.control;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the owner of a volume takes orders of commands that run beside it. Whoever may open the
 * socket (its owner and root: mode 0600) may give them; there is no other check.
 *
 * <p>One task runs at a time and the others wait for it. A task ends with its caller: who leaves,
 * or doesn't listen for a while, ends it at its next step. A server that stops ends it as well, and
 * waits a while for that.
 */
public final class ControlSocket implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

  /** The length of {@code sun_path}, without the zero at its end; some systems have 4 less. */
  private static final int LONGEST_PATH_BYTES = 107;

  private static final int MOST_CALLERS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final ServerSocketChannel server;
  private final Map<String, Task> tasks;
  private final Map<Caller, Thread> callers = new ConcurrentHashMap<>();
  private final ReentrantLock turn = new ReentrantLock();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("control-watch").daemon().factory());

  private ControlSocket(Path file, ServerSocketChannel server, Map<String, Task> tasks) {
    this.file = file;
    this.server = server;
    this.tasks = Map.copyOf(tasks);
  }

  /** Where the socket of the server is whose own folder this is. */
  public static Path fileIn(Path own) {
    return own.resolve("control.sock");
  }

  /**
   * Listens. What a server that died left in the place of the socket is replaced; so only the owner
   * of the volume may call this.
   *
   * @param own the server's own folder
   * @param tasks by their names
   * @throws IOException if the file system has no sockets, or the path is too long for one; the
   *     message says so
   */
  public static ControlSocket start(Path own, Map<String, Task> tasks) throws IOException {
    return start(own, tasks, PATIENCE);
  }

  static ControlSocket start(Path own, Map<String, Task> tasks, Duration patience)
      throws IOException {
    Path file = fileIn(own);
    requireShort(file);
    ControlSocket socket = new ControlSocket(file, listen(own, file), tasks);
    Thread.ofVirtual().name("control").start(socket::accept);
    long interval = patience.toMillis() / 4;
    var _ =
        socket.watch.scheduleWithFixedDelay(
            () -> socket.cutOffTheStalled(patience), interval, interval, TimeUnit.MILLISECONDS);
    return socket;
  }

  /** Refuses what no system call takes, in words. */
  static void requireShort(Path file) throws IOException {
    int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_PATH_BYTES) {
      throw new IOException(
          "%s: %d bytes are too many for the path of a unix socket (%d at most)"
              .formatted(file, length, LONGEST_PATH_BYTES));
    }
  }

  /**
   * Nobody else can connect at any moment: it is made where only we may go, and moved when safe.
   */
  private static ServerSocketChannel listen(Path own, Path file) throws IOException {
    Path aside = own.resolve(".new");
    Path made = aside.resolve("sock");
    Files.deleteIfExists(made);
    Files.deleteIfExists(aside);
    Files.createDirectory(
        aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(made));
      Files.setPosixFilePermissions(made, OWNER_ONLY);
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(file + ": is a folder, and should be a socket");
      }
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      Files.deleteIfExists(made);
      throw e;
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        welcome(server.accept());
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("{}: a caller could not be let in", file, e);
        }
      }
    }
  }

  private void welcome(SocketChannel channel) throws IOException {
    Caller caller = new Caller(channel);
    if (callers.size() >= MOST_CALLERS) {
      caller.close();
      LOG.warn("{}: {} callers are there already, another one is turned away", file, MOST_CALLERS);
      return;
    }
    Thread thread = Thread.ofVirtual().name("control-task").unstarted(() -> serve(caller));
    callers.put(caller, thread);
    thread.start();
  }

  private void cutOffTheStalled(Duration patience) {
    for (Caller caller : callers.keySet()) {
      try {
        caller.closeIfStalled(patience);
      } catch (IOException e) {
        LOG.debug("{}: a stalled caller could not be closed", file, e);
      }
    }
  }

  // --- one caller

  private void serve(Caller caller) {
    try (caller) {
      Optional<List<String>> request = caller.request();
      Optional<Task> task = request.map(words -> tasks.get(words.getFirst()));
      if (request.isEmpty() || task.isEmpty()) {
        caller.exit(1, "the server does not know that task; is it of the same version?");
        return;
      }
      run(task.get(), request.get(), caller);
    } catch (IOException e) {
      LOG.debug("{}: a caller was not told the end", file, e);
    } finally {
      callers.remove(caller);
    }
  }

  private void run(Task task, List<String> words, Caller caller) throws IOException {
    String name = String.join(" ", words);
    try {
      int code = inTurn(task, words, caller);
      caller.exit(code);
    } catch (CallerGoneException e) {
      LOG.info("{}: ended before it was done: {}", name, e.getMessage());
      caller.exit(1, "ended before it was done: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.error("{}: failed", name, e);
      caller.exit(1, "the server failed; its log says how");
    }
  }

  private int inTurn(Task task, List<String> words, Caller caller) throws IOException {
    takeTurn(caller);
    try {
      LOG.info("{}: asked for by a command", String.join(" ", words));
      return task.run(words.subList(1, words.size()), caller);
    } finally {
      turn.unlock();
    }
  }

  private void takeTurn(Caller caller) throws IOException {
    if (turn.tryLock()) {
      return;
    }
    caller.err("another task is under way in the server; waiting for it");
    try {
      while (!turn.tryLock(100, TimeUnit.MILLISECONDS)) {
        caller.proceed();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallerGoneException("interrupted");
    }
  }

  // --- stop

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(file);
    callers.keySet().forEach(caller -> caller.end("the server stops"));
    long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
    for (Map.Entry<Caller, Thread> caller : callers.entrySet()) {
      awaitEnd(caller.getKey(), caller.getValue(), deadline);
    }
    watch.shutdownNow();
  }

  private void awaitEnd(Caller caller, Thread thread, long deadline) throws IOException {
    try {
      caller.closeIfStalled(Duration.ZERO); // nobody waits for somebody who says nothing
      if (!thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
        LOG.warn("{}: a task did not end in {} s", file, STOP_PATIENCE.toSeconds());
        caller.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      caller.close();
    }
  }
}
