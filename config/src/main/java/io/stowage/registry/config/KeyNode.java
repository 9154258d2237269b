package io.stowage.registry.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree of known keys: a section with named children, a list with one child for its
 * items, or a leaf. Immutable once the tree is built.
 */
final class KeyNode {
  /** The name of the child that stands for every item of a list. */
  static final String ITEM = "[]";

  private final String name;
  private final String path;
  private final @Nullable KeyNode parent;
  private final Map<String, KeyNode> children = new LinkedHashMap<>();
  private @Nullable Key key;

  private KeyNode(String name, String path, @Nullable KeyNode parent) {
    this.name = name;
    this.path = path;
    this.parent = parent;
  }

  static KeyNode treeOf(List<Key> table) {
    var root = new KeyNode("", "", null);
    for (Key key : table) {
      KeyNode node = root;
      for (String name : key.path().replace(ITEM, "." + ITEM).split("\\.", -1)) {
        node = node.childOrNew(name);
      }
      node.key = key;
    }
    return root;
  }

  private KeyNode childOrNew(String name) {
    return children.computeIfAbsent(name, added -> new KeyNode(added, join(path, added), this));
  }

  /** The path of something below a path. */
  static String join(String path, String name) {
    return path.isEmpty() || name.startsWith("[") ? path + name : path + "." + name;
  }

  /** Dotted, as in the table; empty for the root. */
  String path() {
    return path;
  }

  Map<String, KeyNode> children() {
    return children;
  }

  Optional<KeyNode> child(String name) {
    return Optional.ofNullable(children.get(name));
  }

  boolean isList() {
    return children.containsKey(ITEM);
  }

  KeyNode item() {
    return Objects.requireNonNull(children.get(ITEM), path);
  }

  boolean isSection() {
    return !children.isEmpty() && !isList();
  }

  KeyType type() {
    return key == null ? KeyType.SECTION : key.type();
  }

  /** Whether exactly one of the children that are alternatives may be present. */
  boolean isChoiceOfOne() {
    return children.values().stream().anyMatch(child -> child.type() == KeyType.CHOICE);
  }

  /** Its own fate or, without one, that of the section around it. */
  Fate fate() {
    if (key != null && key.fate() != null) {
      return key.fate();
    }
    return parent == null ? Fate.BUILT : parent.fate();
  }

  /** Whether this is the line of the table that decides the fate. */
  boolean decidesFate() {
    return key != null && key.fate() != null;
  }

  String note() {
    return key == null ? "" : key.note();
  }

  String defaultText() {
    return key == null ? "" : key.defaultText();
  }

  boolean isSecret() {
    return (key != null && key.secret()) || (parent != null && parent.isSecret());
  }

  /** How a variable may call this place below its parent: the file's word, or the field's. */
  List<String> variableWords() {
    if (name.equals(ITEM)) {
      return List.of("0");
    }
    String field = KnownKeys.FIELD_NAMES.get(path);
    String own = name.toUpperCase(Locale.ROOT);
    return field == null ? List.of(own) : List.of(own, field.toUpperCase(Locale.ROOT));
  }
}
