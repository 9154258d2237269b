package io.stowage.registry.oci;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;

/**
 * A tag: {@code [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}} (distribution-spec, "Pulling manifests"). Safe
 * as the name of a folder.
 */
public record Tag(String name) implements Reference, Comparable<Tag> {
  /** The longest tag, in characters. */
  public static final int MAX_LENGTH = 128;

  public Tag {
    if (!isValid(name)) {
      throw new IllegalArgumentException("tag: " + name);
    }
  }

  /**
   * Parses a tag from a client.
   *
   * @throws RegistryException with {@link RegistryError.TagInvalid} that names value and rule
   */
  public static Tag parse(String text) {
    if (!isValid(text)) {
      throw new RegistryException(
          new RegistryError.TagInvalid(
              text,
              "a tag has 1 to 128 characters of [a-zA-Z0-9._-] and starts with none of '.' and '-'"));
    }
    return new Tag(text);
  }

  /** Whether the text is a tag. */
  public static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean word =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      if (!word && (i == 0 || (c != '.' && c != '-'))) {
        return false;
      }
    }
    return true;
  }

  /** Byte order: tags are ASCII. */
  @Override
  public int compareTo(Tag other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
