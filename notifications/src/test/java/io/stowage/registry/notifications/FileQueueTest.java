package io.stowage.registry.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A queue on disk: order, restarts, limits, and what is left after a crash. */
class FileQueueTest {
  private static final Instant TIME = Instant.parse("2026-11-23T07:04:48.775Z");
  private static final long ROOMY = 1 << 20;

  private final Tally tally = new Tally();
  private final Deque<FileQueue> open = new ArrayDeque<>();

  @TempDir private Path folder;

  @AfterEach
  void closeAll() throws IOException {
    for (FileQueue queue : open) {
      queue.close();
    }
  }

  private FileQueue open(long maxBytes) throws IOException {
    Complaint complaint =
        new Complaint(LoggerFactory.getLogger(FileQueueTest.class), new ManualClock());
    DeadLetters dead = new DeadLetterFile(folder, "q", ROOMY, tally, complaint);
    FileQueue queue = FileQueue.open(queueFolder(), maxBytes, dead, tally);
    open.push(queue);
    return queue;
  }

  private Path queueFolder() {
    return folder.resolve("q");
  }

  private FileQueue reopen(long maxBytes) throws IOException {
    open.pop().close();
    return open(maxBytes);
  }

  /** What a process that is killed leaves: nothing is flushed or closed. */
  private FileQueue afterKill(long maxBytes) throws IOException {
    Path copy = folder.resolve("copy" + open.size());
    Files.createDirectories(copy);
    for (Path file : files(queueFolder())) {
      Files.copy(file, copy.resolve(file.getFileName()));
    }
    Complaint complaint =
        new Complaint(LoggerFactory.getLogger(FileQueueTest.class), new ManualClock());
    FileQueue queue = FileQueue.open(copy, maxBytes, new LostLetters(tally, complaint), tally);
    open.push(queue);
    return queue;
  }

  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(files::add);
    }
    files.sort(null);
    return files;
  }

  private List<Path> segments() throws IOException {
    return files(queueFolder()).stream()
        .filter(file -> file.toString().endsWith(".events"))
        .toList();
  }

  private static byte[] body(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void add(FileQueue queue, String... texts) throws IOException {
    for (String text : texts) {
      queue.append(TIME, body(text));
    }
    queue.flush();
  }

  private static String take(FileQueue queue) throws IOException {
    QueuedEvent event = queue.oldest();
    if (event == null) {
      return "";
    }
    assertThat(event.time()).isEqualTo(TIME);
    queue.remove(event);
    return new String(event.body(), StandardCharsets.UTF_8);
  }

  private static List<String> takeAll(FileQueue queue) throws IOException {
    List<String> all = new ArrayList<>();
    for (String text = take(queue); !text.isEmpty(); text = take(queue)) {
      all.add(text);
    }
    return all;
  }

  private String deadLetters() throws IOException {
    Path file = folder.resolve("q.dead.jsonl");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  // --- order and restarts

  @Test
  void take_givesOldestFirst() throws IOException {
    FileQueue queue = open(ROOMY);
    add(queue, "one", "two", "three");

    assertThat(queue.size()).isEqualTo(3);
    assertThat(takeAll(queue)).containsExactly("one", "two", "three");
    assertThat(queue.size()).isZero();
    assertThat(queue.oldest()).isNull();
  }

  @Test
  void oldest_notFlushed_isNotThereYet() throws IOException {
    FileQueue queue = open(ROOMY);
    queue.append(TIME, body("one"));

    assertThat(queue.oldest()).isNull();
    queue.flush();
    assertThat(queue.oldest()).isNotNull();
  }

  @Test
  void open_afterOrderlyEnd_goesOnWhereItStopped() throws IOException {
    FileQueue queue = open(ROOMY);
    add(queue, "one", "two", "three");
    take(queue);

    queue = reopen(ROOMY);
    add(queue, "four");

    assertThat(queue.size()).isEqualTo(3);
    assertThat(takeAll(queue)).containsExactly("two", "three", "four");
    assertThat(segments()).hasSize(1);
  }

  @Test
  void open_afterKill_hasAllThatWasFlushedAndNotTaken() throws IOException {
    FileQueue queue = open(ROOMY);
    add(queue, "one", "two", "three");
    take(queue);

    FileQueue left = afterKill(ROOMY);

    assertThat(left.size()).isEqualTo(2);
    assertThat(takeAll(left)).containsExactly("two", "three");
  }

  @Test
  void open_manyTimes_leavesNoFilesBehind() throws IOException {
    FileQueue queue = open(ROOMY);
    for (int i = 0; i < 20; i++) {
      add(queue, "event " + i);
      assertThat(takeAll(queue)).containsExactly("event " + i);
      queue = reopen(ROOMY);
      assertThat(queue.oldest()).isNull();
    }

    assertThat(segments()).isEmpty();
  }

  // --- crashes

  @Test
  void open_withTornLastEvent_hasTheOthersAtWhicheverByteItTore() throws IOException {
    add(open(ROOMY), "one", "two", "three");
    reopen(ROOMY);
    open.pop().close();
    Path segment = segments().getFirst();
    byte[] whole = Files.readAllBytes(segment);
    int threeAt = whole.length - (int) Segment.bytesOf(body("three"));

    for (int length = threeAt; length < whole.length; length++) {
      Files.write(segment, java.util.Arrays.copyOf(whole, length));
      Files.deleteIfExists(queueFolder().resolve("cursor"));
      FileQueue queue = open(ROOMY);
      assertThat(queue.size()).as("torn at " + length).isEqualTo(2);
      add(queue, "four");
      assertThat(takeAll(queue)).containsExactly("one", "two", "four");
      open.pop().close();
      segments().forEach(file -> assertThat(file.toFile().delete()).isTrue());
    }
  }

  @Test
  void open_withDamageInTheMiddle_losesTheRestOfThatSegmentOnly() throws IOException {
    FileQueue queue = open(ROOMY);
    add(queue, "one", "two", "three");
    queue = reopen(ROOMY);
    add(queue, "four");
    open.pop().close();
    Path damaged = segments().getFirst();
    byte[] bytes = Files.readAllBytes(damaged);
    int twoAt = Segment.START + (int) Segment.bytesOf(body("one"));
    bytes[twoAt + 18] ^= 1;
    Files.write(damaged, bytes);

    assertThat(takeAll(open(ROOMY))).containsExactly("one", "four");
  }

  @Test
  void take_damagedSinceTheStart_losesThoseAndCountsThem() throws IOException {
    FileQueue queue = open(ROOMY);
    add(queue, "one", "two");
    queue = reopen(ROOMY);
    add(queue, "three");
    Path damaged = segments().getFirst();
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[Segment.START + 18] ^= 1;
    Files.write(damaged, bytes);

    assertThat(takeAll(queue)).containsExactly("three");
    assertThat(queue.size()).isZero();
    assertThat(tally.snapshot(TestEndpoints.named("q"), 0).lost()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void open_withDamagedCursor_deliversAgainRatherThanNever(int damage) throws IOException {
    FileQueue queue = open(ROOMY);
    add(queue, "one", "two", "three");
    take(queue);
    take(queue);
    open.pop().close();
    Path cursor = queueFolder().resolve("cursor");
    byte[] slots = Files.readAllBytes(cursor);
    int newest = 0; // the second turn stands in the first slot
    switch (damage) {
      case 0 -> slots[newest + 9] ^= 1;
      case 1 -> slots = new byte[0];
      default -> slots = java.util.Arrays.copyOf(slots, 30);
    }
    Files.write(cursor, slots);

    List<String> again = takeAll(open(ROOMY));

    assertThat(again)
        .isEqualTo(
            switch (damage) {
              case 0 -> List.of("two", "three");
              case 1 -> List.of("one", "two", "three");
              default -> List.of("three");
            });
  }

  @Test
  void open_withForeignFiles_passesOverThem() throws IOException {
    add(open(ROOMY), "one");
    open.pop().close();
    Files.writeString(queueFolder().resolve("README.events"), "hello");
    Files.writeString(queueFolder().resolve("00000000000000ff.events"), "not ours");
    Files.writeString(queueFolder().resolve("00000000000000fe.events"), "");

    FileQueue queue = open(ROOMY);
    add(queue, "two");

    assertThat(takeAll(queue)).containsExactly("one", "two");
  }

  @Test
  void append_diskFails_throwsAndTheQueueGoesOnAfterwards() throws IOException {
    FileQueue queue = open(ROOMY);
    Path aside = folder.resolve("aside");
    Files.move(queueFolder(), aside);

    assertThatThrownBy(() -> add(queue, "one")).isInstanceOf(IOException.class);
    assertThat(queue.size()).isZero();

    Files.move(aside, queueFolder());
    add(queue, "two");
    assertThat(takeAll(queue)).containsExactly("two");
  }

  // --- limits

  @Test
  void append_full_pushesTheOldestOutToTheDeadLetters() throws IOException {
    FileQueue queue = open(16 * 1024);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      texts.add("{\"n\":\"%03d%s\"}".formatted(i, "x".repeat(490)));
      add(queue, texts.getLast());
      assertThat(diskUse()).isLessThanOrEqualTo(16 * 1024);
    }

    List<String> left = takeAll(queue);
    int dead = texts.size() - left.size();

    assertThat(left).isNotEmpty().isEqualTo(texts.subList(dead, texts.size()));
    List<String> lines = deadLetters().lines().toList();
    assertThat(lines).hasSize(dead);
    for (int i = 0; i < dead; i++) {
      assertThat(lines.get(i))
          .isEqualTo(
              "{\"reason\":\"the queue is full\",\"time\":\"2026-11-23T07:04:48.775Z\",\"envelope\":%s}"
                  .formatted(texts.get(i)));
    }
    assertThat(tally.snapshot(TestEndpoints.named("q"), 0).dead()).isEqualTo(dead);
  }

  private long diskUse() throws IOException {
    long bytes = 0;
    for (Path file : segments()) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  @Test
  void append_largerThanTheQueue_isDeadAtOnce() throws IOException {
    FileQueue queue = open(4096);
    add(queue, "{\"small\":1}");
    add(queue, "{\"large\":\"%s\"}".formatted("x".repeat(5000)));

    assertThat(takeAll(queue)).containsExactly("{\"small\":1}");
    assertThat(deadLetters()).contains("larger than the queue");
  }

  @Test
  void remove_pushedOutMeanwhile_takesNothingElse() throws IOException {
    FileQueue queue = open(8 * 1024);
    add(queue, "{\"n\":1}");
    QueuedEvent first = queue.oldest();
    for (int i = 2; i < 40; i++) {
      add(queue, "{\"n\":%d,\"x\":\"%s\"}".formatted(i, "x".repeat(500)));
    }
    long waiting = queue.size();

    queue.remove(java.util.Objects.requireNonNull(first));

    assertThat(queue.size()).isEqualTo(waiting);
  }

  @Test
  void giveUp_putsTheEventAside() throws IOException {
    FileQueue queue = open(ROOMY);
    add(queue, "{\"n\":1}", "{\"n\":2}");

    queue.giveUp(java.util.Objects.requireNonNull(queue.oldest()), "too old");

    assertThat(takeAll(queue)).containsExactly("{\"n\":2}");
    assertThat(deadLetters()).startsWith("{\"reason\":\"too old\",");
  }

  // --- generated

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anyHistory_keepsEveryEventInOrder(long seed) throws IOException {
    Random random = new Random(seed);
    FileQueue queue = open(ROOMY);
    Deque<String> model = new ArrayDeque<>();
    int next = 0;
    for (int step = 0; step < 250; step++) {
      switch (random.nextInt(10)) {
        case 0 -> queue = reopen(ROOMY);
        case 1, 2, 3, 4 -> assertThat(take(queue)).isEqualTo(orEmpty(model.poll()));
        default -> {
          for (int i = random.nextInt(8); i >= 0; i--) {
            String text = next++ + "x".repeat(random.nextInt(4000));
            queue.append(TIME, body(text));
            model.add(text);
          }
          queue.flush();
        }
      }
      assertThat(queue.size()).isEqualTo(model.size());
      if (model.size() > 100) {
        assertThat(takeAll(queue)).containsExactlyElementsOf(model);
        model.clear();
      }
    }
    assertThat(takeAll(afterKill(ROOMY))).containsExactlyElementsOf(model);
  }

  private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "" : text;
  }

  // --- dead letters

  @Test
  void deadLetters_full_becomeThePreviousFile() throws IOException {
    Complaint complaint =
        new Complaint(LoggerFactory.getLogger(FileQueueTest.class), new ManualClock());
    try (DeadLetterFile dead = new DeadLetterFile(folder, "d", 300, tally, complaint)) {
      for (int i = 0; i < 9; i++) {
        dead.bury(TIME, body("{\n   \"n\": %d\n}".formatted(i)), "because");
      }
    }

    List<String> now = Files.readAllLines(folder.resolve("d.dead.jsonl"));
    List<String> before = Files.readAllLines(folder.resolve("d.dead.1.jsonl"));
    assertThat(now).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    assertThat(now.getLast()).contains("\"envelope\":{\"n\":8}");
    assertThat(before).isNotEmpty();
    assertThat(Files.size(folder.resolve("d.dead.jsonl"))).isLessThanOrEqualTo(300);
    assertThat(Files.size(folder.resolve("d.dead.1.jsonl"))).isLessThanOrEqualTo(300);
  }

  @Test
  void deadLetters_tornLastLine_isEndedFirst() throws IOException {
    Path file = folder.resolve("d.dead.jsonl");
    Files.writeString(file, "{\"torn", StandardOpenOption.CREATE);
    Complaint complaint =
        new Complaint(LoggerFactory.getLogger(FileQueueTest.class), new ManualClock());
    try (DeadLetterFile dead = new DeadLetterFile(folder, "d", 3000, tally, complaint)) {
      dead.bury(TIME, body("{}"), "because");
    }

    assertThat(Files.readAllLines(file)).hasSize(2).last().asString().endsWith("\"envelope\":{}}");
  }
}
