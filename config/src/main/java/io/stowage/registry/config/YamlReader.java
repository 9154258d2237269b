package io.stowage.registry.config;

import java.io.StringReader;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML 1.1 text to {@link Value}s. Stays on the level of nodes, so nothing in the text can name a
 * class; every tag beyond the plain types is refused. Anchors, aliases and merge keys work, within
 * a bound on what they may unfold to.
 */
final class YamlReader {
  private static final int MAX_VALUES = 100_000;
  private static final String NO_TAG =
      "a tag is not allowed here (a value that begins with ! needs quotes)";
  private static final Map<Tag, Value.Kind> SCALARS =
      Map.of(
          Tag.STR, Value.Kind.TEXT,
          Tag.TIMESTAMP, Value.Kind.TEXT,
          Tag.INT, Value.Kind.INTEGER,
          Tag.FLOAT, Value.Kind.FLOAT,
          Tag.BOOL, Value.Kind.BOOLEAN,
          Tag.MERGE, Value.Kind.TEXT,
          Tag.NULL, Value.Kind.NULL);

  private final Findings findings;
  private final Function<Node, Source> places;
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private int values;

  private YamlReader(Findings findings, Function<Node, Source> places) {
    this.findings = findings;
    this.places = places;
  }

  /** The file's mapping; empty where the file is, or where a problem was found. */
  static Value.Mapping file(ConfigurationFile file, Findings findings) {
    Source whole = new Source.WholeFile(file.name());
    var reader =
        new YamlReader(
            findings, node -> new Source.Line(file.name(), node.getStartMark().getLine() + 1));
    try {
      Value root = reader.document(file.text(), whole);
      return reader.asRoot(root, whole);
    } catch (MarkedYAMLException e) {
      findings.problem(placeOf(file, e), "not valid YAML: " + withoutContent(e));
    } catch (YAMLException e) {
      findings.problem(new Source.Parsing(file.name(), 0), "not valid YAML: " + firstLine(e));
    }
    return Value.Mapping.at(whole);
  }

  /** A variable's value, or empty and a problem that doesn't repeat it. */
  static Optional<Value> variable(String name, String text, Findings findings) {
    Source source = new Source.Variable(name);
    try {
      return Optional.of(new YamlReader(findings, node -> source).document(text, source));
    } catch (YAMLException e) {
      findings.problem(source, "the value is not valid YAML; put it in quotes: \"...\" or '...'");
      return Optional.empty();
    }
  }

  private Value document(String text, Source source) {
    var options = new LoaderOptions();
    var composer =
        new Composer(
            new ParserImpl(new StreamReader(new StringReader(text)), options),
            new Resolver(),
            options);
    if (!parsed(composer::checkNode)) {
      return new Value.Scalar(Value.Kind.NULL, "", source);
    }
    Node first = parsed(composer::getNode);
    Value value = convert(first, "", source);
    if (parsed(composer::checkNode)) {
      findings.warning(
          places.apply(parsed(composer::getNode)),
          "a second YAML document begins here; it is ignored");
    }
    return value;
  }

  /** The library reads an escape that the end of the text cuts as a number, and fails otherwise. */
  private static <T> T parsed(Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      throw new YAMLException("an escape in a quoted text is cut or names no character", e);
    }
  }

  private Value.Mapping asRoot(Value root, Source whole) {
    return switch (root) {
      case Value.Mapping mapping -> mapping;
      case Value.Scalar scalar when scalar.isNull() -> Value.Mapping.at(whole);
      case Value.Scalar scalar -> notAMapping(scalar.source(), whole);
      case Value.Sequence sequence -> notAMapping(sequence.source(), whole);
    };
  }

  private Value.Mapping notAMapping(Source source, Source whole) {
    findings.problem(source, "the file holds no sections (expected: key: value)");
    return Value.Mapping.at(whole);
  }

  private Value convert(Node node, String path, Source source) {
    if (++values > MAX_VALUES) {
      throw new YAMLException("aliases unfold to more than " + MAX_VALUES + " values");
    }
    if (!open.add(node)) {
      throw new YAMLException("an alias contains itself");
    }
    try {
      return switch (node) {
        case ScalarNode scalar -> scalar(scalar, source);
        case SequenceNode sequence when sequence.getTag().equals(Tag.SEQ) ->
            sequence(sequence, path, source);
        case MappingNode mapping when mapping.getTag().equals(Tag.MAP) ->
            mapping(mapping, path, source);
        default -> refusedTag(source);
      };
    } finally {
      open.remove(node);
    }
  }

  private Value scalar(ScalarNode node, Source source) {
    Value.Kind kind = SCALARS.get(node.getTag());
    return kind == null
        ? refusedTag(source)
        : new Value.Scalar(kind, kind == Value.Kind.NULL ? "" : node.getValue(), source);
  }

  private Value refusedTag(Source source) {
    // The tag itself may be the beginning of a password.
    findings.problem(source, NO_TAG);
    return new Value.Scalar(Value.Kind.NULL, "", source);
  }

  private Value sequence(SequenceNode node, String path, Source source) {
    var sequence = Value.Sequence.at(source);
    for (Node item : node.getValue()) {
      int index = sequence.items().size();
      sequence.items().put(index, convert(item, path + "[" + index + "]", places.apply(item)));
    }
    return sequence;
  }

  private Value mapping(MappingNode node, String path, Source source) {
    var mapping = Value.Mapping.at(source);
    Map<String, Value> merged = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        merge(tuple.getValueNode(), path, merged);
      } else {
        entry(tuple, path, mapping);
      }
    }
    merged.forEach(mapping.entries()::putIfAbsent);
    return mapping;
  }

  private void entry(NodeTuple tuple, String path, Value.Mapping mapping) {
    Source source = places.apply(tuple.getKeyNode());
    if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
      findings.problem(source, "a key must be a single word");
      return;
    }
    String key = keyNode.getValue();
    String keyPath = path.isEmpty() ? key : path + "." + key;
    Value earlier = mapping.entries().put(key, convert(tuple.getValueNode(), keyPath, source));
    if (earlier != null) {
      findings.warning(
          source,
          keyPath
              + " stands twice, here and at "
              + earlier.source().text()
              + "; the last one wins");
    }
  }

  private void merge(Node node, String path, Map<String, Value> into) {
    switch (convert(node, path, places.apply(node))) {
      case Value.Mapping mapping -> mapping.entries().forEach(into::putIfAbsent);
      case Value.Sequence sequence ->
          sequence.items().values().forEach(item -> mergeItem(item, into));
      case Value.Scalar scalar -> notMergeable(scalar);
    }
  }

  private void mergeItem(Value item, Map<String, Value> into) {
    if (item instanceof Value.Mapping mapping) {
      mapping.entries().forEach(into::putIfAbsent);
    } else {
      notMergeable(item);
    }
  }

  private void notMergeable(Value value) {
    findings.problem(value.source(), "only a section can be merged by <<");
  }

  private static Source placeOf(ConfigurationFile file, MarkedYAMLException e) {
    Mark mark = e.getProblemMark();
    return new Source.Parsing(file.name(), mark == null ? 0 : mark.getLine() + 1);
  }

  /** What follows an undefined alias or tag may be the beginning of a password. */
  private static String withoutContent(MarkedYAMLException e) {
    String context = String.valueOf(e.getContext());
    String problem = e.getProblem();
    if (context.equals("while scanning an alias") || problem.startsWith("found undefined alias")) {
      return "found undefined alias (a value that begins with * needs quotes)";
    }
    return context.endsWith("a tag") || problem.contains("tag") ? NO_TAG : problem;
  }

  private static String firstLine(YAMLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
  }
}
