package io.stowage.registry.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * From the name of a variable to the place it sets. Parts are separated by underscores; at each
 * section the longest known key wins, so keys that contain an underscore can be reached. In a map
 * of the user's own an existing entry is met without regard to case, and a new one is in lower
 * case.
 */
final class VariableNames {
  static final String PREFIX = "REGISTRY_";
  private static final Pattern INDEX = Pattern.compile("[0-9]{1,6}");

  private final Value.Mapping tree;

  /**
   * @param tree the file's values, for the entries that exist in maps of the user's own
   */
  VariableNames(Value.Mapping tree) {
    this.tree = tree;
  }

  /** A place a variable can set. */
  record Target(List<Step> steps, KeyType type) {}

  /** The place, or empty if no known key fits. */
  Optional<Target> resolve(String variable) {
    List<String> parts = List.of(variable.substring(PREFIX.length()).split("_", -1));
    return parts.contains("") ? Optional.empty() : resolve(KnownKeys.ROOT, parts, List.of());
  }

  private Optional<Target> resolve(KeyNode node, List<String> parts, List<Step> steps) {
    if (parts.isEmpty()) {
      return Optional.of(new Target(steps, node.type()));
    }
    if (node.isList()) {
      return index(parts.getFirst())
          .flatMap(step -> resolve(node.item(), tail(parts, 1), plus(steps, step)));
    }
    if (node.isSection()) {
      Optional<Target> known = resolveSection(node, parts, steps);
      boolean unknownWord = node.isChoiceOfOne() && below(node, parts.getFirst()).isEmpty();
      return known.isEmpty() && unknownWord ? alternative(parts, steps) : known;
    }
    return switch (node.type()) {
      case TEXTS -> resolveItem(parts, steps);
      case HEADERS, LISTS -> resolveList(parts, steps);
      case MAP, CHOICE -> Optional.of(new Target(plus(steps, entry(parts, steps)), KeyType.MAP));
      case TEXT, BOOLEAN, INTEGER, DURATION, SIZE, SECTION -> Optional.empty();
    };
  }

  private Optional<Target> resolveSection(KeyNode node, List<String> parts, List<Step> steps) {
    for (int length = Math.min(parts.size(), mostParts(node)); length > 0; length--) {
      String word = String.join("_", parts.subList(0, length));
      for (Map.Entry<String, KeyNode> child : node.children().entrySet()) {
        if (child.getValue().variableWords().contains(word)) {
          Optional<Target> target =
              resolve(
                  child.getValue(),
                  tail(parts, length),
                  plus(steps, new Step.Name(child.getKey())));
          if (target.isPresent()) {
            return target;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Of the word of a key in this section; longer ones need not be looked for. */
  private static int mostParts(KeyNode section) {
    return section.children().values().stream()
        .flatMap(child -> child.variableWords().stream())
        .mapToInt(word -> word.split("_", -1).length)
        .max()
        .orElse(0);
  }

  /** A driver or an access type that we don't know: kept, so that it is refused and not ignored. */
  private static Optional<Target> alternative(List<String> parts, List<Step> steps) {
    List<Step> target = plus(steps, new Step.Name(parts.getFirst().toLowerCase(Locale.ROOT)));
    if (parts.size() > 1) {
      String key = String.join("_", tail(parts, 1)).toLowerCase(Locale.ROOT);
      target = plus(target, new Step.Name(key));
    }
    return Optional.of(new Target(target, KeyType.MAP));
  }

  private static Optional<Target> resolveItem(List<String> parts, List<Step> steps) {
    return parts.size() > 1
        ? Optional.empty()
        : index(parts.getFirst()).map(step -> new Target(plus(steps, step), KeyType.TEXT));
  }

  private Optional<Target> resolveList(List<String> parts, List<Step> steps) {
    Optional<Step> index = parts.size() > 1 ? index(parts.getLast()) : Optional.empty();
    List<String> name = index.isPresent() ? parts.subList(0, parts.size() - 1) : parts;
    List<Step> list = plus(steps, entry(name, steps));
    return Optional.of(
        index
            .map(step -> new Target(plus(list, step), KeyType.TEXT))
            .orElseGet(() -> new Target(list, KeyType.TEXTS)));
  }

  private Step entry(List<String> parts, List<Step> map) {
    String word = String.join("_", parts);
    return new Step.Name(
        existing(map).stream()
            .filter(word::equalsIgnoreCase)
            .findFirst()
            .orElse(word.toLowerCase(Locale.ROOT)));
  }

  private Set<String> existing(List<Step> steps) {
    Value at = tree;
    for (Step step : steps) {
      if (!(at instanceof Value.Mapping mapping)
          || !(step instanceof Step.Name(String name))
          || !mapping.entries().containsKey(name)) {
        return Set.of();
      }
      at = mapping.entries().get(name);
    }
    return at instanceof Value.Mapping mapping ? mapping.entries().keySet() : Set.of();
  }

  private static Optional<Step> index(String part) {
    return INDEX.matcher(part).matches()
        ? Optional.of(new Step.Index(Integer.parseInt(part)))
        : Optional.empty();
  }

  private static List<String> tail(List<String> parts, int from) {
    return parts.subList(from, parts.size());
  }

  private static List<Step> plus(List<Step> steps, Step step) {
    List<Step> longer = new ArrayList<>(steps);
    longer.add(step);
    return List.copyOf(longer);
  }

  /** The name that reaches a key by its words in the file. */
  static String of(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** Every name that reaches a key, less the prefix, with 0 for the index of an item. */
  static Set<String> withoutPrefix() {
    Set<String> names = new LinkedHashSet<>();
    KnownKeys.ROOT.children().values().forEach(child -> collect(child, "", names));
    return names;
  }

  private static void collect(KeyNode node, String prefix, Set<String> names) {
    for (String word : node.variableWords()) {
      String name = prefix + word;
      names.add(name);
      node.children().values().forEach(child -> collect(child, name + "_", names));
    }
  }

  /** The deepest section that the beginning of the name reaches. */
  static KeyNode deepestSection(String variable) {
    KeyNode node = KnownKeys.ROOT;
    for (String part : variable.substring(PREFIX.length()).split("_", -1)) {
      Optional<KeyNode> next = below(node, part);
      if (next.isEmpty() || next.get().children().isEmpty()) {
        return node;
      }
      node = next.get();
    }
    return node;
  }

  private static Optional<KeyNode> below(KeyNode node, String part) {
    if (node.isList()) {
      return index(part).map(step -> node.item());
    }
    return node.children().values().stream()
        .filter(child -> child.variableWords().contains(part))
        .findFirst();
  }
}
