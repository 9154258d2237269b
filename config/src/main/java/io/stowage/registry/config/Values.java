package io.stowage.registry.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The merged values by key, typed, with the defaults of {@link KnownKeys} where nothing is given or
 * what is given doesn't fit. Remembers every value that was read and where it came from.
 */
final class Values {
  private final Value.Mapping tree;
  private final KeyNode place;
  private final String path;
  private final Findings findings;
  private final Readings readings;

  Values(Value.Mapping tree, Findings findings) {
    this(tree, KnownKeys.ROOT, "", findings, new Readings());
  }

  private Values(
      Value.Mapping tree, KeyNode place, String path, Findings findings, Readings readings) {
    this.tree = tree;
    this.place = place;
    this.path = path;
    this.findings = findings;
    this.readings = readings;
  }

  /** Where these values are in the whole, list indices included; empty for the whole. */
  String path() {
    return path;
  }

  Source source() {
    return tree.source();
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

  /** A whole number from this on, as long as it fits into 32 bits. */
  long integer(String key, long least) {
    long number = integer(key);
    if (number < least || number > Integer.MAX_VALUE) {
      refuse(key, "a number from " + least + " to " + Integer.MAX_VALUE);
      return Math.max(least, 1);
    }
    return number;
  }

  /** One of a few words, in any letter case. */
  <T> T word(String key, Map<String, T> words, String expected) {
    String text = text(key);
    T value = words.get(text.toLowerCase(Locale.ROOT));
    if (value == null) {
      refuseOne(key, text, expected, "");
      return words.values().iterator().next();
    }
    return value;
  }

  /** The path of a file or folder; empty if neither somebody nor the default says one. */
  Optional<Path> file(String key) {
    String text = text(key);
    return text.isEmpty() ? Optional.empty() : fileAt(key, text);
  }

  List<Path> files(String key) {
    return texts(key).stream().flatMap(text -> fileAt(key, text).stream()).toList();
  }

  private Optional<Path> fileAt(String key, String text) {
    if (text.isEmpty()) {
      refuseOne(key, text, "a path", "");
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      refuseOne(key, text, "a path", "");
      return Optional.empty();
    }
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

  /** A duration within these bounds. */
  Duration duration(String key, Duration least, Duration most) {
    Duration duration = duration(key, least);
    if (duration.compareTo(most) > 0) {
      refuse(key, "at most " + GoDuration.format(most));
    }
    return duration;
  }

  /** A duration; zero or less stands for the default, as in distribution. */
  Duration durationOrDefault(String key) {
    Duration given = read(key, Given::duration, GoDuration::format).orElse(Duration.ZERO);
    if (given.isPositive()) {
      return given;
    }
    Duration standard = standard(key, Given::duration).orElseThrow();
    inForce(key, GoDuration.format(standard));
    return standard;
  }

  /** A number that fits into 32 bits; zero or less stands for the default, as in distribution. */
  int integerOrDefault(String key) {
    long given = integer(key, Long.MIN_VALUE);
    if (given > 0) {
      return (int) given;
    }
    long standard = standard(key, Given::integer).orElseThrow();
    inForce(key, Long.toString(standard));
    return (int) standard;
  }

  List<String> texts(String key) {
    return read(key, Given::texts, Object::toString).orElse(List.of());
  }

  Map<String, List<String>> headers(String key) {
    return read(key, Given::headers, Object::toString).orElse(Map.of());
  }

  Map<String, List<String>> lists(String key) {
    return read(key, Given::lists, Object::toString).orElse(Map.of());
  }

  Map<String, String> fields(String key) {
    return read(key, Given::fields, Object::toString).orElse(Map.of());
  }

  /** The items of a list of sections, each as a view of its own. */
  List<Values> items(String key) {
    List<Values> items = new ArrayList<>();
    if (find(key).orElse(null) instanceof Value.Sequence sequence) {
      KeyNode node = node(key).orElseThrow().item();
      sequence
          .items()
          .forEach(
              (index, item) -> {
                if (item instanceof Value.Mapping mapping) {
                  String itemPath = pathOf(key) + "[" + index + "]";
                  items.add(new Values(mapping, node, itemPath, findings, readings));
                }
              });
      inForce(key, items.size() + (items.size() == 1 ? " item" : " items"));
    }
    return items;
  }

  /** Whether file or environment say anything for this key. */
  boolean isGiven(String key) {
    return find(key).isPresent();
  }

  /** Whether the key stands there, even if it says nothing. */
  boolean isWritten(String key) {
    return at(key) != null;
  }

  Source source(String key) {
    return find(key).map(Value::source).orElse(Source.DEFAULT);
  }

  /** Where a key stands that may say nothing. */
  Source writtenAt(String key) {
    Value value = at(key);
    return value == null ? Source.DEFAULT : Request.source(value);
  }

  /** Says that the value of a key breaks a rule. */
  void refuse(String key, String expected) {
    given(key).wrong(expected);
  }

  /** Says that one of the texts of a key breaks a rule, and what was probably meant. */
  void refuseOne(String key, String text, String expected, String hint) {
    given(key).wrong(text, expected, hint);
  }

  /** Says that a key must be there, at the section that is there. */
  void missing(String section, String name, String expected) {
    String key = KeyNode.join(section, name);
    findings.problem(
        section.isEmpty() ? source() : writtenAt(section),
        pathOf(key)
            + " is missing (expected: "
            + expected
            + ")"
            + (path.isEmpty() ? "; its variable is " + VariableNames.of(key) : ""));
  }

  void warn(String key, String message) {
    given(key).warn(message);
  }

  /** Another value than the given one is in force. */
  void inForce(String key, String value) {
    inForce(key, value, source(key));
  }

  /** Another value is in force, because of what stands elsewhere. */
  void inForce(String key, String value, Source source) {
    remember(key, value, source, node(key).map(KeyNode::defaultText).orElse(""));
  }

  private void remember(String key, String value, Source source, String standard) {
    String shown = Masked.show(value, isSecret(key));
    readings.add(new Setting(pathOf(key), shown, source, !value.equals(standard)));
  }

  /** Everything that was read, and what is given for the keys accepted in silence. */
  List<Setting> inForce() {
    KnownKeys.TABLE.stream()
        .filter(key -> key.fate() == Fate.ACCEPTED && isGiven(key.path()))
        .forEach(key -> text(key.path()));
    return readings.inOrder();
  }

  private <T> Optional<T> read(
      String key, Function<Given, Optional<T>> as, Function<T, String> shown) {
    Optional<T> value = isGiven(key) ? as.apply(given(key)) : Optional.empty();
    Optional<T> standard = standard(key, as);
    Source source = value.isPresent() ? source(key) : Source.DEFAULT;
    Optional<T> inForce = value.or(() -> standard);
    inForce
        .map(shown)
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> remember(key, text, source, standard.map(shown).orElse("")));
    return inForce;
  }

  private <T> Optional<T> standard(String key, Function<Given, Optional<T>> as) {
    return as.apply(new Given(key, defaultOf(key), false, new Findings()));
  }

  private Value defaultOf(String key) {
    String text = node(key).map(KeyNode::defaultText).orElse("");
    boolean emptyList =
        text.isEmpty() && node(key).map(node -> node.type() == KeyType.TEXTS).orElse(false);
    return emptyList
        ? Value.Sequence.at(Source.DEFAULT)
        : new Value.Scalar(Value.Kind.FLOAT, text, Source.DEFAULT);
  }

  private Given given(String key) {
    Value value = find(key).orElseGet(() -> defaultOf(key));
    return new Given(pathOf(key), value, isSecret(key), findings);
  }

  private String pathOf(String key) {
    return KeyNode.join(path, key);
  }

  private boolean isSecret(String key) {
    return node(key).map(KeyNode::isSecret).orElse(false);
  }

  private Optional<KeyNode> node(String key) {
    Optional<KeyNode> node = Optional.of(place);
    for (String name : key.split("\\.", -1)) {
      node = node.flatMap(at -> at.child(name));
    }
    return node;
  }

  private Optional<Value> find(String key) {
    return Optional.ofNullable(at(key))
        .filter(value -> !(value instanceof Value.Scalar scalar && scalar.saysNothing()));
  }

  private @Nullable Value at(String key) {
    Value at = tree;
    for (String name : key.split("\\.", -1)) {
      if (!(at instanceof Value.Mapping mapping)) {
        return null;
      }
      at = mapping.entries().get(name);
    }
    return at;
  }
}
