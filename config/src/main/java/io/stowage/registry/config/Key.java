package io.stowage.registry.config;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table of known keys.
 *
 * @param path dotted; {@code []} stands for every item of a list
 * @param defaultText the default as it would be written in the file, empty for none
 * @param fate null for the fate of the section around it
 * @param note completes the sentence that begins with the path, where a fate needs one
 * @param secret never shown
 */
record Key(
    String path,
    KeyType type,
    String defaultText,
    @Nullable Fate fate,
    String note,
    boolean secret) {

  static Key built(String path, KeyType type, String defaultText) {
    return new Key(path, type, defaultText, Fate.BUILT, "", false);
  }

  static Key accepted(String path, KeyType type) {
    return new Key(path, type, "", Fate.ACCEPTED, "", false);
  }

  static Key unneeded(String path, KeyType type, String note) {
    return new Key(path, type, "", Fate.UNNEEDED, note, false);
  }

  static Key refused(String path, KeyType type, String note) {
    return new Key(path, type, "", Fate.REFUSED, note, false);
  }

  /** A key that shares the fate of its section. */
  static Key part(String path, KeyType type) {
    return new Key(path, type, "", null, "", false);
  }

  static Key concealed(Key key) {
    return new Key(key.path, key.type, key.defaultText, key.fate, key.note, true);
  }
}
