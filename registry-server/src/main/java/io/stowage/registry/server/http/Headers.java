package io.stowage.registry.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Header fields in order, names compared without case (RFC 9110, section 5). Values are checked
 * when they are added: one with a control character never leaves or enters the server. Immutable;
 * {@link Builder} makes one.
 */
public final class Headers {
  public static final Headers EMPTY = new Headers(List.of());

  private final List<String> namesAndValues;

  private Headers(List<String> namesAndValues) {
    this.namesAndValues = namesAndValues;
  }

  public static Headers of(String name, String value) {
    return builder().add(name, value).build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The value of the first field of this name. */
  public Optional<String> first(String name) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equalsIgnoreCase(name)) {
        return Optional.of(namesAndValues.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** The values of all fields of this name, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(1);
    forEach(
        (field, value) -> {
          if (field.equalsIgnoreCase(name)) {
            values.add(value);
          }
        });
    return values;
  }

  public boolean contains(String name) {
    return first(name).isPresent();
  }

  /** Calls back for each field in order. */
  public void forEach(BiConsumer<String, String> fields) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      fields.accept(namesAndValues.get(i), namesAndValues.get(i + 1));
    }
  }

  /** A builder that starts with these fields. */
  public Builder toBuilder() {
    return builder().addAll(this);
  }

  /** A builder that starts with those of these fields whose names the others don't have. */
  public Builder toBuilderWithout(Headers others) {
    Builder builder = builder();
    forEach(
        (name, value) -> {
          if (!others.contains(name)) {
            builder.namesAndValues.add(name);
            builder.namesAndValues.add(value);
          }
        });
    return builder;
  }

  @Override
  public String toString() {
    return namesAndValues.toString();
  }

  /** Collects fields. Not safe for use by several threads at once. */
  public static final class Builder {
    private final List<String> namesAndValues = new ArrayList<>(16);

    private Builder() {}

    /**
     * Adds a field.
     *
     * @throws IllegalArgumentException if the name is no token or the value has a control character
     */
    public Builder add(String name, String value) {
      requireToken(name);
      requireFieldValue(name, value);
      namesAndValues.add(name);
      namesAndValues.add(value);
      return this;
    }

    /** Adds fields that were checked when they were added to the others. */
    public Builder addAll(Headers others) {
      namesAndValues.addAll(others.namesAndValues);
      return this;
    }

    /** Adds a field in place of all fields of this name. */
    public Builder set(String name, String value) {
      for (int i = namesAndValues.size() - 2; i >= 0; i -= 2) {
        if (namesAndValues.get(i).equalsIgnoreCase(name)) {
          namesAndValues.subList(i, i + 2).clear();
        }
      }
      return add(name, value);
    }

    public Headers build() {
      return namesAndValues.isEmpty() ? EMPTY : new Headers(List.copyOf(namesAndValues));
    }

    private static void requireToken(String name) {
      boolean token = !name.isEmpty();
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        token &= c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
      }
      if (!token) {
        throw new IllegalArgumentException("header name: " + name + " (expected: a token)");
      }
    }

    private static void requireFieldValue(String name, String value) {
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
          throw new IllegalArgumentException(
              "header " + name + ": control or wide character at " + i + " (expected: none)");
        }
      }
    }
  }
}
