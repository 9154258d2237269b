package io.stowage.registry.server.json;

import java.util.Arrays;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads JSON strictly (RFC 8259, and no duplicate names, no trailing content, no value in place of
 * another type's, bounded depth) and writes it. Safe for use by any number of threads.
 */
public final class Json {
  /** How deep objects and arrays may nest in a document from a client. */
  public static final int MAX_DEPTH = 64;

  private static final JsonMapper MAPPER = mapper();

  private Json() {}

  /**
   * Reads a document into a record of its known fields; unknown ones are checked and passed over.
   *
   * @throws JsonException that says what is wrong and where
   */
  public static <T> T read(byte[] bytes, Class<T> type) throws JsonException {
    if (startsWithByteOrderMark(bytes)) {
      throw new JsonException("a byte order mark stands in front of the document");
    }
    requirePairedSurrogates(bytes);
    try {
      T document = MAPPER.readValue(bytes, type);
      if (document == null) {
        throw new JsonException("the document is null, not an object");
      }
      return document;
    } catch (StreamReadException e) {
      throw new JsonException(e.getOriginalMessage() + place(e));
    } catch (DatabindException e) {
      throw new JsonException(describe(e));
    } catch (JacksonException e) {
      throw new JsonException("not valid JSON in UTF-8" + place(e));
    }
  }

  /** Writes maps, lists, strings, numbers and records as a compact document in UTF-8. */
  public static byte[] write(Object document) {
    return MAPPER.writeValueAsBytes(document);
  }

  /** Writes a document and a line feed behind it, kind to whoever reads it in a terminal. */
  public static byte[] writeLine(Object document) {
    byte[] json = write(document);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  private static boolean startsWithByteOrderMark(byte[] bytes) {
    return bytes.length > 1
        && ((bytes[0] & 0xff) == 0xef || (bytes[0] & 0xff) == 0xfe || (bytes[0] & 0xff) == 0xff);
  }

  /** An escaped half of a surrogate pair is no character, and can't be written as UTF-8 again. */
  private static void requirePairedSurrogates(byte[] bytes) throws JsonException {
    boolean highBefore = false;
    for (int i = 0; i < bytes.length; i++) {
      int unit = bytes[i] == '\\' ? escapedUnit(bytes, i) : -1;
      boolean low = unit >= 0xdc00 && unit <= 0xdfff;
      if (highBefore != low) {
        throw new JsonException("an escaped surrogate stands alone at byte " + i);
      }
      highBefore = unit >= 0xd800 && unit <= 0xdbff;
      if (bytes[i] == '\\') {
        i += unit >= 0 ? 5 : 1;
      }
    }
  }

  /** The UTF-16 unit of a {@code \\uXXXX} that starts here, or -1 if none does. */
  private static int escapedUnit(byte[] bytes, int start) {
    if (start + 5 >= bytes.length || bytes[start + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = start + 2; i < start + 6; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private static String describe(DatabindException e) {
    String path =
        e.getPath().stream()
            .map(
                step ->
                    step.getPropertyName() != null
                        ? "." + step.getPropertyName()
                        : "[" + step.getIndex() + "]")
            .collect(Collectors.joining());
    return "the value of %s has the wrong type".formatted(path.isEmpty() ? "the document" : path)
        + place(e);
  }

  private static String place(JacksonException e) {
    return e.getLocation() == null || e.getLocation().getLineNr() < 0
        ? ""
        : " (line %d, column %d)"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  private static JsonMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(40)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();
    return JsonMapper.builder(factory)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfig(
            LogicalType.Textual,
            config ->
                config
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .build();
  }
}
