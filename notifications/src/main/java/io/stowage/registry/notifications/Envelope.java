package io.stowage.registry.notifications;

import io.stowage.registry.event.RegistryEvent;
import io.stowage.registry.event.RegistryEvent.Cause;
import io.stowage.registry.event.RegistryEvent.Target;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body of a notification: one event in an envelope, byte for byte as distribution writes it, so
 * that a receiver can't tell the difference.
 */
final class Envelope {
  static final String MEDIA_TYPE = "application/vnd.docker.distribution.events.v2+json";

  /** RFC 3339 with as many digits of a second as there are, and none if there are none. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral('Z')
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final ObjectWriter WRITER = writer();

  private final JsonGenerator json;

  private Envelope(JsonGenerator json) {
    this.json = json;
  }

  static byte[] of(RegistryEvent event, Source source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = WRITER.createGenerator(bytes)) {
      new Envelope(json).write(event, source);
    }
    return bytes.toByteArray();
  }

  private void write(RegistryEvent event, Source source) {
    json.writeStartObject();
    json.writeArrayPropertyStart("events");
    json.writeStartObject();
    json.writeStringProperty("id", event.id().toString());
    json.writeStringProperty("timestamp", TIME.format(event.time()));
    json.writeStringProperty("action", event.kind().word());
    write(event.target());
    write(event.cause());
    json.writeObjectPropertyStart("actor");
    writeUnlessEmpty("name", event.cause().user());
    json.writeEndObject();
    json.writeObjectPropertyStart("source");
    writeUnlessEmpty("addr", source.address());
    writeUnlessEmpty("instanceID", source.instance());
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private void write(Target target) {
    Digest digest = target.digest();
    json.writeObjectPropertyStart("target");
    writeDescriptor(target.mediaType(), digest == null ? "" : digest.toString(), target.size());
    if (target.size() > 0) {
      json.writeNumberProperty("length", target.size());
    }
    json.writeStringProperty("repository", target.repository().toString());
    writeUnlessEmpty(
        "fromRepository", target.mountedFrom() == null ? "" : target.mountedFrom().toString());
    writeUnlessEmpty("url", target.url());
    writeUnlessEmpty("tag", target.tag() == null ? "" : target.tag().name());
    if (!target.references().isEmpty()) {
      json.writeArrayPropertyStart("references");
      for (Descriptor reference : target.references()) {
        json.writeStartObject();
        writeDescriptor(reference.mediaType(), reference.digest().toString(), reference.size());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void writeDescriptor(String mediaType, String digest, long size) {
    json.writeStringProperty("mediaType", mediaType);
    json.writeStringProperty("digest", digest);
    json.writeNumberProperty("size", size);
  }

  private void write(Cause cause) {
    json.writeObjectPropertyStart("request");
    json.writeStringProperty("id", cause.requestId());
    writeUnlessEmpty("addr", cause.address());
    writeUnlessEmpty("host", cause.host());
    json.writeStringProperty("method", cause.method());
    json.writeStringProperty("useragent", cause.userAgent());
    json.writeEndObject();
  }

  private void writeUnlessEmpty(String name, String value) {
    if (!value.isEmpty()) {
      json.writeStringProperty(name, value);
    }
  }

  private static ObjectWriter writer() {
    JsonFactory factory =
        JsonFactory.builder()
            .characterEscapes(new GoEscapes())
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .build();
    DefaultIndenter threeSpaces = new DefaultIndenter("   ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(threeSpaces)
            .withArrayIndenter(threeSpaces);
    return JsonMapper.builder(factory).build().writer().with(printer);
  }

  /** Go escapes what could end a script in a page of HTML, and two ends of line of JavaScript. */
  private static final class GoEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      codes['<'] = ESCAPE_STANDARD;
      codes['>'] = ESCAPE_STANDARD;
      codes['&'] = ESCAPE_STANDARD;
      return codes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int ch) {
      return ch == 0x2028 || ch == 0x2029 ? new SerializedString("\\u%04x".formatted(ch)) : null;
    }
  }
}
