package io.stowage.registry.config;

import java.util.List;
import java.util.Set;

/** {@code storage: filesystem} and {@code auth: none}: the word is the key of an empty section. */
final class BareWord {
  private static final Set<String> SECTIONS = Set.of("storage", "auth");

  private BareWord() {}

  /** In both sections of a file. */
  static void expandIn(Value.Mapping root) {
    root.entries().replaceAll((key, value) -> expand(List.of(new Step.Name(key)), value));
  }

  /** The value at this place, as a section if it was a bare word. */
  static Value expand(List<Step> steps, Value value) {
    if (steps.size() == 1
        && steps.getFirst() instanceof Step.Name(String name)
        && SECTIONS.contains(name)
        && value instanceof Value.Scalar scalar
        && !scalar.isNull()) {
      var section = Value.Mapping.at(scalar.source());
      section.entries().put(scalar.text(), Value.Mapping.at(scalar.source()));
      return section;
    }
    return value;
  }
}
