package io.stowage.registry.storage;

import java.util.List;

/**
 * A part of an ordered list.
 *
 * @param items in order; may be empty
 * @param more whether entries follow after the last item
 */
public record Page<T>(List<T> items, boolean more) {
  public Page {
    items = List.copyOf(items);
  }

  /** The last page of an empty list. */
  public static <T> Page<T> empty() {
    return new Page<>(List.of(), false);
  }
}
