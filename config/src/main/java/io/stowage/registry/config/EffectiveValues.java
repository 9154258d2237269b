package io.stowage.registry.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What every key stands for after a load, to be compared with another load. Secrets are among it,
 * so nothing of it is ever shown but the names of keys.
 */
public final class EffectiveValues {
  /** No key has a value. */
  public static final EffectiveValues NONE = new EffectiveValues(Map.of());

  private final Map<String, String> texts;

  EffectiveValues(Map<String, String> texts) {
    this.texts = Map.copyOf(texts);
  }

  /** The keys that mean something else there, in the order of the file's sections. */
  public List<String> differencesTo(EffectiveValues other) {
    List<String> different = new ArrayList<>();
    for (Key key : KnownKeys.TABLE) {
      String path = key.path();
      if (key.fate() == Fate.BUILT && !Objects.equals(texts.get(path), other.texts.get(path))) {
        different.add(path);
      }
    }
    return different;
  }

  /** The same, but for these keys as it is there. */
  public EffectiveValues with(Collection<String> keys, EffectiveValues other) {
    Map<String, String> mixed = new HashMap<>(texts);
    for (String key : keys) {
      mixed.remove(key);
      if (other.texts.containsKey(key)) {
        mixed.put(key, other.texts.get(key));
      }
    }
    return new EffectiveValues(mixed);
  }

  /** All that a value says, whoever says it. Two that differ have different texts. */
  static String textOf(Value value) {
    StringBuilder text = new StringBuilder();
    switch (value) {
      case Value.Scalar scalar ->
          text.append(scalar.text().length()).append(':').append(scalar.text());
      case Value.Mapping mapping ->
          mapping
              .entries()
              .forEach((name, entry) -> text.append(name).append('=').append(textOf(entry)));
      case Value.Sequence sequence ->
          sequence.items().values().forEach(item -> text.append('[').append(textOf(item)));
    }
    return text.toString();
  }
}
