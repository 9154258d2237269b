package io.stowage.registry.server.manifest;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.storage.ManifestFacts;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestParserTest {
  private static final ManifestParser PARSER = new ManifestParser();
  private static final Digest D1 = Digest.parse("sha256:" + "1".repeat(64));
  private static final Digest D2 = Digest.parse("sha512:" + "2".repeat(128));
  private static final Digest D3 = Digest.parse("sha256:" + "3".repeat(64));

  /** An image with every field; the tests take it apart. */
  private static final String IMAGE =
      """
      {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": 7},
        "layers": [
          {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "%s", "size": 0},
          {"mediaType": "anything/at.all", "digest": "%s", "size": 9, "urls": ["https://x.test/y"], "data": "e30="}
        ],
        "subject": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "%s", "size": 3},
        "annotations": {"z": "1", "a": "", "m": "\u00e9"},
        "org.example.custom": {"deep": [1, 2.5, null, {"x": true}]}
      }
      """
          .formatted(D1, D2, D3, D3);

  private static final String INDEX =
      """
      {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "artifactType": "application/x.test",
        "manifests": [
          {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "%s", "size": 7,
           "platform": {"architecture": "arm64", "os": "linux", "variant": "v8"}},
          {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": "%s", "size": 8}
        ]
      }
      """
          .formatted(D1, D3);

  // --- what a manifest says

  @ParameterizedTest
  @ValueSource(strings = {"Layers", "MEDIATYPE", "Config", "schemaversion"})
  void parse_nameInOtherCase_isRejected_IS8(String name) {
    String json =
        """
        {"schemaVersion":2,"%s":null,"config":{"mediaType":"a/b","digest":"sha256:%s","size":1}}"""
            .formatted(name, "a".repeat(64));

    RegistryException rejection =
        catchThrowableOfType(
            RegistryException.class, () -> new ManifestParser().parse(json.getBytes(UTF_8)));

    assertThat(rejection.errors().getFirst().detail())
        .asString()
        .contains("the name \"" + name + "\" must be spelled");
  }

  @Test
  void parse_image_saysAllThatARegistryMustKnow() {
    Manifest image = parse(IMAGE);

    assertThat(image.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
    assertThat(image.artifactType()).isEqualTo("application/vnd.oci.image.config.v1+json");
    assertThat(image.subject()).isEqualTo(D3);
    assertThat(image.contents())
        .containsExactly(
            content("application/vnd.oci.image.config.v1+json", D1, 7),
            content("application/vnd.oci.image.layer.v1.tar+gzip", D2, 0),
            content("anything/at.all", D3, 9, "https://x.test/y"));
    assertThat(image.children()).isEmpty();
  }

  @Test
  void parse_annotations_keepTheOrderOfWriting() {
    assertThat(parse(IMAGE).annotations()).hasToString("{z=1, a=, m=\u00e9}");
  }

  @Test
  void parse_index_saysAllThatARegistryMustKnow() {
    Manifest index = parse(INDEX);

    assertThat(index.mediaType()).isEqualTo(MediaType.OCI_INDEX);
    assertThat(index.artifactType()).isEqualTo("application/x.test");
    assertThat(index.subject()).isNull();
    assertThat(index.contents()).isEmpty();
    assertThat(index.children())
        .containsExactly(
            new Manifest.Child(
                new Descriptor(MediaType.OCI_MANIFEST.value(), D1, 7), "arm64", "linux"),
            new Manifest.Child(new Descriptor(MediaType.OCI_INDEX.value(), D3, 8), null, null));
  }

  @Test
  void facts_ofAManifest_areWhatStoresNeed() {
    assertThat(PARSER.read(IMAGE.getBytes(UTF_8)))
        .contains(
            new ManifestFacts(
                MediaType.OCI_MANIFEST,
                "application/vnd.oci.image.config.v1+json",
                D3,
                parse(IMAGE).contents().stream().map(Manifest.Content::descriptor).toList(),
                List.of()));
    assertThat(PARSER.read(INDEX.getBytes(UTF_8)).orElseThrow().manifests())
        .extracting(Descriptor::digest)
        .containsExactly(D1, D3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"mediaType\": null,", "\"mediaType\": \"\","})
  void parse_withoutMediaType_isWhatTheFieldsImply(String mediaType) {
    assertThat(
            parse(
                    replaced(
                        IMAGE,
                        "\"mediaType\": \"application/vnd.oci.image.manifest.v1+json\",\n",
                        mediaType))
                .mediaType())
        .isEqualTo(MediaType.OCI_MANIFEST);
    assertThat(
            parse(
                    replaced(
                        INDEX,
                        "\"mediaType\": \"application/vnd.oci.image.index.v1+json\",\n",
                        mediaType))
                .mediaType())
        .isEqualTo(MediaType.OCI_INDEX);
  }

  @Test
  void parse_dockerTypes_areTheSameShapes() {
    assertThat(
            parse(
                    IMAGE.replaceFirst(
                        "vnd.oci.image.manifest.v1", "vnd.docker.distribution.manifest.v2"))
                .mediaType())
        .isEqualTo(MediaType.DOCKER_MANIFEST);
    assertThat(
            parse(
                    INDEX.replaceFirst(
                        "vnd.oci.image.index.v1", "vnd.docker.distribution.manifest.list.v2"))
                .mediaType())
        .isEqualTo(MediaType.DOCKER_MANIFEST_LIST);
  }

  @Test
  void parse_artifactType_goesBeforeTheTypeOfTheConfig() {
    assertThat(parse(IMAGE.replaceFirst("\\{", "{\"artifactType\": \"a/b\",")).artifactType())
        .isEqualTo("a/b");
    assertThat(parse(IMAGE.replaceFirst("\\{", "{\"artifactType\": \"\",")).artifactType())
        .isEqualTo("application/vnd.oci.image.config.v1+json");
    assertThat(parse(INDEX.replace("application/x.test", "")).artifactType()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"layers\": []", "\"layers\": null", "\"x\": 1"})
  void parse_imageWithoutLayers_isAnImage(String layers) {
    assertThat(
            parse(
                    "{\"schemaVersion\": 2, \"config\": {\"mediaType\": \"a/b\", \"digest\": \""
                        + D1
                        + "\", \"size\": 1}, "
                        + layers
                        + "}")
                .contents())
        .hasSize(1);
  }

  @Test
  void parse_emptyIndex_isAnIndex() {
    Manifest index = parse("{\"schemaVersion\": 2, \"manifests\": []}");

    assertThat(index.mediaType()).isEqualTo(MediaType.OCI_INDEX);
    assertThat(index.children()).isEmpty();
  }

  // --- the same bytes must not be read as two things

  @Test
  void parse_indexWithFieldsOfAnImage_isRejected_IS8() {
    assertInvalid(INDEX.replaceFirst("\\{", "{\"layers\": [],"), "neither config nor layers");
    assertInvalid(INDEX.replaceFirst("\\{", "{\"config\": {},"), "neither config nor layers");
    assertInvalid(
        "{\"schemaVersion\": 2, \"manifests\": [], \"layers\": []}", "neither config nor layers");
  }

  @Test
  void parse_imageWithFieldsOfAnIndex_isRejected_IS8() {
    assertInvalid(IMAGE.replaceFirst("\\{", "{\"manifests\": [],"), "no field manifests");
  }

  @Test
  void parse_typeOfOneWithTheFieldsOfTheOther_isRejected_IS8() {
    assertInvalid(INDEX.replaceFirst("image\\.index", "image.manifest"), "no field manifests");
    assertInvalid(
        IMAGE.replaceFirst("image\\.manifest", "image.index"), "neither config nor layers");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schemaVersion",
        "mediaType",
        "config",
        "layers",
        "annotations",
        "org.example.custom"
      })
  void parse_fieldThatStandsTwice_isRejected_IS8(String field) {
    assertInvalid(IMAGE.replaceFirst("\\{", "{\"" + field + "\": null,"), "Duplicate");
  }

  @Test
  void parse_fieldOfADescriptorThatStandsTwice_isRejected_IS8() {
    assertInvalid(IMAGE.replaceFirst("\"size\": 7", "\"size\": 7, \"size\": 8"), "Duplicate");
  }

  @Test
  void parse_otherEncoding_isRejected_IS8() {
    assertThat(errorOf(IMAGE.getBytes(UTF_16LE))).isInstanceOf(RegistryError.ManifestInvalid.class);
  }

  // --- rules

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"schemaVersion\": 1",
        "\"schemaVersion\": 3",
        "\"schemaVersion\": -2",
        "\"schemaVersion\": null",
        "\"x\": 2"
      })
  void parse_otherSchemaVersion_isRejected(String version) {
    assertInvalid(replaced(IMAGE, "\"schemaVersion\": 2", version), "schemaVersion");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"2\"", "2.0", "2e0", "[2]", "true", "{}"})
  void parse_schemaVersionOfAnotherKind_isRejected_PF20(String version) {
    assertInvalid(
        replaced(IMAGE, "\"schemaVersion\": 2", "\"schemaVersion\": " + version),
        "not a JSON manifest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "text/plain",
        "APPLICATION/VND.OCI.IMAGE.MANIFEST.V1+JSON",
        "application/vnd.oci.image.manifest.v1+json ",
        "x"
      })
  void parse_unknownMediaType_isRejectedAndNamed(String type) {
    assertInvalid(
        IMAGE.replaceFirst("application/vnd.oci.image.manifest.v1\\+json", type), ": " + type);
  }

  @Test
  void parse_longUnknownMediaType_leavesTheRuleReadable() {
    assertThat(
            errorOf(
                    IMAGE
                        .replaceFirst("application/vnd.oci.image.manifest", "x".repeat(10_000))
                        .getBytes(UTF_8))
                .detail())
        .asString()
        .contains("no manifest or index");
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "prettyjws"})
  void parse_schema1_isRejectedWithAHint(String form) {
    assertInvalid(
        "{\"schemaVersion\": 1, \"mediaType\": \"application/vnd.docker.distribution.manifest.v1+"
            + form
            + "\"}",
        "schema 1");
  }

  @Test
  void parse_withoutConfig_isRejected() {
    assertInvalid("{\"schemaVersion\": 2, \"layers\": []}", "config is missing");
    assertInvalid("{\"schemaVersion\": 2, \"config\": null}", "config is missing");
    assertInvalid("{\"schemaVersion\": 2}", "config is missing");
  }

  static String[] places() {
    return new String[] {"config", "layers[1]", "subject", "manifests[1]"};
  }

  @ParameterizedTest
  @MethodSource("places")
  void parse_descriptorWithoutAField_isRejectedAndNamed(String place) {
    String digest = "\"digest\": \"" + D1 + "\"";

    assertInvalid(
        withDescriptor(place, "{" + digest + ", \"size\": 1}"), place + ".mediaType is missing");
    assertInvalid(
        withDescriptor(place, "{\"mediaType\": \"\", " + digest + ", \"size\": 1}"),
        place + ".mediaType is missing");
    assertInvalid(
        withDescriptor(place, "{\"mediaType\": \"a/b\", \"size\": 1}"),
        place + ".digest is missing");
    assertInvalid(
        withDescriptor(place, "{\"mediaType\": \"a/b\", \"digest\": null, \"size\": 1}"),
        place + ".digest is missing");
    assertInvalid(
        withDescriptor(place, "{\"mediaType\": \"a/b\", " + digest + "}"), place + ".size is null");
    assertInvalid(
        withDescriptor(place, "{\"mediaType\": \"a/b\", " + digest + ", \"size\": -1}"),
        place + ".size is -1");
    assertInvalid(withDescriptor(place, "{}"), place + ".mediaType is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e400", "1.5", "1.0", "\"1\"", "[1]", "9223372036854775808", "true", "1e2"})
  void parse_sizeThatIsNoWholeNumber_isRejected_PF20(String size) {
    for (String place : places()) {
      assertInvalid(
          withDescriptor(
              place,
              "{\"mediaType\": \"a/b\", \"digest\": \"" + D1 + "\", \"size\": " + size + "}"),
          "not a JSON manifest");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256:../../x", "x"})
  void parse_badDigest_isRejectedAsADigest_PF3(String digest) {
    for (String place : places()) {
      assertThat(
              errorOf(
                  withDescriptor(
                          place,
                          "{\"mediaType\": \"a/b\", \"digest\": \"" + digest + "\", \"size\": 1}")
                      .getBytes(UTF_8)))
          .isInstanceOfSatisfying(
              RegistryError.DigestInvalid.class,
              error -> assertThat(error.digest()).isEqualTo(digest));
    }
  }

  @Test
  void parse_nullEntry_isRejectedAndNamed() {
    assertInvalid(withDescriptor("layers[1]", "null"), "layers[1] is null");
    assertInvalid(withDescriptor("manifests[1]", "null"), "manifests[1] is null");
    assertInvalid(IMAGE.replace("[\"https://x.test/y\"]", "[null]"), "layers[1].urls is missing");
    assertInvalid(IMAGE.replace("\"z\": \"1\"", "\"z\": null"), "annotations.z is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"\"", "1", "true"})
  void parse_fieldOfTheWrongKind_isRejectedAndNamed_PF20(String value) {
    assertInvalid("{\"schemaVersion\": 2, \"config\": " + value + "}", ".config");
    assertInvalid("{\"schemaVersion\": 2, \"subject\": " + value + "}", ".subject");
    assertInvalid("{\"schemaVersion\": 2, \"annotations\": " + value + "}", ".annotations");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "\"\"", "1", "true"})
  void parse_listOfTheWrongKind_isRejectedAndNamed_PF20(String value) {
    assertInvalid("{\"schemaVersion\": 2, \"layers\": " + value + "}", ".layers");
    assertInvalid("{\"schemaVersion\": 2, \"manifests\": " + value + "}", ".manifests");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "null", "[]", "1", "\"x\"", "{} {}", "\u0000", "{\"schemaVersion\":2,}"})
  void parse_noObject_isRejected_PF20(String text) {
    assertInvalid(text, "not a JSON manifest");
  }

  @Test
  void parse_deepNesting_isRejected_PF20() {
    assertInvalid("[".repeat(100_000), "not a JSON manifest");
    assertInvalid(IMAGE.replaceFirst("\\{", "{\"x\":" + "[".repeat(100_000)), "nested");
    assertInvalid(
        IMAGE.replaceFirst("\\{", "{\"config\":" + "{\"platform\":".repeat(100_000)),
        "not a JSON manifest");
  }

  @Test
  void parse_loneSurrogateOrInvalidUtf8_isRejected_PF20() {
    assertInvalid(IMAGE.replace("\u00e9", "\\ud800"), "surrogate");
    assertThat(errorOf(IMAGE.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)).detail())
        .asString()
        .contains("UTF-8");
  }

  // --- what stores read

  @Test
  void read_schema1OfAnOldVolume_isKnownByItsType() {
    assertThat(
            PARSER.read(
                "{\"schemaVersion\": 1, \"fsLayers\": [], \"signatures\": []}".getBytes(UTF_8)))
        .contains(
            new ManifestFacts(MediaType.DOCKER_SCHEMA1_SIGNED, null, null, List.of(), List.of()));
  }

  @Test
  void read_schema1_namesItsLayersButForTarsums() {
    String text =
        """
        {"schemaVersion": 1, "fsLayers": [
          {"blobSum": "%s"}, {"blobSum": "tarsum.v1+sha256:12"}, {}, null, {"blobSum": "%s"}]}
        """
            .formatted(D1, D3);

    assertThat(PARSER.read(text.getBytes(UTF_8)).orElseThrow().contents()).containsExactly(D1, D3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "null", "{}", "[]", "{\"schemaVersion\": 3}"})
  void read_noManifest_isEmpty(String text) {
    assertThat(PARSER.read(text.getBytes(UTF_8))).isEmpty();
  }

  // --- generated

  @Property
  void parse_imageWithAByteChanged_givesAManifestOrAnAnswerForTheClient(
      @ForAll @IntRange(max = 100_000) int at, @ForAll byte value) {
    byte[] bytes = IMAGE.getBytes(UTF_8);
    bytes[at % bytes.length] = value;
    assertSound(bytes);
  }

  @Property
  void parse_indexCutAnywhere_givesAManifestOrAnAnswerForTheClient(
      @ForAll @IntRange(max = 100_000) int at) {
    byte[] bytes = INDEX.getBytes(UTF_8);
    assertSound(java.util.Arrays.copyOf(bytes, at % bytes.length));
  }

  @Property
  void parse_anythingLikeAManifest_givesAManifestOrAnAnswerForTheClient(
      @ForAll("manifestLike") String text) {
    assertSound(text.getBytes(UTF_8));
  }

  @Provide
  Arbitrary<String> manifestLike() {
    Arbitrary<String> descriptor =
        Arbitraries.of(
            "{}",
            "null",
            "1",
            "\"\"",
            "{\"mediaType\":\"a/b\",\"digest\":\"" + D1 + "\",\"size\":1}",
            "{\"mediaType\":\"a/b\",\"digest\":\"" + D1 + "\",\"size\":1,\"urls\":[\"u\",\"\"]}",
            "{\"mediaType\":\"a/b\",\"digest\":\"x\",\"size\":1}",
            "{\"mediaType\":\"a/b\",\"digest\":\""
                + D2
                + "\",\"size\":-1,\"platform\":{\"os\":1}}");
    Arbitrary<String> list =
        descriptor.list().ofMaxSize(2).map(items -> "[" + String.join(",", items) + "]");
    Arbitrary<String> field =
        Arbitraries.oneOf(
            Arbitraries.of(
                "\"schemaVersion\":2",
                "\"schemaVersion\":1",
                "\"annotations\":{\"a\":null}",
                "\"x\":[[]]",
                "\"artifactType\":\"a/b\"",
                "\"mediaType\":\"\""),
            Arbitraries.of(ManifestParser.ACCEPTED).map(type -> "\"mediaType\":\"" + type + "\""),
            descriptor.map("\"config\":"::concat),
            descriptor.map("\"subject\":"::concat),
            list.map("\"layers\":"::concat),
            list.map("\"manifests\":"::concat));
    return field
        .list()
        .ofMaxSize(6)
        .map(
            fields ->
                "{\"schemaVersion\":2"
                    + fields.stream().map(","::concat).reduce("", String::concat)
                    + "}");
  }

  private static void assertSound(byte[] bytes) {
    try {
      Manifest manifest = PARSER.parse(bytes);
      assertThat(manifest.contents().isEmpty()).isEqualTo(manifest.mediaType().isIndex());
      assertThat(PARSER.read(bytes)).contains(manifest.facts());
    } catch (RegistryException e) {
      assertThat(e.errors())
          .singleElement()
          .isInstanceOfAny(RegistryError.ManifestInvalid.class, RegistryError.DigestInvalid.class);
      PARSER
          .read(bytes)
          .ifPresent(
              facts -> assertThat(facts.mediaType()).isEqualTo(MediaType.DOCKER_SCHEMA1_SIGNED));
    }
  }

  // --- helpers

  private static String withDescriptor(String place, String descriptor) {
    String good = "{\"mediaType\": \"a/b\", \"digest\": \"" + D1 + "\", \"size\": 1}";
    return "{\"schemaVersion\": 2, "
        + switch (place) {
          case "config" -> "\"config\": " + descriptor;
          case "layers[1]" ->
              "\"config\": " + good + ", \"layers\": [" + good + ", " + descriptor + "]";
          case "subject" -> "\"config\": " + good + ", \"subject\": " + descriptor;
          case "manifests[1]" -> "\"manifests\": [" + good + ", " + descriptor + "]";
          default -> throw new IllegalArgumentException(place);
        }
        + "}";
  }

  private static Manifest.Content content(
      String mediaType, Digest digest, long size, String... urls) {
    return new Manifest.Content(new Descriptor(mediaType, digest, size), List.of(urls));
  }

  private static String replaced(String text, String part, String by) {
    assertThat(text).contains(part);
    return text.replace(part, by);
  }

  private static Manifest parse(String text) {
    return PARSER.parse(text.getBytes(UTF_8));
  }

  private static void assertInvalid(String text, String reason) {
    assertThat(errorOf(text.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            RegistryError.ManifestInvalid.class,
            error -> assertThat(error.reason()).contains(reason));
  }

  private static RegistryError errorOf(byte[] bytes) {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> PARSER.parse(bytes));
    assertThat(rejection).isNotNull();
    return rejection.errors().getFirst();
  }
}
