package io.stowage.registry.oci;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a repository (distribution-spec, "Pulling manifests"): components of lower-case
 * letters, digits and single separators, joined by {@code /}, at most 255 characters. Safe as a
 * relative path: no component starts with {@code _} or {@code .}.
 *
 * <p>Volumes written by distribution may also hold names whose first component looks like a domain
 * ({@code UPPER/app}). Such a name is {@linkplain #isLegacy() legacy}: it is served where it
 * exists, and never created.
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {
  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 255;

  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*+";
  private static final Pattern SPEC = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
  private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
  private static final Pattern LEGACY =
      Pattern.compile(LABEL + "(?:\\." + LABEL + ")*(?:/" + COMPONENT + ")++");

  public RepositoryName {
    if (!isValid(value)) {
      throw new IllegalArgumentException("repository name: " + value);
    }
  }

  /**
   * Parses a name from a client.
   *
   * @throws RegistryException with {@link RegistryError.NameInvalid} that names value and rule
   */
  public static RepositoryName parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new RegistryException(
          new RegistryError.NameInvalid(
              text, "a repository name has at most " + MAX_LENGTH + " characters"));
    }
    if (!isValid(text)) {
      throw new RegistryException(
          new RegistryError.NameInvalid(
              text,
              "a repository name is made of components [a-z0-9]+((.|_|__|-+)[a-z0-9]+)* joined by"
                  + " '/'"));
    }
    return new RepositoryName(text);
  }

  /** The name, if the text is one. */
  public static Optional<RepositoryName> find(String text) {
    return isValid(text) ? Optional.of(new RepositoryName(text)) : Optional.empty();
  }

  /** Whether the text is a name by the specification, or a legacy one. */
  public static boolean isValid(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH
        && (SPEC.matcher(text).matches() || LEGACY.matcher(text).matches());
  }

  /** Whether the name breaks the specification's grammar, so that it may exist but not be made. */
  public boolean isLegacy() {
    return !SPEC.matcher(value).matches();
  }

  /** Byte order of the whole name: names are ASCII. */
  @Override
  public int compareTo(RepositoryName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
