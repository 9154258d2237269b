package io.stowage.registry.server.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
  record Sample(
      @Nullable String text,
      @Nullable Integer number,
      @Nullable Long size,
      @Nullable List<@Nullable String> list,
      @Nullable Sample child,
      @Nullable Map<String, @Nullable String> map) {}

  @Test
  void read_everyKindOfValue_bindsIt() throws JsonException {
    Sample sample =
        read(
            """
            {"text": "a\\u00e9\\ud83d\\ude00\u00e9", "number": -1, "size": 9223372036854775807,
             "list": ["x", null], "child": {"text": ""}, "map": {"k": "v"}, "other": [1.5, true, {}]}
            """);

    assertThat(sample)
        .isEqualTo(
            new Sample(
                "a\u00e9\ud83d\ude00\u00e9",
                -1,
                Long.MAX_VALUE,
                java.util.Arrays.asList("x", null),
                new Sample("", null, null, null, null, null),
                Map.of("k", "v")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "{",
        "}",
        "{]",
        "{\"text\":}",
        "{text:\"a\"}",
        "{'text':'a'}",
        "{\"text\":\"a\",}",
        "{\"list\":[\"a\",]}",
        "{} {}",
        "{}x",
        "{},",
        "{}]",
        "// c\n{}",
        "{}/**/",
        "{\"number\":01}",
        "{\"number\":+1}",
        "{\"number\":.5}",
        "{\"number\":NaN}",
        "{\"number\":Infinity}",
        "{\"text\":\"a\nb\"}",
        "{\"text\":\"\\x\"}",
        "{\"text\":\"\\u12\"}",
        "{\"text\":\"a\0b\"}",
        "{}\0",
        "\ufeff{}"
      })
  void read_noJson_isRejected_PF20(String text) {
    assertRejected(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{}]",
        "1",
        "\"\"",
        "\"text\"",
        "true",
        "{\"text\":1}",
        "{\"text\":1.5}",
        "{\"text\":true}",
        "{\"text\":[\"a\"]}",
        "{\"text\":{}}",
        "{\"number\":\"1\"}",
        "{\"number\":1.0}",
        "{\"number\":1e0}",
        "{\"number\":1e400}",
        "{\"number\":true}",
        "{\"number\":2147483648}",
        "{\"number\":[1]}",
        "{\"size\":9223372036854775808}",
        "{\"size\":-1e400}",
        "{\"size\":\"5\"}",
        "{\"size\":11111111111111111111111111111111111111111111111111111111111}",
        "{\"list\":{}}",
        "{\"list\":\"\"}",
        "{\"list\":\"a\"}",
        "{\"list\":[1]}",
        "{\"list\":[true]}",
        "{\"list\":[1.5]}",
        "{\"list\":[[]]}",
        "{\"child\":[]}",
        "{\"child\":\"\"}",
        "{\"child\":1}",
        "{\"map\":[]}",
        "{\"map\":\"\"}",
        "{\"map\":{\"k\":1}}",
        "{\"map\":{\"k\":[]}}",
        "{\"map\":{\"k\":{}}}"
      })
  void read_valueOfAnotherType_isRejected_PF20(String text) {
    assertRejected(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"text\":\"a\",\"text\":\"a\"}",
        "{\"text\":\"a\",\"te\\u0078t\":\"b\"}",
        "{\"child\":{\"text\":\"a\",\"text\":\"b\"}}",
        "{\"map\":{\"k\":\"a\",\"k\":\"b\"}}",
        "{\"other\":1,\"other\":1}",
        "{\"other\":[{\"k\":1,\"k\":2}]}"
      })
  void read_duplicateNames_areRejectedAndNamed_IS8(String text) {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> read(text))
        .withMessageContaining("Duplicate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud800",
        "\\udc00",
        "\\ud800\\ud800",
        "\\udc00\\ud800",
        "\\ud800x",
        "\\ud800\\n",
        "\\uD83Dx\\uDE00",
        "\\ud83d\ude00",
        "\\\\\\ud800"
      })
  void read_loneSurrogate_isRejected_PF20(String escape) {
    assertRejected("{\"text\":\"" + escape + "\"}");
    assertRejected("{\"other\":\"" + escape + "\"}");
    assertRejected("{\"" + escape + "\":1}");
  }

  @Test
  void read_escapedBackslashBeforeSomethingLikeASurrogate_isText() throws JsonException {
    assertThat(read("{\"text\":\"\\\\ud800\"}").text()).isEqualTo("\\ud800");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080",
        "\u00c3",
        "\u00c3(",
        "\u00c0\u00af",
        "\u00c1\u00bf",
        "\u00e0\u0080\u00af",
        "\u00ed\u00a0\u0080",
        "\u00ed\u00a0\u00bd\u00ed\u00b8\u0080",
        "\u00f4\u0090\u0080\u0080",
        "\u00f8\u0088\u0080\u0080\u0080",
        "\u00ff"
      })
  void read_invalidUtf8_isRejected_PF20(String latin) {
    for (String name : List.of("text", "other")) {
      byte[] bytes = ("{\"" + name + "\":\"" + latin + "\"}").getBytes(ISO_8859_1);

      assertThatExceptionOfType(JsonException.class)
          .isThrownBy(() -> Json.read(bytes, Sample.class))
          .withMessageContaining("UTF-8");
    }
  }

  static Stream<Charset> otherEncodings() {
    return Stream.of(
        StandardCharsets.UTF_16,
        StandardCharsets.UTF_16BE,
        StandardCharsets.UTF_16LE,
        StandardCharsets.UTF_32,
        StandardCharsets.UTF_32BE,
        StandardCharsets.UTF_32LE);
  }

  @ParameterizedTest
  @MethodSource("otherEncodings")
  void read_anotherEncoding_isRejected_IS8(Charset charset) {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> Json.read("{\"text\":\"a\"}".getBytes(charset), Sample.class));
  }

  @Test
  void read_deepNesting_isRejectedWithoutALongStack_PF20() {
    for (String field : List.of("other", "list", "child")) {
      assertRejected("{\"" + field + "\":" + "[".repeat(100_000));
      assertRejected("{\"" + field + "\":" + "{\"child\":".repeat(100_000));
    }
    assertRejected("[".repeat(100_000));
  }

  @Test
  void read_nestingAtTheLimit_isAccepted() throws JsonException {
    int inner = Json.MAX_DEPTH - 1;

    assertThat(read("{\"other\":" + "[".repeat(inner) + "]".repeat(inner) + "}")).isNotNull();
    assertRejected("{\"other\":" + "[".repeat(inner + 1) + "]".repeat(inner + 1) + "}");
  }

  @Test
  void read_wrongTypeDeepInside_saysWhere() {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> read("{\"child\":{\"list\":[\"a\",\n 1]}}"))
        .withMessageContaining(".child.list[1]")
        .withMessageContaining("line 2");
  }

  @Property
  void read_anyBytes_givesADocumentOrARejection(@ForAll byte[] bytes) {
    assertSound(bytes);
  }

  @Property
  void read_anythingLikeJson_givesADocumentOrARejectionThatTellsNothingOfUs_SL5(
      @ForAll("jsonLike") String text) {
    assertSound(text.getBytes(UTF_8));
  }

  @Provide
  Arbitrary<String> jsonLike() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"text\"",
            "\"number\"",
            "\"list\"",
            "\"child\"",
            "\"map\"",
            "\"",
            "\\",
            "\\ud83d",
            "null",
            "true",
            "tru",
            "1",
            "-",
            "1e400",
            "0.5",
            " ",
            "\n",
            "x",
            "\u00e9")
        .list()
        .ofMaxSize(24)
        .map(parts -> String.join("", parts));
  }

  @Test
  void write_document_isCompactUtf8() {
    assertThat(Json.write(Map.of("k", List.of(1, "\u00e9\"\n"))))
        .asString(UTF_8)
        .isEqualTo("{\"k\":[1,\"\u00e9\\\"\\n\"]}");
    assertThat(Json.writeLine(List.of())).asString(UTF_8).isEqualTo("[]\n");
  }

  @Test
  void writeAsciiLine_ofAnyText_escapesWhatIsNotPrintableAscii() {
    assertThat(Json.writeAsciiLine(List.of("a\u007f\u009b\u00e9\n")))
        .asString(UTF_8)
        .isEqualTo("[\"a\\u007F\\u009B\\u00E9\\n\"]\n");
  }

  private static void assertSound(byte[] bytes) {
    try {
      assertThat(Json.read(bytes, Sample.class)).isNotNull();
    } catch (JsonException e) {
      assertThat(e)
          .message()
          .isNotBlank()
          .doesNotContain("`", "Source", "Jackson", "tools.", "java.", "stowage");
    }
  }

  private static void assertRejected(String text) {
    assertThatExceptionOfType(JsonException.class)
        .as(() -> text.substring(0, Math.min(200, text.length())))
        .isThrownBy(() -> read(text))
        .satisfies(
            e ->
                assertThat(e)
                    .message()
                    .isNotBlank()
                    .doesNotContain("`", "Source", "Jackson", "tools.", "java.", "stowage"));
  }

  private static Sample read(String text) throws JsonException {
    return Json.read(text.getBytes(UTF_8), Sample.class);
  }
}
