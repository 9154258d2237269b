package io.stowage.registry.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The merged values by key, typed, with the defaults of {@link KnownKeys} where nothing is given or
 * what is given doesn't fit. Remembers every value that was read and where it came from.
 */
final class Values {
  private final Value.Mapping tree;
  private final Findings findings;
  private final Map<String, Setting> inForce = new LinkedHashMap<>();

  Values(Value.Mapping tree, Findings findings) {
    this.tree = tree;
    this.findings = findings;
  }

  String text(String key) {
    return read(key, Given::text, text -> text).orElse("");
  }

  boolean flag(String key) {
    return read(key, Given::flag, Object::toString).orElse(false);
  }

  long integer(String key) {
    return read(key, Given::integer, Object::toString).orElse(0L);
  }

  /** Bytes within these bounds. */
  long bytes(String key, long least, long most) {
    long bytes = read(key, Given::bytes, Object::toString).orElse(least);
    if (bytes < least || bytes > most) {
      refuse(key, "between " + least + " and " + most + " bytes");
    }
    return bytes;
  }

  /** A duration that is not shorter than this. */
  Duration duration(String key, Duration least) {
    Duration duration = read(key, Given::duration, GoDuration::format).orElse(least);
    if (duration.compareTo(least) < 0) {
      refuse(key, "at least " + GoDuration.format(least));
    }
    return duration;
  }

  List<String> texts(String key) {
    return read(key, Given::texts, Object::toString).orElse(List.of());
  }

  Map<String, List<String>> headers(String key) {
    return read(key, Given::headers, Object::toString).orElse(Map.of());
  }

  Map<String, String> fields(String key) {
    return read(key, Given::fields, Object::toString).orElse(Map.of());
  }

  /** The items of a list of sections, each as a view of its own. */
  List<Values> items(String key) {
    List<Values> items = new ArrayList<>();
    if (find(key).orElse(null) instanceof Value.Sequence sequence) {
      for (Value item : sequence.items().values()) {
        if (item instanceof Value.Mapping mapping) {
          items.add(new Values(mapping, findings));
        }
      }
      inForce(key, items.size() + " items");
    }
    return items;
  }

  /** Whether file or environment say anything for this key. */
  boolean isGiven(String key) {
    return find(key).isPresent();
  }

  Source source(String key) {
    return find(key).map(Value::source).orElse(Source.DEFAULT);
  }

  /** Says that the value of a key breaks a rule. */
  void refuse(String key, String expected) {
    given(key).wrong(expected);
  }

  void warn(String key, String message) {
    given(key).warn(message);
  }

  /** Another value than the given one is in force. */
  void inForce(String key, String value) {
    inForce.put(key, new Setting(key, value, source(key)));
  }

  /** Everything that was read, and what is given for the keys accepted in silence. */
  List<Setting> inForce() {
    KnownKeys.TABLE.stream()
        .filter(key -> key.fate() == Fate.ACCEPTED && isGiven(key.path()))
        .forEach(key -> text(key.path()));
    List<Setting> settings = new ArrayList<>();
    KnownKeys.TABLE.forEach(
        key -> Optional.ofNullable(inForce.get(key.path())).ifPresent(settings::add));
    return settings;
  }

  private <T> Optional<T> read(
      String key, Function<Given, Optional<T>> as, Function<T, String> shown) {
    Optional<T> value = isGiven(key) ? as.apply(given(key)) : Optional.empty();
    boolean usable = value.isPresent();
    if (!usable) {
      value = as.apply(new Given(key, defaultOf(key), false, new Findings()));
    }
    Source source = usable ? source(key) : Source.DEFAULT;
    value
        .map(shown)
        .filter(text -> !text.isEmpty())
        .map(text -> new Setting(key, Masked.show(text, isSecret(key)), source))
        .ifPresent(setting -> inForce.put(key, setting));
    return value;
  }

  private static Value defaultOf(String key) {
    String text = node(key).map(KeyNode::defaultText).orElse("");
    boolean list = node(key).map(node -> node.type() == KeyType.TEXTS).orElse(false);
    return list
        ? Value.Sequence.at(Source.DEFAULT)
        : new Value.Scalar(Value.Kind.FLOAT, text, Source.DEFAULT);
  }

  private Given given(String key) {
    Value value = find(key).orElseGet(() -> defaultOf(key));
    return new Given(key, value, isSecret(key), findings);
  }

  private static boolean isSecret(String key) {
    return node(key).map(KeyNode::isSecret).orElse(false);
  }

  private static Optional<KeyNode> node(String key) {
    Optional<KeyNode> node = Optional.of(KnownKeys.ROOT);
    for (String name : key.split("\\.", -1)) {
      node = node.flatMap(at -> at.child(name));
    }
    return node;
  }

  private Optional<Value> find(String key) {
    Value at = tree;
    for (String name : key.split("\\.", -1)) {
      if (!(at instanceof Value.Mapping mapping) || mapping.entries().get(name) == null) {
        return Optional.empty();
      }
      at = mapping.entries().get(name);
    }
    return at instanceof Value.Scalar scalar && scalar.saysNothing()
        ? Optional.empty()
        : Optional.of(at);
  }
}
