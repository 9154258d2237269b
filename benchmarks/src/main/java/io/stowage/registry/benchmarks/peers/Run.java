package io.stowage.registry.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One run of the benchmark: where it works, how long, and what it has found so far. Prints each
 * comparison as soon as it is made.
 */
final class Run {
  private final Pace pace;
  private final Path disk;
  private final Path memory;
  private final List<Comparison> comparisons = new ArrayList<>();
  private final Map<String, Plot> plots = new LinkedHashMap<>();
  private final Set<Peer> missing = new TreeSet<>();
  private int folders;

  /**
   * @param disk an empty folder on a file system on a disk
   * @param memory an empty folder on one in memory
   */
  Run(Pace pace, Path disk, Path memory) {
    this.pace = pace;
    this.disk = disk;
    this.memory = memory;
  }

  /** One figure of one contestant. */
  @FunctionalInterface
  interface Measure {
    double once() throws IOException;
  }

  Pace pace() {
    return pace;
  }

  Path disk() {
    return disk;
  }

  Path memory() {
    return memory;
  }

  List<Comparison> comparisons() {
    return comparisons;
  }

  Map<String, Plot> plots() {
    return plots;
  }

  Set<Peer> missing() {
    return missing;
  }

  /** Those of {@code peers} that can be started; the others are noted as missing. */
  List<Peer> present(Peer... peers) {
    List<Peer> present = new ArrayList<>();
    for (Peer peer : peers) {
      if (peer.program().isPresent()) {
        present.add(peer);
      } else {
        missing.add(peer);
      }
    }
    return present;
  }

  /** A name that no other folder of the run has. */
  Path freshFolder(Path under, Peer peer) throws IOException {
    Path folder = under.resolve(++folders + "-" + peer.name().toLowerCase(Locale.ROOT));
    return Files.createDirectories(folder);
  }

  /**
   * Measures each contestant once a round. The first is ours.
   *
   * @param unit what a figure counts
   */
  void compare(String work, String unit, Map<String, Measure> contestants, Bar... bars)
      throws IOException {
    Map<String, List<Double>> figures = new LinkedHashMap<>();
    for (int round = 0; round < pace.rounds(); round++) {
      for (Map.Entry<String, Measure> each : contestants.entrySet()) {
        figures
            .computeIfAbsent(each.getKey(), label -> new ArrayList<>())
            .add(each.getValue().once());
      }
    }
    Comparison comparison = new Comparison(work, unit, figures, List.of(bars));
    comparisons.add(comparison);
    System.out.println(Report.line(comparison));
  }

  void plot(String name, Plot plot) {
    plots.put(name, plot);
  }
}
