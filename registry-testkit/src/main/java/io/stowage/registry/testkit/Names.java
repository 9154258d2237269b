package io.stowage.registry.testkit;

import java.util.List;

/** Names that sort differently by whole text, by path component, and without case. */
final class Names {
  /** Tags: all in the grammar, with every kind of neighbour of the separators. */
  static final List<String> TAGS =
      List.of(
          "0", "1.0", "1.0-rc", "1.0.0", "10", "2", "A", "Z", "_", "__", "a", "a-", "a-b", "a.",
          "a..b", "a.b", "a0", "a_", "a_b", "aa", "latest", "latest-", "v1", "v1-1", "v1.1", "z");

  /** Repositories that are prefixes of one another, and nested in one another. */
  static final List<String> REPOSITORIES =
      List.of(
          "a", "a-b", "a-b/c", "a--b", "a.b", "a.b/c", "a/b", "a/b-c", "a/b/c", "a/b.c", "a0",
          "a0/b", "a_b", "a_b/c", "ab", "ab/c", "b", "b/a/a/a", "b/a/a-a", "z/0", "z-0", "0");

  private Names() {}
}
