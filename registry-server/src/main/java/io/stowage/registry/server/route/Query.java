package io.stowage.registry.server.route;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The parameters of a request's query or form, decoded once, in order. A parameter may stand more
 * than once.
 */
public final class Query {
  private static final Query EMPTY = new Query(List.of());

  /** Digits of ASCII only, where {@link Integer#parseInt} takes signs and those of all scripts. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private final List<String> namesAndValues;

  private Query(List<String> namesAndValues) {
    this.namesAndValues = namesAndValues;
  }

  /**
   * Decodes a raw query.
   *
   * @throws RegistryException with {@code RequestInvalid} if an escape is malformed
   */
  public static Query parse(String raw) {
    return parse(
        raw,
        text ->
            new RegistryError.RequestInvalid(
                text, "an escape in a query is %XX and the whole is UTF-8"));
  }

  /**
   * Decodes a body of the type {@code application/x-www-form-urlencoded}. Passwords stand in there,
   * so no error repeats anything of it.
   *
   * @throws RegistryException with {@code RequestInvalid} if an escape is malformed
   */
  public static Query parseForm(String raw) {
    return parse(
        raw,
        text ->
            new RegistryError.RequestInvalid(
                "form", "an escape in a form is %XX and the whole is UTF-8"));
  }

  private static Query parse(String raw, Function<String, RegistryError> problem) {
    if (raw.isEmpty()) {
      return EMPTY;
    }
    List<String> namesAndValues = new ArrayList<>();
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      if (!pair.isEmpty()) {
        namesAndValues.add(decode(name, problem));
        namesAndValues.add(decode(value, problem));
      }
    }
    return new Query(namesAndValues);
  }

  /** The value of the first parameter of this name. */
  public Optional<String> first(String name) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equals(name)) {
        return Optional.of(namesAndValues.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** The values of all parameters of this name, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(2);
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equals(name)) {
        values.add(namesAndValues.get(i + 1));
      }
    }
    return values;
  }

  /**
   * How many results are wanted at most: the parameter {@code n}. An empty one counts as absent.
   *
   * @throws RegistryException with {@code PaginationNumberInvalid} if it is no number from 0 on
   */
  public int limit(int ifAbsent, int max) {
    Optional<String> n = first("n").filter(text -> !text.isEmpty());
    if (n.isEmpty()) {
      return ifAbsent;
    }
    if (!NUMBER.matcher(n.get()).matches() || Long.parseLong(n.get()) > Integer.MAX_VALUE) {
      throw new RegistryException(new RegistryError.PaginationNumberInvalid(n.get()));
    }
    return Math.min(Integer.parseInt(n.get()), max);
  }

  private static String decode(String text, Function<String, RegistryError> problem) {
    return Percent.decode(text.replace('+', ' '))
        .orElseThrow(() -> new RegistryException(problem.apply(text)));
  }
}
