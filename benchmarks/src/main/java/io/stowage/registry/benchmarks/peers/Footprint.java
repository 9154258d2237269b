package io.stowage.registry.benchmarks.peers;

import static io.stowage.registry.benchmarks.peers.Peer.REGISTRY_2;
import static io.stowage.registry.benchmarks.peers.Peer.REGISTRY_3;
import static io.stowage.registry.benchmarks.peers.Peer.STOWAGE;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The time of a start and the memory that is resident, with the default settings of each. */
final class Footprint {
  private static final int PUSHES = 200;
  private static final int PUSH_BYTES = 4 * 1024 * 1024;
  private static final long MEBIBYTE = 1024 * 1024;

  private final Run run;
  private final AtomicLong seeds = new AtomicLong(1_000_000);

  Footprint(Run run) {
    this.run = run;
  }

  void measure() throws IOException {
    Map<String, Run.Measure> starts = new LinkedHashMap<>();
    Map<String, Run.Measure> idle = new LinkedHashMap<>();
    Map<String, Run.Measure> pushing = new LinkedHashMap<>();
    Peer[] peers = {STOWAGE, REGISTRY_2, REGISTRY_3};
    for (Peer peer : run.present(run.pace().whole() ? peers : new Peer[] {STOWAGE})) {
      Path folder = run.freshFolder(run.disk(), peer);
      starts.put(peer.toString(), () -> start(peer, folder));
      idle.put(peer.toString(), () -> idle(peer, folder));
      pushing.put(peer.toString(), () -> pushing(peer, folder));
    }
    run.compare("start to first answer", "s", starts, Bar.atMost(0.5).reachedSoFar(0.6));
    run.compare("resident when idle", "MiB", idle, Bar.atMost(90).reachedSoFar(112));
    run.compare("resident at most under 200 pushes", "MiB", pushing, Bar.atMost(450));
  }

  private static double start(Peer peer, Path folder) throws IOException {
    try (PeerServer server = PeerServer.start(peer, folder, Setting.LOGGING)) {
      return server.startTime().toNanos() / 1e9;
    }
  }

  private static double idle(Peer peer, Path folder) throws IOException {
    try (PeerServer server = PeerServer.start(peer, folder, Setting.LOGGING)) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
      return (double) server.residentBytes() / MEBIBYTE;
    }
  }

  private double pushing(Peer peer, Path folder) throws IOException {
    try (PeerServer server = PeerServer.start(peer, folder, Setting.LOGGING)) {
      byte[] body = Content.random(seeds.incrementAndGet(), PUSH_BYTES);
      Streams.run(
          server,
          PUSHES,
          (connection, number) ->
              Content.pushBlob(connection, "many/app" + number, stamp(body, number)));
      return (double) server.peakResidentBytes() / MEBIBYTE;
    }
  }

  private static byte[] stamp(byte[] body, int number) {
    byte[] own = body.clone();
    own[0] = (byte) number;
    own[1] = (byte) (number >> 8);
    return own;
  }
}
