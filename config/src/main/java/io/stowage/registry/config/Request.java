package io.stowage.registry.config;

import java.util.Map;
import java.util.Optional;

/** Whether a value asks for anything, and who asks: keys that ask for nothing need no warning. */
final class Request {
  private Request() {}

  /**
   * An alternative asks by being there, a key that must not be ignored by any word, everything else
   * by more than a plain no.
   */
  static boolean isMade(KeyNode node, Value value) {
    return node.type() == KeyType.CHOICE
        || (node.fate() == Fate.REFUSED ? saysAnything(value) : first(value).isPresent());
  }

  /** A variable that asks from inside a section of the file is the one to name. */
  static Source source(Value value) {
    Source asked = first(value).orElse(value).source();
    return asked instanceof Source.Variable ? asked : value.source();
  }

  private static boolean saysAnything(Value value) {
    return switch (value) {
      case Value.Scalar scalar -> !scalar.saysNothing();
      case Value.Mapping mapping -> saysAnything(mapping.entries());
      case Value.Sequence sequence -> saysAnything(sequence.items());
    };
  }

  private static boolean saysAnything(Map<?, Value> values) {
    return values.values().stream()
        .filter(value -> !isSwitchedOff(value))
        .anyMatch(Request::saysAnything);
  }

  private static Optional<Value> first(Value value) {
    return switch (value) {
      case Value.Scalar scalar ->
          scalar.asksForSomething() ? Optional.of(scalar) : Optional.empty();
      case Value.Mapping mapping -> first(mapping.entries());
      case Value.Sequence sequence -> first(sequence.items());
    };
  }

  private static Optional<Value> first(Map<?, Value> values) {
    return values.values().stream()
        .filter(value -> !isSwitchedOff(value))
        .flatMap(value -> first(value).stream())
        .findFirst();
  }

  /** An endpoint, a hook or a middleware with {@code disabled: true}. */
  private static boolean isSwitchedOff(Value value) {
    return value instanceof Value.Mapping mapping
        && mapping.entries().get("disabled") instanceof Value.Scalar scalar
        && Booleans.parse(scalar.text()).equals(Booleans.TRUE);
  }
}
