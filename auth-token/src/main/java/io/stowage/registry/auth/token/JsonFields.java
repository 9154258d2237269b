package io.stowage.registry.auth.token;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, each of the type it must have or absent; null counts as absent. The
 * reader behind it takes RFC 8259 only, refuses duplicate names in the outermost object, and
 * nesting that would exhaust the stack.
 */
record JsonFields(Map<String, Object> values) {
  static JsonFields parse(String text) throws ParseException {
    // The library answers null for the document "null", whatever its signature says.
    @Nullable Map<String, Object> values = JSONObjectUtils.parse(text);
    if (values == null) {
      throw new ParseException("no JSON object", 0);
    }
    return new JsonFields(values);
  }

  @Nullable String string(String name) throws ParseException {
    return optional(name, String.class);
  }

  String requiredString(String name) throws ParseException {
    String value = string(name);
    if (value == null) {
      throw new ParseException(name + " is missing", 0);
    }
    return value;
  }

  @Nullable Number number(String name) throws ParseException {
    return optional(name, Number.class);
  }

  /** The object in this field; one without fields if there is none. */
  JsonFields object(String name) throws ParseException {
    Object value = values.get(name);
    return value == null ? new JsonFields(Map.of()) : object(name, value);
  }

  /** The strings in this field; none if it is absent. */
  List<String> strings(String name) throws ParseException {
    List<String> strings = new ArrayList<>();
    for (Object value : list(name)) {
      strings.add(cast(name, value, String.class));
    }
    return strings;
  }

  /** The objects in this field; none if it is absent. */
  List<JsonFields> objects(String name) throws ParseException {
    List<JsonFields> objects = new ArrayList<>();
    for (Object value : list(name)) {
      objects.add(object(name, value));
    }
    return objects;
  }

  private List<?> list(String name) throws ParseException {
    List<?> list = optional(name, List.class);
    return list == null ? List.of() : list;
  }

  private static JsonFields object(String name, Object value) throws ParseException {
    Map<?, ?> map = cast(name, value, Map.class);
    Map<String, Object> values = new HashMap<>();
    map.forEach((key, field) -> values.put((String) key, field));
    return new JsonFields(values);
  }

  private <T> @Nullable T optional(String name, Class<T> type) throws ParseException {
    Object value = values.get(name);
    return value == null ? null : cast(name, value, type);
  }

  private static <T> T cast(String name, @Nullable Object value, Class<T> type)
      throws ParseException {
    if (!type.isInstance(value)) {
      throw new ParseException(name + " has the wrong type", 0);
    }
    return type.cast(value);
  }
}
