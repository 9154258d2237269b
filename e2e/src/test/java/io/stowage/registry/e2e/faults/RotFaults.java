package io.stowage.registry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.e2e.Command;
import io.stowage.registry.e2e.RegistryProcess;
import io.stowage.registry.e2e.Sha256;
import io.stowage.registry.e2e.dropin.Scratch;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Bytes change on the disk by themselves: a bit flips, a file loses its end, or all it had. */
@ExtendWith(Figures.Run.class)
class RotFaults {
  private static final String REPOSITORY = "faults/rot";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Map<String, String> SCRUBBED =
      Map.of("REGISTRY_STOWAGE_SCRUB_INTERVAL", "1s", "REGISTRY_STOWAGE_SCRUB_RATE", "1GiB");

  private static final Map<String, String> NOT_SCRUBBED =
      Map.of("REGISTRY_STOWAGE_SCRUB_ENABLED", "false");

  private static final Map<String, String> VERIFIED =
      Map.of(
          "REGISTRY_STOWAGE_SCRUB_ENABLED", "false",
          "REGISTRY_STOWAGE_STORAGE_VERIFYREADS", "true");

  /** What a disk may do to a file. */
  private enum Rot {
    FLIPPED,
    TRUNCATED,
    EMPTIED;

    byte[] of(byte[] bytes, Random random) {
      return switch (this) {
        case FLIPPED -> {
          byte[] flipped = bytes.clone();
          flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
          yield flipped;
        }
        case TRUNCATED -> Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1));
        case EMPTIED -> new byte[0];
      };
    }
  }

  /** The content of some images, by digest, and the path by which clients ask for each. */
  private record Content(List<Image> images, Map<String, byte[]> bytes, Set<String> manifests) {
    static Content of(int count) {
      List<Image> images = new ArrayList<>();
      Map<String, byte[]> bytes = new LinkedHashMap<>();
      Set<String> manifests = new TreeSet<>();
      for (int n = 0; n < count; n++) {
        Image image = new Image(REPOSITORY, n, n % 2 == 0 ? 5_000 : 3_000_000, n);
        images.add(image);
        for (byte[] each : List.of(image.layer(), image.config(), image.manifest())) {
          bytes.put(Sha256.digest(each), each);
        }
        manifests.add(image.digest());
      }
      return new Content(images, bytes, manifests);
    }

    String target(String digest) {
      String kind = manifests.contains(digest) ? "/manifests/" : "/blobs/";
      return "/v2/" + REPOSITORY + kind + digest;
    }

    void push(RegistryProcess registry) throws IOException {
      try (Pusher pusher = new Pusher(registry.address(), new Ledger())) {
        for (Image image : images) {
          pusher.push(image, List.of("v" + image.seed())).expect(201);
        }
      }
    }

    /** All of it is there, except for these. */
    void readBack(RegistryProcess registry, Set<String> except) throws IOException {
      try (Caller caller = new Caller(registry.address())) {
        for (Map.Entry<String, byte[]> each : bytes.entrySet()) {
          Answer answer = caller.get(target(each.getKey()));
          if (except.contains(each.getKey())) {
            answer.expect(404);
          } else {
            assertThat(answer.expect(200).body()).isEqualTo(each.getValue());
          }
        }
      }
    }
  }

  private static RegistryProcess start(Server server, Map<String, String> variables)
      throws IOException {
    return RegistryProcess.start(
        RegistryProcess.binary(), server.configuration("0s"), variables, 0);
  }

  /** Lets every other file of the content rot, each kind in turn, and gives their digests. */
  private static Set<String> rot(Server server, Content content, Figures figures)
      throws IOException {
    Random random = new Random(Rounds.seed());
    Set<String> rotten = new TreeSet<>();
    int turn = 0;
    for (Map.Entry<String, byte[]> each : content.bytes().entrySet()) {
      if (turn % 2 == 0) {
        Rot how = Rot.values()[turn / 2 % Rot.values().length];
        rot(file(server, each.getKey()), how.of(each.getValue(), random));
        rotten.add(each.getKey());
        figures.add(Figures.Kind.ROTTEN);
      }
      turn++;
    }
    return rotten;
  }

  /** Not even the time of the file tells of it. */
  private static void rot(Path file, byte[] bytes) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, bytes);
    try {
      Files.setLastModifiedTime(file, time);
    } catch (NoSuchFileException e) {
      // A scrub was faster: it came by after the first byte was written.
    }
  }

  private static Path file(Server server, String digest) {
    String hex = digest.replace("sha256:", "");
    return server
        .volume()
        .resolve("docker/registry/v2/blobs/sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex)
        .resolve("data");
  }

  /** By the folder that its file is in. */
  private static String digestOf(Path file) {
    return "sha256:" + file.getName(file.getNameCount() - 2);
  }

  /** The digests of what lies in quarantine. */
  private static Set<String> quarantined(Server server) throws IOException {
    Path quarantine = server.volume().resolve("_stowage/quarantine");
    if (!Files.exists(quarantine)) {
      return Set.of();
    }
    try (Stream<Path> all = Files.walk(quarantine)) {
      return all.filter(path -> path.endsWith("data"))
          .map(RotFaults::digestOf)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** The digests of what the command {@code check} calls wrong. */
  private static Set<String> checked(Server server) throws IOException {
    Command.Result result = server.command("check").attempt();
    return result
        .output()
        .lines()
        .map(line -> line.split("\t"))
        .filter(fields -> fields.length > 2 && fields[1].equals("wrong-bytes"))
        .map(fields -> digestOf(Path.of(fields[2])))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void awaitQuarantine(Server server, int count, RegistryProcess registry)
      throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (quarantined(server).size() < count) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the scrub did not find all; its log:\n" + registry.log());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  @Test
  void rot_whileTheServerRuns_isFoundExactlyAndHealedByAPush(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    Server server = new Server(folder.resolve("data"), folder);
    Content content = Content.of(Rounds.of(12, 200));
    try (RegistryProcess registry = start(server, SCRUBBED)) {
      content.push(registry);
      Set<String> rotten = rot(server, content, figures);
      awaitQuarantine(server, rotten.size(), registry);
      assertThat(quarantined(server)).isEqualTo(rotten);
      assertThat(checked(server)).isEmpty();
      figures.add(Figures.Kind.FOUND, rotten.size());

      content.readBack(registry, rotten);
      content.push(registry);
      content.readBack(registry, Set.of());
      figures.add(Figures.Kind.HEALED, rotten.size());
    }
    assertThat(server.command("check").attempt().exitCode()).isZero();
  }

  @Test
  void rot_whileNoServerRuns_isListedByTheCheckAndFoundByTheScrubAlike(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    Server server = new Server(folder.resolve("data"), folder);
    Content content = Content.of(6);
    try (RegistryProcess registry = start(server, NOT_SCRUBBED)) {
      content.push(registry);
    }
    Set<String> rotten = rot(server, content, figures);
    assertThat(checked(server)).isEqualTo(rotten);
    try (RegistryProcess registry = start(server, SCRUBBED)) {
      awaitQuarantine(server, rotten.size(), registry);
      assertThat(quarantined(server)).isEqualTo(rotten);
      figures.add(Figures.Kind.FOUND, rotten.size());
      content.push(registry);
      content.readBack(registry, Set.of());
      figures.add(Figures.Kind.HEALED, rotten.size());
    }
  }

  @Test
  void rot_whereReadsAreVerified_isNeverServedInFull(
      @TempDir(factory = Scratch.class) Path folder, Figures figures) throws IOException {
    Server server = new Server(folder.resolve("data"), folder);
    Content content = Content.of(6);
    try (RegistryProcess registry = start(server, NOT_SCRUBBED)) {
      content.push(registry);
    }
    Set<String> rotten = rot(server, content, figures);
    try (RegistryProcess registry = start(server, VERIFIED)) {
      for (String digest : rotten) {
        assertThat(isServedInFull(registry, content.target(digest))).as(digest).isFalse();
      }
      for (String digest : rotten) {
        awaitAbsence(registry, content.target(digest));
      }
      content.readBack(registry, rotten);
      content.push(registry);
      content.readBack(registry, Set.of());
      figures.add(Figures.Kind.HEALED, rotten.size());
    }
  }

  private static boolean isServedInFull(RegistryProcess registry, String target) {
    return status(registry, target) == 200;
  }

  /** Of the whole answer; 0 if it was cut off. */
  private static int status(RegistryProcess registry, String target) {
    try (Caller caller = new Caller(registry.address())) {
      return caller.get(target).status();
    } catch (IOException e) {
      return 0;
    }
  }

  /** A blob that a reader found damaged is taken away soon after. */
  private static void awaitAbsence(RegistryProcess registry, String target) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (status(registry, target) != 404) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(target + " is still there; the log:\n" + registry.log());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }
}
