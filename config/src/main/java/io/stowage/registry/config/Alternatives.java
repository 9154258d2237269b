package io.stowage.registry.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A section of which one child may be present: the storage drivers, the kinds of access. Every word
 * in it that is not reserved for something else counts as one, known or not.
 */
final class Alternatives {
  private final KeyNode section;
  private final Findings findings;

  Alternatives(KeyNode section, Findings findings) {
    this.section = section;
    this.findings = findings;
  }

  /** Whether the value of the section names at least one. */
  boolean isAnyIn(@Nullable Value value) {
    return value instanceof Value.Mapping mapping && !in(mapping).isEmpty();
  }

  /** Reports more than one, and each that nobody knows. */
  void requireOne(Value.Mapping mapping) {
    Map<String, Value> present = in(mapping);
    if (present.size() > 1) {
      findings.problem(Request.source(lastOf(present)), onlyOne(present));
    }
    present.forEach(
        (name, value) -> {
          if (section.child(name).isEmpty()) {
            unknown(name, value);
          }
        });
  }

  private Map<String, Value> in(Value.Mapping mapping) {
    Map<String, Value> present = new LinkedHashMap<>(mapping.entries());
    present.keySet().removeIf(this::isReserved);
    return present;
  }

  private boolean isReserved(String name) {
    return section.child(name).map(child -> child.type() != KeyType.CHOICE).orElse(false);
  }

  private static Value lastOf(Map<String, Value> values) {
    return new ArrayList<>(values.values()).getLast();
  }

  /** In distribution's words, and with the source of each. */
  private String onlyOne(Map<String, Value> present) {
    String sources =
        present.entrySet().stream()
            .map(entry -> entry.getKey() + " at " + Request.source(entry.getValue()).text())
            .collect(Collectors.joining(", "));
    return section.path()
        + " must provide exactly one "
        + (isStorage() ? "storage type" : "type")
        + ". Provided: ["
        + String.join(" ", present.keySet())
        + "]; from "
        + sources;
  }

  private void unknown(String name, Value value) {
    String usable =
        section.children().entrySet().stream()
            .filter(child -> child.getValue().type() == KeyType.CHOICE)
            .filter(child -> child.getValue().fate() == Fate.BUILT)
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    String hint =
        Suggestions.hint(
            name,
            section.children().keySet(),
            candidate -> KeyNode.join(section.path(), candidate));
    findings.problem(
        Request.source(value),
        KeyNode.join(section.path(), name)
            + ": unknown "
            + (isStorage() ? "storage driver" : "kind of access")
            + (" (expected: " + usable + ")")
            + hint);
  }

  private boolean isStorage() {
    return section.path().equals("storage");
  }
}
