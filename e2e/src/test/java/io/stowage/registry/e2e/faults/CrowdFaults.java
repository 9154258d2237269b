package io.stowage.registry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.e2e.RegistryProcess;
import io.stowage.registry.e2e.Sha256;
import io.stowage.registry.e2e.dropin.Scratch;
import io.stowage.registry.e2e.faults.Crowd.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of slow clients neither disturb a normal one nor stay. */
class CrowdFaults {
  private static final Map<Kind, Integer> CROWD =
      Map.of(Kind.HEADS, 2_000, Kind.BODIES, 1_500, Kind.READERS, 200, Kind.SILENT, 1_300);

  private static final int SIZE = 5_000;

  /** The default. */
  private static final Duration HEADER_TIMEOUT = Duration.ofSeconds(10);

  /** Shorter than the defaults, so that they pass several times, and twice as long as a pause. */
  private static final Duration OTHER_TIMEOUT = Duration.ofSeconds(Rounds.of(10, 60));

  /** For looking once a second, a byte every 5 s, and a machine that has other things to do. */
  private static final Duration SLACK = Duration.ofSeconds(15);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration WINDOW = Duration.ofSeconds(Rounds.of(2, 60));
  private static final int WINDOWS = 3;

  /** The bar of the project: what a pull may take beside the crowd. */
  private static final Duration MOST_P99 = Duration.ofMillis(50);

  private static final long MOST_GROWTH = 48L << 20;
  private static final String LITTLE_MEMORY = "-Xmx128m -XX:MaxDirectMemorySize=128m";
  private static final String ALIVE = "/v2/crowd/blobs/";

  @Test
  void re5_re6_fiveThousandSlowClients_leavePullsAloneAndAreEnded(
      @TempDir(factory = Scratch.class) Path folder) throws IOException {
    Path configuration = configuration(folder);
    try (RegistryProcess registry =
        RegistryProcess.start(
            RegistryProcess.binary(), configuration, Map.of("JAVA_OPTS", LITTLE_MEMORY), 0)) {
      Image normal = new Image("crowd", 1, 256 * 1024, 1);
      Image large = new Image("crowd", 2, 16 << 20, 2);
      try (Pusher pusher = new Pusher(registry.address(), new Ledger())) {
        pusher.push(normal, List.of("normal")).expect(201);
        pusher.push(large, List.of("large")).expect(201);
      }
      List<String> pull = pull(normal);
      Duration alone = bestP99(registry, pull);
      String blob = ALIVE + Sha256.digest(large.layer());
      try (Crowd crowd = new Crowd(registry.address(), CROWD, blob)) {
        await(() -> crowd.connected() >= SIZE * 9 / 10, "a crowd");
        Duration crowded = beside(crowd, registry, pull);
        crowd.leave();
        await(() -> crowd.connected() == 0, "the end of all slow connections");
        judge(crowd, alone, crowded);
      }
      assertThat(registry.log()).doesNotContain("OutOfMemoryError");
    }
  }

  private static Duration beside(Crowd crowd, RegistryProcess registry, List<String> pull)
      throws IOException {
    Duration best = p99(registry, pull);
    long before = resident(registry);
    for (int i = 1; i < WINDOWS; i++) {
      Duration next = p99(registry, pull);
      best = next.compareTo(best) < 0 ? next : best;
    }
    // All have been ended at least once by then, and have come back.
    await(() -> crowd.endings() > 2L * SIZE, "ends of slow connections");
    long after = resident(registry);
    System.out.printf(
        "measured: resident beside %d slow clients: %d MiB, %d MiB after %d of them were ended%n",
        SIZE, before >> 20, after >> 20, crowd.endings());
    assertThat(after - before).isLessThan(MOST_GROWTH);
    return best;
  }

  private static void judge(Crowd crowd, Duration alone, Duration crowded) {
    System.out.printf(
        "measured: p99 of a pull: %.1f ms alone, %.1f ms beside %d slow clients%n",
        millis(alone), millis(crowded), SIZE);
    for (Kind kind : Kind.values()) {
      Duration limit = kind == Kind.HEADS ? HEADER_TIMEOUT : OTHER_TIMEOUT;
      System.out.printf(
          "measured: slow %s last %.1f s at most (limit: %d s)%n",
          kind.name().toLowerCase(Locale.ROOT),
          millis(crowd.longest(kind)) / 1000,
          limit.toSeconds());
      assertThat(crowd.longest(kind)).isBetween(limit, limit.plus(SLACK));
    }
    assertThat(crowded).isLessThan(MOST_P99);
  }

  private static Duration bestP99(RegistryProcess registry, List<String> pull) throws IOException {
    List<Duration> windows = new ArrayList<>();
    for (int i = 0; i <= WINDOWS; i++) {
      windows.add(p99(registry, pull));
    }
    return Collections.min(windows.subList(1, windows.size())); // the first one warms up
  }

  /** What 99 pulls of 100 need at most, one after another, each from its connection on. */
  private static Duration p99(RegistryProcess registry, List<String> pull) throws IOException {
    List<Duration> times = new ArrayList<>();
    long end = System.nanoTime() + WINDOW.toNanos();
    for (long begun = System.nanoTime(); begun < end; begun = System.nanoTime()) {
      try (Caller caller = new Caller(registry.address())) {
        for (String path : pull) {
          caller.get(path).expect(200);
        }
      }
      times.add(Duration.ofNanos(System.nanoTime() - begun));
    }
    Collections.sort(times);
    return times.get(times.size() * 99 / 100);
  }

  /** What a client asks for that lacks all of an image. */
  private static List<String> pull(Image image) {
    String at = "/v2/" + image.repository();
    return List.of(
        "/v2/",
        at + "/manifests/normal",
        at + "/blobs/" + Sha256.digest(image.config()),
        at + "/blobs/" + Sha256.digest(image.layer()));
  }

  private static double millis(Duration time) {
    return (double) time.toNanos() / 1e6;
  }

  private static long resident(RegistryProcess registry) throws IOException {
    Path status = Path.of("/proc", Long.toString(registry.pid()), "status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  private static void await(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + PATIENCE.plus(OTHER_TIMEOUT).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain for " + what);
      }
      Rounds.let(50);
    }
  }

  private static Path configuration(Path folder) throws IOException {
    Path file = folder.resolve("registry.yml");
    String text =
        """
        version: 0.1
        http:
          addr: 127.0.0.1:0
        storage:
          filesystem:
            rootdirectory: %s
        stowage:
          http:
            headertimeout: %ds
            idletimeout: %ds
            bodystalltimeout: %ds
        """
            .formatted(
                folder.resolve("data"),
                HEADER_TIMEOUT.toSeconds(),
                OTHER_TIMEOUT.toSeconds(),
                OTHER_TIMEOUT.toSeconds());
    Files.writeString(file, text);
    return file;
  }
}
