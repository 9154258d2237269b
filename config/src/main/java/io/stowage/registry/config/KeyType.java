package io.stowage.registry.config;

/** What a key holds. */
enum KeyType {
  /** One word or text; numbers and booleans are taken as written. */
  TEXT("text"),
  /** A YAML 1.1 boolean. */
  BOOLEAN("boolean"),
  /** A whole number. */
  INTEGER("integer"),
  /** Go's spelling: {@code 1h30m}. */
  DURATION("duration"),
  /** Bytes, or with a unit: {@code 4MiB}. */
  SIZE("size"),
  /** Texts; a single text is a list of one. */
  TEXTS("list of text"),
  /** Names chosen by the user, each with a list of texts; names compare without case. */
  HEADERS("map of lists"),
  /** The same, but names are what they are: {@code CI} is not {@code ci}. */
  LISTS("map of lists"),
  /** Whatever the user likes. */
  MAP("map"),
  /** Only a place for the keys below it. */
  SECTION("section"),
  /** One of several alternatives of which exactly one may be present, even when it is empty. */
  CHOICE("alternative");

  private final String title;

  KeyType(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
