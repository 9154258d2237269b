package io.stowage.registry.config;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Every value that was read while one configuration was bound, items of lists included: what is in
 * force. A place that is read again keeps its last value.
 */
final class Readings {
  private static final Pattern INDEX = Pattern.compile("\\[([0-9]+)]");
  private static final Map<String, Integer> LINES =
      IntStream.range(0, KnownKeys.TABLE.size())
          .boxed()
          .collect(Collectors.toMap(line -> KnownKeys.TABLE.get(line).path(), line -> line));

  private final Map<String, Setting> settings = new LinkedHashMap<>();

  void add(Setting setting) {
    settings.put(setting.key(), setting);
  }

  /** In the order of the table of known keys; all of one item before the next. */
  List<Setting> inOrder() {
    return settings.values().stream()
        .sorted(Comparator.comparing(setting -> Place.of(setting.key())))
        .toList();
  }

  /**
   * Where a setting belongs.
   *
   * @param section the line of the key or, for a part of an item, of its list
   * @param item its index; -1 outside of lists
   * @param line the line of the key itself
   */
  private record Place(int section, int item, int line) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparingInt(Place::section)
            .thenComparingInt(Place::item)
            .thenComparingInt(Place::line);

    static Place of(String path) {
      Matcher index = INDEX.matcher(path);
      if (!index.find()) {
        return new Place(line(path), -1, line(path));
      }
      return new Place(
          line(path.substring(0, index.start())),
          Integer.parseInt(index.group(1)),
          line(index.replaceAll(KeyNode.ITEM)));
    }

    private static int line(String key) {
      Integer line = LINES.get(key);
      if (line == null) {
        throw new IllegalArgumentException("key: " + key + " (expected: one of the table)");
      }
      return line;
    }

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }
}
