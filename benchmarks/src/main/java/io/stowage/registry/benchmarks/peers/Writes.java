package io.stowage.registry.benchmarks.peers;

import static io.stowage.registry.benchmarks.peers.Peer.REGISTRY_2;
import static io.stowage.registry.benchmarks.peers.Peer.REGISTRY_3;
import static io.stowage.registry.benchmarks.peers.Peer.STOWAGE;

import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/** Pushes, each with bytes that no server has seen before. */
final class Writes {
  private static final long LARGE_BYTES = 300_000_000;
  private static final int PUSHERS = 16;
  private static final int LAYERS = 6;
  private static final int LAYER_BYTES = 8 * 1024;
  private static final int BUSY_PUSHES = 8;
  private static final int BUSY_BYTES = 16 * 1024 * 1024;
  private static final int READERS = 4;
  private static final String SHA_256 = "SHA-256 alone";

  private final Run run;
  private final AtomicLong seeds = new AtomicLong(1000);

  Writes(Run run) {
    this.run = run;
  }

  void measure() throws IOException {
    smallImages();
    large(
        run.disk(),
        "blob push of 300 MB, one stream",
        Bar.atLeast(2, REGISTRY_3).reachedSoFar(1.35));
    large(run.memory(), "blob push of 300 MB, one stream, in memory", Bar.atLeast(0.5, SHA_256));
    pullsBesidePushes();
  }

  private void smallImages() throws IOException {
    try (Fleet fleet = fleet(run.disk())) {
      warmUp(fleet.of(STOWAGE));
      run.compare(
          "small images (6 layers of 8 kB), 16 at a time",
          "images/s",
          fleet.contest(server -> pushImages(server, run.pace().images()), Peer.values()),
          Bar.atLeast(8, REGISTRY_3).reachedSoFar(4.5));
    }
  }

  private void warmUp(PeerServer server) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(run.pace().warmUpSeconds());
    while (System.nanoTime() < end) {
      pushImages(server, run.pace().images());
    }
  }

  private double pushImages(PeerServer server, int number) throws IOException {
    List<Content.Image> images =
        LongStream.range(0, number)
            .mapToObj(i -> Content.Image.of(seeds.incrementAndGet(), LAYERS, LAYER_BYTES))
            .toList();
    AtomicInteger next = new AtomicInteger();
    double seconds =
        Streams.run(
            server,
            PUSHERS,
            (connection, pusher) -> {
              for (int i = next.getAndIncrement(); i < number; i = next.getAndIncrement()) {
                images.get(i).push(connection, "small/app" + pusher, "t" + i);
              }
            });
    return number / seconds;
  }

  private void large(Path folder, String work, Bar bar) throws IOException {
    Path file = run.memory().resolve("push");
    Content.file(file, 3, LARGE_BYTES);
    try (Fleet fleet = fleet(folder)) {
      for (PeerServer server : fleet.all()) {
        pushLarge(server, file);
      }
      Map<String, Run.Measure> contest =
          fleet.contest(server -> pushLarge(server, file), Peer.values());
      if (folder.equals(run.memory())) {
        contest.put(SHA_256, () -> hash(file));
      }
      run.compare(work, "MB/s", contest, bar);
    }
  }

  private double pushLarge(PeerServer server, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer stamp = ByteBuffer.allocate(Long.BYTES).putLong(seeds.incrementAndGet()).flip();
      channel.write(stamp, 0);
    }
    String digest = digest(file);
    double seconds =
        Streams.run(
            server,
            1,
            (connection, number) -> Content.pushBlob(connection, "large/app", file, digest));
    remove(server, digest);
    return LARGE_BYTES / 1e6 / seconds;
  }

  /** Space is wanted for the next one; not part of what is measured. */
  private static void remove(PeerServer server, String digest) throws IOException {
    String hex = digest.substring(digest.indexOf(':') + 1);
    Path blobs = server.data().resolve("docker/registry/v2/blobs/sha256");
    Files.delete(blobs.resolve(hex.substring(0, 2)).resolve(hex).resolve("data"));
  }

  private static double hash(Path file) throws IOException {
    long begin = System.nanoTime();
    digest(file);
    return LARGE_BYTES / 1e6 / ((System.nanoTime() - begin) / 1e9);
  }

  private static String digest(Path file) throws IOException {
    DigestVerifier verifier = new DigestVerifier(DigestAlgorithm.SHA256);
    ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
    try (FileChannel channel = FileChannel.open(file)) {
      while (channel.read(buffer.clear()) >= 0) {
        verifier.update(buffer.flip());
      }
    }
    return verifier.digest().toString();
  }

  private void pullsBesidePushes() throws IOException {
    try (Fleet fleet = fleet(run.disk())) {
      for (PeerServer server : fleet.all()) {
        try (Connection connection = new Connection(server.address())) {
          Content.Image.of(1, 1, 4096).push(connection, "busy/app", "v1");
        }
      }
      busy(fleet.of(STOWAGE), 0.5);
      run.compare(
          "p99 of a manifest GET while eight pushes run",
          "ms",
          fleet.contest(server -> busy(server, 0.99), STOWAGE, REGISTRY_2, REGISTRY_3),
          Bar.atMost(0.25, REGISTRY_3).reachedSoFar(0.5));
    }
  }

  private double busy(PeerServer server, double share) throws IOException {
    List<Content.Series> series =
        LongStream.range(0, BUSY_PUSHES)
            .mapToObj(i -> new Content.Series(seeds.incrementAndGet(), BUSY_BYTES))
            .toList();
    return Streams.beside(
        server,
        BUSY_PUSHES,
        (connection, number) -> series.get(number).pushNext(connection, "busy/app" + number),
        () ->
            new RequestLoop(server.address(), "GET", "/v2/busy/app/manifests/v1", 200)
                .run(READERS, run.pace().time())
                .percentile(share));
  }

  private Fleet fleet(Path under) throws IOException {
    Fleet fleet = new Fleet();
    try {
      for (Peer peer : run.present(STOWAGE, REGISTRY_2, REGISTRY_3)) {
        fleet.add(PeerServer.start(peer, run.freshFolder(under, peer), Setting.QUIET));
      }
      return fleet;
    } catch (IOException e) {
      fleet.close();
      throw e;
    }
  }
}
