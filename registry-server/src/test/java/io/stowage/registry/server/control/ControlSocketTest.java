package io.stowage.registry.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Task ECHO =
      (words, console) -> {
        console.out("words " + words);
        console.err("problem");
        console.log("logged");
        return 7;
      };

  @TempDir private Path own;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @AfterEach
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private ControlSocket start(Map<String, Task> tasks, Duration patience) throws IOException {
    ControlSocket socket = ControlSocket.start(own, tasks, patience);
    open.push(socket);
    return socket;
  }

  private ControlSocket start(Task task) throws IOException {
    return start(Map.of("task", task), PATIENCE);
  }

  private int ask(Console console, String... words) throws IOException {
    try (ControlClient client = ControlClient.connect(own)) {
      return client.ask(List.of(words), console);
    }
  }

  private Future<Integer> asking(Lines lines) {
    Callable<Integer> question = () -> ask(lines, "task");
    FutureTask<Integer> future = new FutureTask<>(question);
    Thread.ofVirtual().start(future);
    return future;
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    open.push(channel);
    channel.connect(UnixDomainSocketAddress.of(ControlSocket.fileIn(own)));
    return channel;
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Goes on until it is told to end. */
  private static int untilEnded(CountDownLatch begun, Console console) throws IOException {
    begun.countDown();
    while (true) {
      console.proceed();
      LockSupport.parkNanos(1_000_000);
    }
  }

  // --- what is asked and answered

  @Test
  void ask_knownTask_getsItsLinesAndItsExitCode() throws IOException {
    start(ECHO);
    Lines lines = new Lines();

    assertThat(ask(lines, "task", "one", "two")).isEqualTo(7);
    assertThat(lines.all()).containsExactly("out words [one, two]", "err problem", "log logged");
  }

  @Test
  void ask_unknownTask_isRefused() throws IOException {
    start(ECHO);
    Lines lines = new Lines();

    assertThat(ask(lines, "other")).isOne();
    assertThat(lines.all())
        .containsExactly("err the server does not know that task; is it of the same version?");
  }

  @Test
  void answer_longAndOfManyLines_arrivesAsOneBoundedLine() throws IOException {
    start(
        (words, console) -> {
          console.out("first\nsecond");
          console.out("x".repeat(ControlLines.LONGEST_ANSWER + 100));
          return 0;
        });
    Lines lines = new Lines();

    assertThat(ask(lines, "task")).isZero();
    assertThat(lines.all().getFirst()).isEqualTo("out first second");
    assertThat(lines.all().getLast()).hasSize(ControlLines.LONGEST_ANSWER);
  }

  @Test
  void task_thatFails_isToldWithoutItsInsides() throws IOException {
    start(
        (words, console) -> {
          throw new IllegalStateException("insides");
        });
    Lines lines = new Lines();

    assertThat(ask(lines, "task")).isOne();
    assertThat(lines.all()).containsExactly("err the server failed; its log says how");
  }

  // --- the file

  @Test
  void start_socket_isItsOwnersAlone() throws IOException {
    start(ECHO);

    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(ControlSocket.fileIn(own))))
        .isEqualTo("rw-------");
    try (var files = Files.list(own)) {
      assertThat(files).containsExactly(ControlSocket.fileIn(own));
    }
  }

  @Test
  void start_overWhatADeadServerLeft_replacesIt() throws IOException {
    Files.createDirectory(own.resolve(".new"));
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(ControlSocket.fileIn(own)));
    }
    assertThatThrownBy(() -> ControlClient.connect(own)).hasMessageContaining("refused");

    start(ECHO);

    assertThat(ask(new Lines(), "task")).isEqualTo(7);
  }

  @Test
  void start_pathTooLongForASocket_isRefusedInWords() throws IOException {
    Path deep = Files.createDirectories(own.resolve("d".repeat(60)).resolve("d".repeat(60)));

    assertThatThrownBy(() -> ControlSocket.start(deep, Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too many for the path of a unix socket (107 at most)");
    assertThatThrownBy(() -> ControlClient.connect(deep))
        .hasMessageContaining("too many for the path of a unix socket");
  }

  @Test
  void close_removesTheSocket() throws IOException {
    ControlSocket socket = start(ECHO);

    socket.close();

    assertThat(ControlSocket.fileIn(own)).doesNotExist();
    assertThatThrownBy(() -> ControlClient.connect(own)).hasMessageContaining("no such socket");
  }

  // --- callers who misbehave

  @Test
  void caller_whoAsksNothing_isCutOffAndHindersNobody() throws IOException {
    start(Map.of("task", ECHO), Duration.ofMillis(200));
    SocketChannel silent = connect();

    assertThat(ask(new Lines(), "task")).isEqualTo(7);
    assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
  }

  @Test
  void caller_whoSendsTooMuch_isCutOff() throws IOException {
    start(ECHO);
    SocketChannel channel = connect();

    send(channel, "x".repeat(ControlLines.LONGEST_REQUEST + 1));

    assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
  }

  @Test
  void caller_whoDoesNotListen_endsHisTask() throws Exception {
    CompletableFuture<String> ended = new CompletableFuture<>();
    start(
        Map.of(
            "task",
            (words, console) -> {
              try {
                while (true) {
                  console.out("x".repeat(1000));
                }
              } catch (CallerGoneException e) {
                ended.complete(e.getMessage());
                throw e;
              }
            }),
        Duration.ofMillis(200));

    send(connect(), ControlLines.HEAD + "task\n");

    assertThat(ended.get(30, TimeUnit.SECONDS)).contains("caller");
  }

  @Test
  void caller_whoLeaves_endsHisTaskThoughItSaysNothing() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> ended = new CompletableFuture<>();
    start(
        (words, console) -> {
          try {
            return untilEnded(begun, console);
          } catch (CallerGoneException e) {
            ended.complete(e.getMessage());
            throw e;
          }
        });
    SocketChannel channel = connect();
    send(channel, ControlLines.HEAD + "task\n");
    begun.await();

    channel.close();

    assertThat(ended.get(30, TimeUnit.SECONDS)).startsWith("the caller left");
  }

  @Test
  void callers_atTheSameTime_takeTurnsAndAreToldSo() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    start(
        (words, console) -> {
          boolean first = begun.getCount() > 0;
          begun.countDown();
          try {
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          console.out(first ? "first" : "second");
          return 0;
        });
    Lines first = new Lines();
    Lines second = new Lines();
    Future<Integer> one = asking(first);
    begun.await();
    Future<Integer> two = asking(second);
    while (second.all().isEmpty()) {
      LockSupport.parkNanos(1_000_000);
    }

    goOn.countDown();

    assertThat(one.get(30, TimeUnit.SECONDS)).isZero();
    assertThat(two.get(30, TimeUnit.SECONDS)).isZero();
    assertThat(first.all()).containsExactly("out first");
    assertThat(second.all())
        .containsExactly(
            "err another task is under way in the server; waiting for it", "out second");
  }

  @Test
  void close_duringATask_endsItAndSaysWhy() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    ControlSocket socket = start((words, console) -> untilEnded(begun, console));
    Lines lines = new Lines();
    Future<Integer> asked = asking(lines);
    begun.await();

    socket.close();

    assertThat(asked.get(30, TimeUnit.SECONDS)).isOne();
    assertThat(lines.all()).containsExactly("err ended before it was done: the server stops");
  }
}
