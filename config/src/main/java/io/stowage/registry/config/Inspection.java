package io.stowage.registry.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Walks the merged values beside the tree of known keys: unknown keys, misplaced shapes, and the
 * fate of every key that is not built.
 */
final class Inspection {
  private static final String STORAGE = "storage";

  private final Findings findings;

  Inspection(Findings findings) {
    this.findings = findings;
  }

  void of(Value.Mapping tree) {
    if (!namesDriver(tree.entries().get(STORAGE))) {
      findings.problem(
          tree.source(), "no storage configuration provided (expected: storage.filesystem)");
    }
    section(KnownKeys.ROOT, tree, "", false);
  }

  private static boolean namesDriver(@Nullable Value storage) {
    KeyNode node = KnownKeys.ROOT.child(STORAGE).orElseThrow();
    return storage instanceof Value.Mapping mapping
        && mapping.entries().keySet().stream().anyMatch(name -> !isReserved(node, name));
  }

  /**
   * @param told whether a fate further up has been told already
   */
  private void inspect(KeyNode node, Value value, String path, boolean told) {
    boolean tells = !told && node.decidesFate() && isAsked(node, value);
    if (tells) {
      tellFate(node, value, path);
    }
    boolean known = told || tells;
    switch (value) {
      case Value.Scalar scalar when scalar.isNull() -> {}
      case Value.Mapping mapping when node.isSection() -> section(node, mapping, path, known);
      case Value.Sequence sequence when node.isList() -> items(node, sequence, path, known);
      case Value.Scalar scalar when node.isSection() || node.isList() ->
          misplaced(node, scalar, path);
      case Value.Mapping mapping when node.isList() -> misplaced(node, mapping, path);
      case Value.Sequence sequence when node.isSection() -> misplaced(node, sequence, path);
      case Value.Scalar scalar -> leaf(node, scalar, path);
      case Value.Mapping mapping -> leaf(node, mapping, path);
      case Value.Sequence sequence -> leaf(node, sequence, path);
    }
  }

  private void section(KeyNode node, Value.Mapping mapping, String path, boolean told) {
    if (node.isChoiceOfOne()) {
      requireOne(node, mapping);
    }
    for (Map.Entry<String, Value> entry : mapping.entries().entrySet()) {
      String below = KeyNode.join(path, entry.getKey());
      Optional<KeyNode> child = node.child(entry.getKey());
      if (child.isPresent()) {
        inspect(child.get(), entry.getValue(), below, told);
      } else if (!node.isChoiceOfOne()) {
        unknown(node, entry.getKey(), entry.getValue(), below);
      }
    }
  }

  private void items(KeyNode node, Value.Sequence sequence, String path, boolean told) {
    sequence
        .items()
        .forEach((index, item) -> inspect(node.item(), item, path + "[" + index + "]", told));
  }

  private void leaf(KeyNode node, Value value, String path) {
    switch (node.fate()) {
      case ACCEPTED, NOT_BUILT ->
          new Given(path, value, node.isSecret(), findings).check(node.type());
      case BUILT, UNNEEDED, REFUSED -> {}
    }
  }

  private void misplaced(KeyNode node, Value value, String path) {
    findings.problem(
        value.source(), path + " must be " + (node.isList() ? "a list" : "a section with keys"));
  }

  private void unknown(KeyNode section, String key, Value value, String path) {
    String hint =
        Suggestions.nearest(key, section.children().keySet())
            .map(candidate -> "; did you mean " + KeyNode.join(section.path(), candidate) + "?")
            .or(() -> elsewhere(key).map(place -> "; did you mean " + place + "?"))
            .orElse("");
    findings.warning(value.source(), "unknown key " + path + ", ignored" + hint);
  }

  /** The one known key that ends in this word, if there is exactly one. */
  private static Optional<String> elsewhere(String key) {
    List<String> places =
        KnownKeys.TABLE.stream()
            .map(Key::path)
            .filter(path -> path.endsWith("." + key) && !path.contains(KeyNode.ITEM))
            .toList();
    return places.size() == 1 ? Optional.of(places.getFirst()) : Optional.empty();
  }

  /** An alternative asks by being there, everything else by saying something. */
  private static boolean isAsked(KeyNode node, Value value) {
    return node.type() == KeyType.CHOICE || firstRequest(value).isPresent();
  }

  /** The first value that asks for something; what is switched off asks for nothing. */
  private static Optional<Value> firstRequest(Value value) {
    return switch (value) {
      case Value.Scalar scalar ->
          scalar.asksForSomething() ? Optional.of(scalar) : Optional.empty();
      case Value.Mapping mapping ->
          isDisabled(mapping) ? Optional.empty() : first(mapping.entries());
      case Value.Sequence sequence -> first(sequence.items());
    };
  }

  private static Optional<Value> first(Map<?, Value> values) {
    return values.values().stream().flatMap(value -> firstRequest(value).stream()).findFirst();
  }

  private static boolean isDisabled(Value.Mapping mapping) {
    return mapping.entries().get("disabled") instanceof Value.Scalar scalar
        && Booleans.parse(scalar.text()).equals(Booleans.TRUE);
  }

  private void tellFate(KeyNode node, Value value, String path) {
    Source source = whoAsked(value);
    String sentence = path + " " + node.note();
    switch (node.fate()) {
      case UNNEEDED -> findings.info(source, sentence);
      case NOT_BUILT -> findings.warning(source, sentence);
      case REFUSED -> findings.problem(source, sentence);
      case BUILT, ACCEPTED -> {}
    }
  }

  /** A variable that asks from inside a section of the file is the one to name. */
  private static Source whoAsked(Value value) {
    Source asked = firstRequest(value).orElse(value).source();
    return asked instanceof Source.Variable ? asked : value.source();
  }

  /** Exactly one storage driver; at most one kind of access. */
  private void requireOne(KeyNode node, Value.Mapping mapping) {
    Map<String, Value> present = new LinkedHashMap<>(mapping.entries());
    present.keySet().removeIf(name -> isReserved(node, name));
    if (present.size() > 1) {
      findings.problem(
          whoAsked(lastOf(present)),
          mustProvideOne(node.path(), present) + "; from " + sources(present));
      present.keySet().removeIf(name -> node.child(name).isPresent());
    }
    present.forEach((name, value) -> unknownAlternative(node, name, value));
  }

  private static Value lastOf(Map<String, Value> values) {
    return new ArrayList<>(values.values()).getLast();
  }

  private static String mustProvideOne(String section, Map<String, Value> present) {
    String type = section.equals(STORAGE) ? "storage type" : "type";
    return section
        + " must provide exactly one "
        + type
        + ". Provided: ["
        + String.join(" ", present.keySet())
        + "]";
  }

  private static String sources(Map<String, Value> present) {
    return present.entrySet().stream()
        .map(entry -> entry.getKey() + " at " + whoAsked(entry.getValue()).text())
        .collect(Collectors.joining(", "));
  }

  private static boolean isReserved(KeyNode node, String name) {
    return node.child(name).map(child -> child.type() != KeyType.CHOICE).orElse(false);
  }

  private void unknownAlternative(KeyNode node, String name, Value value) {
    if (node.child(name).isPresent()) {
      return;
    }
    String usable =
        node.children().entrySet().stream()
            .filter(child -> child.getValue().type() == KeyType.CHOICE)
            .filter(child -> child.getValue().fate() == Fate.BUILT)
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    String hint =
        Suggestions.nearest(name, node.children().keySet())
            .map(candidate -> "; did you mean " + node.path() + "." + candidate + "?")
            .orElse("");
    String what = node.path().equals(STORAGE) ? "storage driver" : "kind of access";
    findings.problem(
        whoAsked(value),
        KeyNode.join(node.path(), name)
            + ": unknown "
            + what
            + " (expected: "
            + usable
            + ")"
            + hint);
  }
}
