package io.stowage.registry.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node of the configuration while file and variables are being merged. Every node knows where it
 * comes from; an entry of a mapping has the source of its key. Belongs to one load, one thread.
 */
sealed interface Value {
  Source source();

  /** What YAML 1.1 takes a scalar for. */
  enum Kind {
    NULL,
    BOOLEAN,
    INTEGER,
    FLOAT,
    TEXT
  }

  /**
   * A single value.
   *
   * @param text as written, so that {@code 0.10} stays text where text is wanted
   */
  record Scalar(Kind kind, String text, Source source) implements Value {
    boolean isNull() {
      return kind == Kind.NULL;
    }

    /** Null and the empty text: whoever writes them leaves the decision to the default. */
    boolean saysNothing() {
      return isNull() || text.isEmpty();
    }

    /** Whether it says anything: neither nothing nor a plain no. */
    boolean asksForSomething() {
      return !saysNothing()
          && !(kind == Kind.BOOLEAN && Booleans.parse(text).equals(Booleans.FALSE));
    }
  }

  /** Keys in file order. */
  record Mapping(Map<String, Value> entries, Source source) implements Value {
    static Mapping at(Source source) {
      return new Mapping(new LinkedHashMap<>(), source);
    }
  }

  /** Items by index; variables may leave gaps until all of them are applied. */
  record Sequence(TreeMap<Integer, Value> items, Source source) implements Value {
    static Sequence at(Source source) {
      return new Sequence(new TreeMap<>(), source);
    }

    boolean hasGap() {
      return !items.isEmpty() && items.lastKey() != items.size() - 1;
    }
  }
}
