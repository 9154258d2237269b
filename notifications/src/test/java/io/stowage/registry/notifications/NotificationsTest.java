package io.stowage.registry.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.event.EventStatistics;
import io.stowage.registry.event.RegistryEvent.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From an event to a request at a real receiver. */
class NotificationsTest {
  private static final QueueLimits LIMITS = new QueueLimits(1 << 20, Duration.ofDays(7));

  private final ManualClock clock = new ManualClock();
  private final Deque<AutoCloseable> running = new ArrayDeque<>();

  @TempDir private Path folder;

  @AfterEach
  void stopAll() throws Exception {
    for (AutoCloseable part : running) {
      part.close();
    }
  }

  // --- in short

  private Hook hook() throws IOException {
    Hook hook = new Hook();
    running.addLast(hook);
    return hook;
  }

  private Notifications start(Endpoint... endpoints) throws IOException {
    return start(Queues.in(folder), LIMITS, endpoints);
  }

  private Notifications start(Queues queues, QueueLimits limits, Endpoint... endpoints)
      throws IOException {
    Notifications notifications =
        Notifications.start(queues, Events.SOURCE, limits, List.of(endpoints), clock);
    running.addFirst(notifications);
    return notifications;
  }

  private Notifications restart(Endpoint... endpoints) throws Exception {
    running.removeFirst().close();
    return start(endpoints);
  }

  private void push(Notifications notifications, String... tags) {
    for (String tag : tags) {
      notifications.accept(List.of(Events.push(tag, clock.instant())));
    }
  }

  private static EventStatistics.Figures figures(Notifications notifications) {
    return notifications.receivers().getFirst();
  }

  private static void awaitDelivered(Notifications notifications) {
    Hook.awaitTrue(
        () -> notifications.receivers().stream().allMatch(receiver -> receiver.pending() == 0),
        () -> notifications.receivers().toString());
  }

  private Path deadLetters() {
    return folder.resolve("a.dead.jsonl");
  }

  // --- what is sent

  @Test
  @DisplayName("8.1: POST, one event per envelope, distribution's media type")
  void accept_push_isPosted() throws IOException {
    Hook hook = hook();
    Notifications notifications = start(TestEndpoints.at("a", hook.url()));
    var event = Events.push("v1", clock.instant());

    notifications.accept(List.of(event));

    Hook.Heard heard = hook.await(1).getFirst();
    assertThat(heard.method()).isEqualTo("POST");
    assertThat(heard.path()).isEqualTo("/hook");
    assertThat(heard.header("Content-Type")).isEqualTo(Envelope.MEDIA_TYPE);
    assertThat(heard.headers()).doesNotContainKey(Signature.HEADER);
    assertThat(heard.body())
        .isEqualTo(new String(Envelope.of(event, Events.SOURCE), StandardCharsets.UTF_8));
  }

  @Test
  void accept_withConfiguredHeaders_sendsThemBesides() throws IOException {
    Hook hook = hook();
    Endpoint plain = TestEndpoints.at("a", hook.url());
    push(
        start(
            withHeaders(
                plain,
                Map.of(
                    "X-One", List.of("1", "2"),
                    "Authorization", List.of("Bearer t"),
                    "Host", List.of("elsewhere"),
                    "Connection", List.of("close")))),
        "v1");

    Hook.Heard heard = hook.await(1).getFirst();
    assertThat(heard.headers().get("X-One")).containsExactly("1", "2");
    assertThat(heard.header("Authorization")).isEqualTo("Bearer t");
    assertThat(heard.header("Host")).startsWith("127.0.0.1");
  }

  private static Endpoint withHeaders(Endpoint plain, Map<String, List<String>> headers) {
    return new Endpoint(
        plain.name(),
        plain.url(),
        headers,
        plain.timeout(),
        plain.threshold(),
        plain.backoff(),
        plain.ignoredMediaTypes(),
        plain.ignoredKinds(),
        plain.secret());
  }

  private static Endpoint ignoring(Endpoint plain, Set<String> mediaTypes, Set<Kind> kinds) {
    return new Endpoint(
        plain.name(),
        plain.url(),
        plain.headers(),
        plain.timeout(),
        plain.threshold(),
        plain.backoff(),
        mediaTypes,
        kinds,
        plain.secret());
  }

  private static Endpoint withPatience(Endpoint plain, Duration timeout, Duration backoff) {
    return new Endpoint(
        plain.name(),
        plain.url(),
        plain.headers(),
        timeout,
        plain.threshold(),
        backoff,
        plain.ignoredMediaTypes(),
        plain.ignoredKinds(),
        "key");
  }

  @Test
  void accept_userInTheUrl_logsInAndIsNowhereElse() throws IOException {
    Hook hook = hook();
    URI url = URI.create("http://me:p%40ss@127.0.0.1:" + hook.port() + "/hook?x=1");
    Endpoint endpoint = TestEndpoints.at("a", url);
    Notifications notifications = start(endpoint);

    push(notifications, "v1");

    Hook.Heard heard = hook.await(1).getFirst();
    assertThat(heard.header("Authorization")).isEqualTo("Basic bWU6cEBzcw=="); // me:p@ss
    assertThat(heard.path()).isEqualTo("/hook?x=1");
    assertThat(figures(notifications).url())
        .isEqualTo("http://127.0.0.1:%d/hook".formatted(hook.port()));
    assertThat(endpoint.toString()).doesNotContain("ss");
  }

  @Test
  void accept_withSecret_signsTheBody() throws IOException {
    Hook hook = hook();
    Endpoint endpoint =
        withPatience(
            TestEndpoints.at("a", hook.url()), Duration.ofSeconds(5), Duration.ofSeconds(1));
    push(start(endpoint), "v1");

    Hook.Heard heard = hook.await(1).getFirst();

    assertThat(heard.header(Signature.HEADER))
        .isEqualTo(Signature.of(heard.body().getBytes(StandardCharsets.UTF_8), "key"));
    // From RFC 4231's neighbourhood, as openssl prints it.
    assertThat(
            Signature.of(
                "The quick brown fox jumps over the lazy dog".getBytes(StandardCharsets.UTF_8),
                "key"))
        .isEqualTo("sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
  }

  @Test
  @DisplayName("OB-7, SL-6: a header with a line break is refused, and not shown")
  void start_headerThatCannotBeSent_isRefusedWithoutItsValue() {
    Endpoint endpoint =
        withHeaders(TestEndpoints.named("a"), Map.of("X-Key", List.of("secret\nvalue")));

    assertThatThrownBy(() -> start(endpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("endpoint a")
        .message()
        .doesNotContain("secret");
  }

  // --- who hears what

  @Test
  void accept_ignoredByMediaTypeOrAction_isNotSent() throws IOException {
    Hook hook = hook();
    Endpoint all = TestEndpoints.at("a", hook.url());
    Notifications notifications =
        start(ignoring(all, Set.of("application/octet-stream"), Set.of(Kind.PULL)));

    notifications.accept(
        List.of(
            Events.of(Kind.PULL, "pull", clock.instant()),
            Events.blob("blob", clock.instant()),
            Events.push("push", clock.instant())));

    awaitDelivered(notifications);
    assertThat(hook.tags()).containsExactly("push");
    assertThat(notifications.wants(Kind.PULL)).isFalse();
    assertThat(notifications.wants(Kind.PUSH)).isTrue();
  }

  @Test
  void accept_pull_isSentWithinASecond() throws IOException {
    Hook hook = hook();
    Notifications notifications = start(TestEndpoints.at("a", hook.url()));

    notifications.accept(List.of(Events.of(Kind.PULL, "pull", clock.instant())));

    assertThat(hook.await(1).getFirst().tag()).isEqualTo("pull");
  }

  @Test
  void accept_pullBeforePush_staysInFront() throws IOException {
    Hook hook = hook();
    Notifications notifications = start(TestEndpoints.at("a", hook.url()));

    notifications.accept(List.of(Events.of(Kind.PULL, "pull", clock.instant())));
    push(notifications, "push");

    hook.await(2);
    assertThat(hook.tags()).containsExactly("pull", "push");
  }

  @Test
  void accept_byManyThreads_deliversEachOnceInTheOrderOfEachThread() throws Exception {
    Hook hook = hook();
    Notifications notifications = start(TestEndpoints.at("a", hook.url()));
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < 8; client++) {
        String prefix = "c" + client + "-";
        clients.add(
            threads.submit(
                () -> IntStream.range(0, 25).forEach(i -> push(notifications, prefix + i))));
      }
    }
    for (Future<?> client : clients) {
      client.get();
    }

    hook.await(200);
    awaitDelivered(notifications);
    assertThat(hook.tags()).hasSize(200).doesNotHaveDuplicates();
    for (int client = 0; client < 8; client++) {
      String prefix = "c" + client + "-";
      assertThat(hook.tags().stream().filter(tag -> tag.startsWith(prefix)))
          .containsExactlyElementsOf(IntStream.range(0, 25).mapToObj(i -> prefix + i).toList());
    }
  }

  // --- receivers that fail

  @Test
  @DisplayName("8.1: retried for ever, in order")
  void deliver_refused_isTriedAgainBeforeTheNext() throws IOException {
    Hook hook = hook().answering(500, 404, 503, 429, 401);
    Notifications notifications = start(TestEndpoints.at("a", hook.url()));

    push(notifications, "one", "two");

    hook.await(7);
    awaitDelivered(notifications);
    assertThat(hook.tags()).containsExactly("one", "one", "one", "one", "one", "one", "two");
    EventStatistics.Figures figures = figures(notifications);
    assertThat(figures.events()).isEqualTo(2);
    assertThat(figures.successes()).isEqualTo(2);
    assertThat(figures.failures()).isEqualTo(5);
    assertThat(figures.statuses())
        .isEqualTo(Map.of(500, 1L, 404, 1L, 503, 1L, 429, 1L, 401, 1L, 200, 2L));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202, 204, 301, 302, 307, 308, 399})
  @DisplayName("8.1: 2xx and 3xx mean accepted")
  void deliver_acceptedOrRedirected_isDoneAndFollowsNothing(int status) throws IOException {
    Hook hook = hook().answering(status);
    Notifications notifications = start(TestEndpoints.at("a", hook.url()));

    push(notifications, "one", "two");

    hook.await(2);
    awaitDelivered(notifications);
    assertThat(hook.tags()).containsExactly("one", "two");
    assertThat(hook.heard()).allMatch(heard -> heard.path().equals("/hook"));
  }

  @Test
  @DisplayName("8.1: after threshold failures in a row each attempt waits for the back-off")
  void deliver_failingOften_waitsBetweenAttempts() throws IOException {
    Hook hook = hook().answering(500, 500, 500, 500);
    Endpoint endpoint = TestEndpoints.at("a", hook.url(), 3); // three failures, then 100 ms
    Notifications notifications =
        Notifications.start(
            Queues.in(folder),
            Events.SOURCE,
            LIMITS,
            List.of(endpoint),
            java.time.InstantSource.system());
    running.addFirst(notifications);

    notifications.accept(List.of(Events.push("one", Instant.now()))); // by the same clock

    List<Hook.Heard> heard = hook.await(5);
    long millisAfterThird = (heard.get(3).nanos() - heard.get(2).nanos()) / 1_000_000;
    long millisAfterFourth = (heard.get(4).nanos() - heard.get(3).nanos()) / 1_000_000;
    assertThat(millisAfterThird).isGreaterThanOrEqualTo(95);
    assertThat(millisAfterFourth).isGreaterThanOrEqualTo(95);
  }

  @Test
  void deliver_nobodyListens_isTriedUntilSomebodyDoes() throws IOException {
    int port;
    try (Hook gone = new Hook()) {
      port = gone.port();
    }
    Notifications notifications =
        start(TestEndpoints.at("a", URI.create("http://127.0.0.1:" + port + "/hook")));
    push(notifications, "one");
    Hook.awaitTrue(
        () -> figures(notifications).errors() > 0, () -> figures(notifications).toString());

    Hook hook = new Hook(port);
    running.addLast(hook);
    clock.forward(Duration.ofMinutes(1));

    hook.await(1);
    awaitDelivered(notifications);
    assertThat(figures(notifications).successes()).isEqualTo(1);
  }

  @Test
  void accept_oneReceiverHangs_slowsNobodyDown() throws IOException {
    Hook stuck = hook().hanging();
    Hook well = hook();
    Notifications notifications =
        start(
            withPatience(
                TestEndpoints.at("stuck", stuck.url()), Duration.ofMinutes(5), Duration.ZERO),
            TestEndpoints.at("well", well.url()));
    push(notifications, "first");
    stuck.await(1);

    long begun = System.nanoTime();
    for (int i = 0; i < 50; i++) {
      push(notifications, "v" + i);
    }
    long millis = (System.nanoTime() - begun) / 1_000_000;

    well.await(51);
    assertThat(stuck.heard()).hasSize(1);
    assertThat(notifications.receivers().getFirst().pending()).isEqualTo(51);
    assertThat(millis).isLessThan(10_000); // the receiver would hang for minutes
  }

  @Test
  void deliver_bodyThatNeverEnds_isNotWaitedFor() throws IOException {
    Hook hook = hook().endless();
    Notifications notifications =
        start(
            withPatience(TestEndpoints.at("a", hook.url()), Duration.ofMinutes(5), Duration.ZERO));

    push(notifications, "one", "two", "three");

    hook.await(3);
    awaitDelivered(notifications);
    assertThat(hook.tags()).containsExactly("one", "two", "three");
  }

  @Test
  void deliver_hangs_isGivenUpAfterTheTimeoutAndTriedAgain() throws IOException {
    Hook hook = hook().hanging();
    Notifications notifications =
        start(
            withPatience(
                TestEndpoints.at("a", hook.url()), Duration.ofMillis(50), Duration.ofMillis(1)));

    push(notifications, "one");

    hook.await(2);
    assertThat(hook.tags()).containsOnly("one");
    assertThat(figures(notifications).errors()).isPositive();
  }

  // --- restarts

  @Test
  void start_afterEndWithUndelivered_deliversThemFirst() throws Exception {
    Hook hook = hook();
    Endpoint unreachable = TestEndpoints.named("a");
    push(start(unreachable), "one", "two");

    Notifications notifications = restart(TestEndpoints.at("a", hook.url()));
    push(notifications, "three");

    hook.await(3);
    awaitDelivered(notifications);
    assertThat(hook.tags()).containsExactly("one", "two", "three");
  }

  @Test
  void start_afterAllWasDelivered_deliversNothingTwice() throws Exception {
    Hook hook = hook();
    Endpoint endpoint = TestEndpoints.at("a", hook.url());
    Notifications before = start(endpoint);
    push(before, "one");
    awaitDelivered(before);

    Notifications notifications = restart(endpoint);
    push(notifications, "two");

    hook.await(2);
    assertThat(hook.tags()).containsExactly("one", "two");
  }

  @Test
  void close_whileHanging_endsAndKeepsTheEvent() throws Exception {
    Hook stuck = hook().hanging();
    Hook hook = hook();
    Notifications before =
        start(
            withPatience(TestEndpoints.at("a", stuck.url()), Duration.ofMinutes(5), Duration.ZERO));
    push(before, "one");
    stuck.await(1);

    restart(TestEndpoints.at("a", hook.url()));

    assertThat(hook.await(1).getFirst().tag()).isEqualTo("one");
  }

  @Test
  void moveTo_disk_keepsWhatWaitedInMemoryAndWhatComes() throws Exception {
    Notifications reader = start(Queues.inMemory(), LIMITS, TestEndpoints.named("a"));
    push(reader, "one", "two");

    reader.moveTo(Queues.in(folder));
    push(reader, "three");
    assertThat(figures(reader).pending()).isEqualTo(3);
    Hook hook = hook();
    restart(TestEndpoints.at("a", hook.url()));

    hook.await(3);
    assertThat(hook.tags()).containsExactly("one", "two", "three");
  }

  @Test
  void moveTo_folderThatCannotBeMade_changesNothing() throws Exception {
    Hook hook = hook();
    Notifications reader = start(Queues.inMemory(), LIMITS, TestEndpoints.at("a", hook.url()));
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> reader.moveTo(Queues.in(file))).isInstanceOf(IOException.class);

    push(reader, "one");
    assertThat(hook.await(1).getFirst().tag()).isEqualTo("one");
  }

  @Test
  void close_whileManyHang_waitsForAllAtOnce() throws Exception {
    List<Hook> stuck = new ArrayList<>();
    List<Endpoint> endpoints = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d", "e")) {
      stuck.add(hook().hanging());
      Endpoint endpoint = TestEndpoints.at(name, stuck.getLast().url());
      endpoints.add(withPatience(endpoint, Duration.ofMinutes(5), Duration.ZERO));
    }
    Notifications notifications = start(endpoints.toArray(Endpoint[]::new));
    push(notifications, "one");
    for (Hook hook : stuck) {
      hook.await(1);
    }
    long begun = System.nanoTime();

    notifications.close();

    // Each is given 2 s: one after the other that would be 10.
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
  }

  @Test
  void accept_pullsBeforeClose_areKept() throws Exception {
    Hook hook = hook();
    start(TestEndpoints.named("a")).accept(List.of(Events.of(Kind.PULL, "pull", clock.instant())));

    restart(TestEndpoints.at("a", hook.url()));

    assertThat(hook.await(1).getFirst().tag()).isEqualTo("pull");
  }

  // --- limits

  @Test
  void deliver_tooOld_goesToTheDeadLetters() throws Exception {
    Hook hook = hook();
    Endpoint unreachable = TestEndpoints.named("a");
    push(start(unreachable), "old");
    running.removeFirst().close();
    clock.forward(Duration.ofDays(7).plusSeconds(1));

    Notifications notifications = start(TestEndpoints.at("a", hook.url()));
    push(notifications, "new");

    hook.await(1);
    awaitDelivered(notifications);
    assertThat(hook.tags()).containsExactly("new");
    assertThat(Files.readString(deadLetters()))
        .contains("could not be delivered for 168h", "\"tag\":\"old\"");
    assertThat(figures(notifications).dead()).isEqualTo(1);
  }

  @Test
  void accept_moreThanTheQueueTakes_keepsTheNewest() throws Exception {
    Hook hook = hook();
    QueueLimits small = new QueueLimits(16 * 1024, Duration.ofDays(7));
    Notifications notifications = start(Queues.in(folder), small, TestEndpoints.named("a"));
    for (int i = 0; i < 60; i++) {
      push(notifications, "v" + i);
    }
    long dead = figures(notifications).dead();

    Notifications after = restart(TestEndpoints.at("a", hook.url()));
    awaitDelivered(after);

    assertThat(dead).isPositive();
    assertThat(Files.readAllLines(deadLetters()).getLast()).contains("v" + (dead - 1));
    assertThat(hook.tags())
        .containsExactlyElementsOf(IntStream.range((int) dead, 60).mapToObj(i -> "v" + i).toList());
  }

  @Test
  void accept_diskFails_isCountedAndNotThrown() throws IOException {
    Hook hook = hook();
    Notifications notifications = start(TestEndpoints.at("a", hook.url()));
    Path aside = folder.resolve("aside");
    Files.move(folder.resolve("a"), aside);

    push(notifications, "lost");
    assertThat(figures(notifications).lost()).isEqualTo(1);

    Files.move(aside, folder.resolve("a"));
    push(notifications, "kept");
    hook.await(1);
    assertThat(hook.tags()).containsExactly("kept");
  }

  @Test
  void accept_inMemory_deliversAndIsBounded() throws IOException {
    Hook hook = hook();
    QueueLimits small = new QueueLimits(8 * 1024, Duration.ofDays(7));
    Notifications notifications = start(Queues.inMemory(), small, TestEndpoints.named("a"));
    for (int i = 0; i < 60; i++) {
      push(notifications, "v" + i);
    }
    EventStatistics.Figures figures = figures(notifications);
    assertThat(figures.lost()).isPositive();
    assertThat(figures.lost() + figures.pending()).isEqualTo(60);

    notifications.update(List.of(TestEndpoints.at("a", hook.url())));
    clock.forward(Duration.ofSeconds(1));

    hook.await((int) figures.pending());
    assertThat(hook.tags())
        .containsExactlyElementsOf(
            IntStream.range((int) figures.lost(), 60).mapToObj(i -> "v" + i).toList());
    assertThat(folder).isEmptyDirectory();
  }

  // --- changing receivers

  @Test
  void update_newUrl_deliversWhatWaitsThere() throws IOException {
    Hook hook = hook();
    Notifications notifications = start(TestEndpoints.named("a"));
    push(notifications, "one");

    notifications.update(List.of(TestEndpoints.at("a", hook.url())));
    clock.forward(Duration.ofSeconds(1));

    assertThat(hook.await(1).getFirst().tag()).isEqualTo("one");
  }

  @Test
  void update_goneAndBack_keepsWhatItHasNotGot() throws IOException {
    Hook hook = hook();
    Hook other = hook();
    Notifications notifications =
        start(TestEndpoints.named("a"), TestEndpoints.at("b", other.url()));
    push(notifications, "one");

    notifications.update(List.of(TestEndpoints.at("b", other.url())));
    push(notifications, "two");
    other.await(2);
    notifications.update(
        List.of(TestEndpoints.at("a", hook.url()), TestEndpoints.at("b", other.url())));
    push(notifications, "three");

    hook.await(2);
    assertThat(hook.tags()).containsExactly("one", "three");
    other.await(3);
    assertThat(other.tags()).containsExactly("one", "two", "three");
  }

  @Test
  void update_toNobody_wantsNothing() throws IOException {
    Notifications notifications = start(TestEndpoints.named("a"));

    notifications.update(List.of());

    assertThat(Kind.values()).noneMatch(notifications::wants);
    assertThat(notifications.receivers()).isEmpty();
  }

  @Test
  void update_queueCannotBeOpened_leavesAllAsItWas() throws IOException {
    Hook hook = hook();
    Notifications notifications = start(TestEndpoints.at("a", hook.url()));
    Files.writeString(folder.resolve("b"), "a file where a folder should be");

    assertThatThrownBy(
            () -> notifications.update(List.of(TestEndpoints.named("a"), TestEndpoints.named("b"))))
        .isInstanceOf(IOException.class);

    push(notifications, "one");
    assertThat(hook.await(1).getFirst().tag()).isEqualTo("one");
  }
}
