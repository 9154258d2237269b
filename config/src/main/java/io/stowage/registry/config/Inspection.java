package io.stowage.registry.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Walks the merged values beside the tree of known keys: unknown keys, misplaced shapes, and the
 * fate of every key that is not built.
 */
final class Inspection {
  private final Findings findings;

  Inspection(Findings findings) {
    this.findings = findings;
  }

  void of(Value.Mapping tree) {
    Alternatives drivers =
        new Alternatives(KnownKeys.ROOT.child("storage").orElseThrow(), findings);
    if (!drivers.isAnyIn(tree.entries().get("storage"))) {
      findings.problem(
          tree.source(), "no storage configuration provided (expected: storage.filesystem)");
    }
    section(KnownKeys.ROOT, tree, "", false);
  }

  /**
   * @param told whether a fate further up has been told already
   */
  private void inspect(KeyNode node, Value value, String path, boolean told) {
    boolean tells = !told && node.decidesFate() && Request.isMade(node, value);
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
      new Alternatives(node, findings).requireOne(mapping);
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
      case ACCEPTED -> new Given(path, value, node.isSecret(), findings).check(node.type());
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
    findings.warning(
        value.source(), "unknown key " + Masked.show(path, false) + ", ignored" + hint);
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

  private void tellFate(KeyNode node, Value value, String path) {
    Source source = Request.source(value);
    String sentence = path + " " + node.note();
    switch (node.fate()) {
      case UNNEEDED -> findings.info(source, sentence);
      case REFUSED -> findings.problem(source, sentence);
      case BUILT, ACCEPTED -> {}
    }
  }
}
