package io.stowage.registry.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lays the {@code REGISTRY_*} variables over the values of the file. A variable's value is YAML and
 * replaces what stands at its place; shorter paths are applied first, so {@code REGISTRY_AUTH}
 * comes before {@code REGISTRY_AUTH_HTPASSWD_PATH}.
 */
final class EnvironmentOverlay {
  private static final String READ_BY_COMMAND_LINE = "REGISTRY_CONFIGURATION_PATH";
  private static final String VERSION = "REGISTRY_VERSION";
  private static final String FILE_SUFFIX = "_FILE";
  private static final int LISTED_NAMES = 10;

  private final Value.Mapping tree;
  private final NamedFiles files;
  private final Findings findings;
  private final VariableNames names;

  EnvironmentOverlay(Value.Mapping tree, NamedFiles files, Findings findings) {
    this.tree = tree;
    this.files = files;
    this.findings = findings;
    this.names = new VariableNames(tree);
  }

  private record Assignment(String variable, List<Step> steps, Value value, String written) {
    Source source() {
      return new Source.Variable(variable);
    }
  }

  void apply(Map<String, String> environment) {
    List<String> injected = new ArrayList<>();
    Map<String, Assignment> assignments = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
      String name = entry.getKey();
      if (!name.startsWith(VariableNames.PREFIX) || name.equals(READ_BY_COMMAND_LINE)) {
        continue;
      }
      if (InjectedVariables.isInjected(name, entry.getValue())) {
        injected.add(name);
      } else if (name.equals(VERSION)) {
        findings.warning(
            new Source.Variable(name), "has no effect: the version belongs in the file");
      } else {
        assignment(name, entry.getValue()).ifPresent(found -> add(found, assignments));
      }
    }
    sayInjected(injected);
    assignments.values().stream()
        .sorted(Comparator.comparingInt(assignment -> assignment.steps().size()))
        .forEach(this::assign);
    requireNoGap(tree, "");
  }

  private Optional<Assignment> assignment(String name, String text) {
    Optional<VariableNames.Target> target = names.resolve(name);
    if (target.isPresent()) {
      return YamlReader.variable(name, text, findings)
          .map(value -> new Assignment(name, target.get().steps(), value, text));
    }
    Optional<VariableNames.Target> named = targetOfFileVariable(name);
    if (named.isPresent()) {
      return content(name, text)
          .map(value -> new Assignment(name, named.get().steps(), value, text));
    }
    unknown(name);
    return Optional.empty();
  }

  private Optional<VariableNames.Target> targetOfFileVariable(String name) {
    return name.endsWith(FILE_SUFFIX)
            && name.length() > (VariableNames.PREFIX + FILE_SUFFIX).length()
        ? names
            .resolve(name.substring(0, name.length() - FILE_SUFFIX.length()))
            .filter(target -> target.type() == KeyType.TEXT)
        : Optional.empty();
  }

  /** The file's content without its last line break; it is text, not YAML. */
  private Optional<Value> content(String name, String path) {
    Source source = new Source.Variable(name);
    if (path.isEmpty()) {
      return Optional.of(new Value.Scalar(Value.Kind.NULL, "", source));
    }
    return files
        .text(path, source)
        .map(
            text -> new Value.Scalar(Value.Kind.TEXT, text.replaceFirst("\\r?\\n\\z", ""), source));
  }

  private void unknown(String name) {
    KeyNode section = VariableNames.deepestSection(name);
    String hint =
        Suggestions.hint(
            name.substring(VariableNames.PREFIX.length()),
            VariableNames.withoutPrefix(),
            VariableNames.PREFIX::concat);
    String keys =
        section.path().isEmpty()
            ? ""
            : "; "
                + section.path()
                + " has "
                + section.children().keySet().stream()
                    .filter(key -> !key.equals(KeyNode.ITEM))
                    .collect(Collectors.joining(", "));
    findings.warning(new Source.Variable(name), "unknown variable, ignored" + hint + keys);
  }

  private void add(Assignment added, Map<String, Assignment> assignments) {
    String place = Step.path(added.steps()).toLowerCase(Locale.ROOT);
    Assignment other = assignments.putIfAbsent(place, added);
    if (other != null && !isSameValue(added, other)) {
      findings.problem(
          added.source(),
          "sets " + place + " and so does " + other.variable() + "; keep one of them");
    }
  }

  /** Two names of one key may say the same; a value and a file that holds one may not. */
  private static boolean isSameValue(Assignment a, Assignment b) {
    return a.written().equals(b.written())
        && a.variable().endsWith(FILE_SUFFIX) == b.variable().endsWith(FILE_SUFFIX);
  }

  private void sayInjected(List<String> injected) {
    if (injected.isEmpty()) {
      return;
    }
    int more = injected.size() - LISTED_NAMES;
    findings.info(
        Source.ENVIRONMENT,
        "skipped "
            + injected.size()
            + " variables that a container cluster sets for its services: "
            + injected.stream().limit(LISTED_NAMES).collect(Collectors.joining(", "))
            + (more > 0 ? " and " + more + " more" : ""));
  }

  private void assign(Assignment assignment) {
    Value at = tree;
    List<Step> steps = assignment.steps();
    for (int depth = 0; depth < steps.size() - 1; depth++) {
      at = below(at, steps, depth, assignment);
    }
    Value value = BareWord.expand(steps, assignment.value());
    Value replaced = put(at, steps.getLast(), value);
    if (replaced instanceof Value.Mapping section && !section.entries().isEmpty()) {
      sayDropped(assignment, section);
    }
  }

  private Value below(Value at, List<Step> steps, int depth, Assignment assignment) {
    Value next = get(at, steps.get(depth));
    Value container =
        switch (steps.get(depth + 1)) {
          case Step.Name name -> asMapping(next, steps.subList(0, depth + 1), assignment);
          case Step.Index index -> asSequence(next, assignment);
        };
    put(at, steps.get(depth), container);
    return container;
  }

  private static @Nullable Value get(Value at, Step step) {
    return switch (step) {
      case Step.Name(String name) -> ((Value.Mapping) at).entries().get(name);
      case Step.Index(int index) -> ((Value.Sequence) at).items().get(index);
    };
  }

  private static @Nullable Value put(Value at, Step step, Value value) {
    return switch (step) {
      case Step.Name(String name) -> ((Value.Mapping) at).entries().put(name, value);
      case Step.Index(int index) -> ((Value.Sequence) at).items().put(index, value);
    };
  }

  private Value asMapping(@Nullable Value value, List<Step> steps, Assignment assignment) {
    if (value instanceof Value.Mapping) {
      return value;
    }
    if (value != null && !(value instanceof Value.Scalar scalar && scalar.isNull())) {
      findings.problem(
          assignment.source(),
          Step.path(steps)
              + " holds no keys at "
              + value.source().text()
              + " (expected: a section)");
    }
    return Value.Mapping.at(assignment.source());
  }

  private static Value asSequence(@Nullable Value value, Assignment assignment) {
    if (value instanceof Value.Sequence) {
      return value;
    }
    var sequence = Value.Sequence.at(assignment.source());
    if (value != null && !(value instanceof Value.Scalar scalar && scalar.isNull())) {
      sequence.items().put(0, value);
    }
    return sequence;
  }

  private void sayDropped(Assignment assignment, Value.Mapping section) {
    String place = Step.path(assignment.steps());
    findings.warning(
        assignment.source(),
        "replaces the whole of "
            + place
            + "; dropped: "
            + section.entries().entrySet().stream()
                .map(entry -> dropped(place, entry))
                .collect(Collectors.joining(", ")));
  }

  private static String dropped(String place, Map.Entry<String, Value> entry) {
    return KeyNode.join(place, entry.getKey()) + " (" + entry.getValue().source().text() + ")";
  }

  private void requireNoGap(Value value, String path) {
    switch (value) {
      case Value.Mapping mapping ->
          mapping.entries().forEach((name, entry) -> requireNoGap(entry, KeyNode.join(path, name)));
      case Value.Sequence sequence -> {
        if (sequence.hasGap()) {
          sayGap(sequence, path);
        }
        sequence.items().forEach((index, item) -> requireNoGap(item, path + "[" + index + "]"));
      }
      case Value.Scalar scalar -> {}
    }
  }

  private void sayGap(Value.Sequence sequence, String path) {
    int missing = 0;
    while (sequence.items().containsKey(missing)) {
      missing++;
    }
    Source after = sequence.items().higherEntry(missing).getValue().source();
    findings.problem(after, path + "[" + missing + "] is missing; indices must follow each other");
  }
}
