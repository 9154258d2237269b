package io.stowage.registry.benchmarks.peers;

import java.util.Optional;

/**
 * A kind of server that is measured. A program that wasn't found is named in the report as missing.
 */
enum Peer {
  STOWAGE("Stowage", "STOWAGE_REGISTRY"),
  REGISTRY_2("registry:2", "STOWAGE_PEER_V2"),
  REGISTRY_3("registry:3", "STOWAGE_PEER_V3"),
  /** Static files: the ceiling for reads. */
  NGINX("nginx", "STOWAGE_PEER_NGINX");

  private final String label;
  private final String variable;

  Peer(String label, String variable) {
    this.label = label;
    this.variable = variable;
  }

  /** The program, if the environment names one. */
  Optional<String> program() {
    return Optional.ofNullable(System.getenv(variable)).filter(program -> !program.isEmpty());
  }

  @Override
  public String toString() {
    return label;
  }
}
