package io.stowage.registry.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Measures the packaged server beside its peers: {@code Bench DISK MEMORY [--smoke] [--write FILE]
 * [reads|writes|lists|footprint]...}. {@code tools/bench} calls it.
 *
 * <p>With {@code --write} it puts its tables between two marks of a Markdown file, and its curves
 * beside it. With {@code --smoke} it takes a few minutes, and ends with 1 if what was reached of a
 * bar is missed by more than a third.
 */
public final class Bench {
  private static final String BEGIN = "<!-- bench: from here to the end mark by tools/bench -->";
  private static final String END = "<!-- bench: end -->";
  private static final Set<String> PARTS = Set.of("reads", "writes", "lists", "footprint");

  private Bench() {}

  /** See the type. */
  public static void main(String[] words) throws IOException {
    List<String> options = Arrays.asList(words).subList(2, words.length);
    boolean smoke = options.contains("--smoke");
    Run run = new Run(smoke ? Pace.SMOKE : Pace.FULL, Path.of(words[0]), Path.of(words[1]));
    Set<String> parts = new TreeSet<>(options);
    parts.retainAll(PARTS);
    measure(run, parts.isEmpty() ? PARTS : parts);
    run.missing().forEach(peer -> System.out.println("measured bench: missing: " + peer));
    int write = options.indexOf("--write");
    if (write >= 0) {
      write(run, Path.of(options.get(write + 1)));
    }
    List<String> failures = Report.failures(run.comparisons());
    failures.forEach(
        failure -> System.err.println("bench: fallen by more than a third: " + failure));
    if (smoke && !failures.isEmpty()) {
      System.exit(1);
    }
  }

  private static void measure(Run run, Set<String> parts) throws IOException {
    if (parts.contains("footprint")) {
      new Footprint(run).measure();
    }
    if (parts.contains("reads")) {
      new Reads(run).measure();
    }
    if (parts.contains("writes")) {
      new Writes(run).measure();
    }
    if (parts.contains("lists")) {
      new Lists(run).measure();
    }
  }

  private static void write(Run run, Path file) throws IOException {
    String text = Files.readString(file);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(file + " lacks the marks of the benchmark");
    }
    String name = file.getFileName().toString().replaceFirst("\\.md$", "");
    for (Map.Entry<String, Plot> plot : run.plots().entrySet()) {
      Path svg = file.resolveSibling(name + "-" + plot.getKey() + ".svg");
      Files.writeString(svg, plot.getValue().svg());
    }
    Files.writeString(file, text.substring(0, begin) + section(run, name) + text.substring(end));
  }

  private static String section(Run run, String name) throws IOException {
    String missing = run.missing().stream().map(Peer::toString).collect(Collectors.joining(", "));
    String curves =
        run.plots().entrySet().stream()
            .map(
                plot ->
                    "![%s](%s-%s.svg)\n".formatted(plot.getValue().title(), name, plot.getKey()))
            .collect(Collectors.joining("\n"));
    return """
        %s

        `make %s`, commit %s, on %s, %s, %d rounds. Missing: %s.

        %s
        %s
        """
        .formatted(
            BEGIN,
            run.pace().whole() ? "bench" : "bench-smoke",
            Tool.run(List.of("git", "rev-parse", "--short", "HEAD")).strip(),
            LocalDate.now(ZoneOffset.UTC),
            machine(),
            run.pace().rounds(),
            missing.isEmpty() ? "nobody" : missing,
            Report.markdown(run.comparisons()),
            curves);
  }

  private static String machine() throws IOException {
    String processor =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("an unknown processor");
    return String.format(
        Locale.ROOT,
        "%d x %s, Linux %s, Java %s",
        Runtime.getRuntime().availableProcessors(),
        processor,
        System.getProperty("os.version"),
        Runtime.version());
  }
}
