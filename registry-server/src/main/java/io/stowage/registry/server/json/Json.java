package io.stowage.registry.server.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
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
  private static final ObjectWriter ASCII = MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

  /** Where Jackson's messages begin to speak of its own classes and settings. */
  private static final Pattern PARSER_TALK = Pattern.compile(" ?\\([^()]*\\[Source|`");

  private Json() {}

  /**
   * Reads a document into a record of its known fields; unknown ones are checked and passed over.
   *
   * @throws JsonException that says what is wrong and where
   */
  public static <T> T read(byte[] bytes, Class<T> type) throws JsonException {
    return read(bytes, type, MAPPER.reader());
  }

  /**
   * The same for a document that says what is to be done: a field that nobody knows was meant to
   * say something, so it is refused.
   *
   * @throws JsonException that says what is wrong and where
   */
  public static <T> T readOnlyKnown(byte[] bytes, Class<T> type) throws JsonException {
    return read(
        bytes, type, MAPPER.reader().with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
  }

  private static <T> T read(byte[] bytes, Class<T> type, ObjectReader reader) throws JsonException {
    requireUtf8(bytes);
    requirePairedSurrogates(bytes);
    try (JsonParser parser = MAPPER.createParser(bytes)) {
      T document = reader.forType(type).readValue(parser);
      if (document == null) {
        throw new JsonException("the document is null, not an object");
      }
      if (parser.nextToken() != null) {
        throw new JsonException("something follows the document" + place(parser.currentLocation()));
      }
      return document;
    } catch (JacksonException e) {
      throw new JsonException(describe(e) + place(e.getLocation()));
    }
  }

  /** Writes maps, lists, strings, numbers and records as a compact document in UTF-8. */
  public static byte[] write(Object document) {
    return MAPPER.writeValueAsBytes(document);
  }

  /** Writes a document and a line feed behind it, kind to whoever reads it in a terminal. */
  public static byte[] writeLine(Object document) {
    return withLineFeed(write(document));
  }

  /** The same in ASCII, for logs: what could steer a terminal is escaped. */
  public static byte[] writeAsciiLine(Object document) {
    // Only a string can hold a delete character, and Jackson leaves it as it is.
    String json = ASCII.writeValueAsString(document).replace("\u007f", "\\u007F");
    return withLineFeed(json.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] withLineFeed(byte[] json) {
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  /**
   * Jackson guesses UTF-16 and UTF-32 from their zero bytes, and takes overlong forms and encoded
   * surrogates: others would read other text from the same bytes, or none.
   */
  private static void requireUtf8(byte[] bytes) throws JsonException {
    if (bytes.length >= 3
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf) {
      throw new JsonException("a byte order mark stands in front of the document");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(1024);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = CoderResult.OVERFLOW;
    while (result.isOverflow()) {
      result = decoder.decode(in, out.clear(), true);
    }
    if (result.isError()) {
      throw new JsonException("no UTF-8 at byte " + in.position());
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        throw new JsonException("a zero byte at byte " + i);
      }
    }
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

  /** What is wrong, in words that tell nothing of the parser's own making. */
  private static String describe(JacksonException e) {
    return switch (e) {
      case DatabindException wrapped when wrapped.getCause() instanceof JacksonException cause ->
          describe(cause);
      case UnrecognizedPropertyException unknown ->
          "the name \"%s\" is unknown here".formatted(unknown.getPropertyName());
      case MisspelledNameException misspelled -> misspelled.getOriginalMessage();
      case InputCoercionException _ -> "a number is too large, or no whole one";
      case StreamConstraintsException _ ->
          "nested deeper than %d levels, or a name or number is too long".formatted(MAX_DEPTH);
      case StreamReadException syntax -> PARSER_TALK.split(syntax.getOriginalMessage(), 2)[0];
      case DatabindException mismatch ->
          "the value of %s has the wrong type".formatted(path(mismatch));
      default -> "not valid JSON";
    };
  }

  /**
   * Clients in Go take {@code "Layers"} for {@code "layers"}: the same bytes would be one thing to
   * them and another one here.
   */
  private static final class NoOtherSpelling extends DeserializationProblemHandler {
    @Override
    public boolean handleUnknownProperty(
        DeserializationContext context,
        JsonParser parser,
        ValueDeserializer<?> deserializer,
        Object beanOrClass,
        String name) {
      for (Object known : deserializer.getKnownPropertyNames()) {
        if (known.toString().equalsIgnoreCase(name)) {
          throw new MisspelledNameException(
              parser, "the name \"%s\" must be spelled \"%s\"".formatted(name, known));
        }
      }
      return false;
    }
  }

  private static final class MisspelledNameException extends DatabindException {
    private static final long serialVersionUID = 1L;

    MisspelledNameException(JsonParser parser, String message) {
      super(parser, message);
    }
  }

  private static String path(DatabindException e) {
    String path =
        e.getPath().stream()
            .map(
                step ->
                    step.getPropertyName() != null
                        ? "." + step.getPropertyName()
                        : "[" + step.getIndex() + "]")
            .collect(Collectors.joining());
    return path.isEmpty() ? "the document" : path;
  }

  private static String place(@Nullable TokenStreamLocation location) {
    return location == null || location.getLineNr() < 0
        ? ""
        : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
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
        .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS) // read() looks itself
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .addHandler(new NoOtherSpelling())
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
