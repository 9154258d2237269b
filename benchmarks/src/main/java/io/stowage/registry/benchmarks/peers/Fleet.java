package io.stowage.registry.benchmarks.peers;

import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Servers of several peers that run beside each other; only one of them has work at a time. */
final class Fleet implements AutoCloseable {
  private final Map<Peer, PeerServer> servers = new EnumMap<>(Peer.class);

  /** What a server of the fleet does to be measured. */
  @FunctionalInterface
  interface Work {
    double once(PeerServer server) throws IOException;
  }

  void add(PeerServer server) {
    servers.put(server.peer(), server);
  }

  Collection<PeerServer> all() {
    return servers.values();
  }

  PeerServer of(Peer peer) {
    return Objects.requireNonNull(servers.get(peer), peer.toString());
  }

  boolean has(Peer peer) {
    return servers.containsKey(peer);
  }

  /** The same work as a contest of those of {@code peers} that are here. */
  Map<String, Run.Measure> contest(Work work, Peer... peers) {
    Map<String, Run.Measure> contest = new LinkedHashMap<>();
    for (Peer peer : peers) {
      if (has(peer)) {
        PeerServer server = of(peer);
        contest.put(peer.toString(), () -> work.once(server));
      }
    }
    return contest;
  }

  @Override
  public void close() throws IOException {
    for (PeerServer server : servers.values()) {
      server.close();
    }
  }
}
