package io.stowage.registry.server.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.server.json.Json;
import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Any bytes are a manifest that means one thing, or refused by the error for that. */
class ManifestFuzzTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  private static final Corpus MANIFESTS =
      Corpus.of(
              """
              {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
               "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                          "digest": "sha256:%1$s", "size": 7},
               "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                           "digest": "sha512:%1$s%1$s", "size": 9223372036854775807,
                           "urls": ["https://x.test/y"]}],
               "subject": {"mediaType": "a/b", "digest": "sha256:%1$s", "size": 3},
               "annotations": {"z": "1", "a": "", "m": "\u00e9\\ud83d\\ude00"},
               "org.example": {"deep": [1, 2.5, null, {"x": true}]}}
              """
                  .formatted(HEX),
              """
              {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
               "artifactType": "application/x.test",
               "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json",
                              "digest": "sha256:%1$s", "size": 7,
                              "platform": {"architecture": "arm64", "os": "linux"}}]}
              """
                  .formatted(HEX),
              """
              {"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:%s","size":0}}"""
                  .formatted(HEX))
          .withWords(
              "\"layers\":[]",
              "\"manifests\":[]",
              "\"config\":{}",
              "\"schemaVersion\":2,",
              "\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\",",
              "[[[[[[[[",
              "{\"a\":{\"a\":",
              "\\ud800",
              "\\u0000",
              "\"\"",
              "sha256:",
              "1e400",
              "99999999999999999999",
              "\u00ff",
              "{\"a\":1,\"a\":2}",
              "\"size\":-1",
              "/*",
              "//");

  private final ManifestParser parser = new ManifestParser();

  @Test
  void parse_anyBytes_isOneManifestOrRefused_PF20_IS8() throws Exception {
    FuzzRun.of("manifest", new Mutator(MANIFESTS)).against(this::isManifest);
  }

  private boolean isManifest(byte[] bytes) {
    parser.read(bytes);
    Manifest manifest;
    try {
      manifest = parser.parse(bytes);
    } catch (RegistryException refused) {
      assertThat(refused.errors())
          .allMatch(
              error ->
                  error instanceof RegistryError.ManifestInvalid
                      || error instanceof RegistryError.DigestInvalid);
      return false;
    }
    assertThat(parser.read(bytes)).contains(manifest.facts());
    assertThat(manifest.contents().isEmpty()).isEqualTo(manifest.mediaType().isIndex());
    assertThat(descriptors(manifest)).allMatch(descriptor -> descriptor.size() >= 0);
    assertThat(parser.parse(Json.write(written(manifest)))).isEqualTo(manifest);
    return true;
  }

  private static Stream<Descriptor> descriptors(Manifest manifest) {
    return Stream.concat(
        manifest.contents().stream().map(Manifest.Content::descriptor),
        manifest.children().stream().map(Manifest.Child::descriptor));
  }

  /** A document that says the same. */
  private static Map<String, Object> written(Manifest manifest) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("schemaVersion", 2);
    document.put("mediaType", manifest.mediaType().value());
    if (manifest.artifactType() != null) {
      document.put("artifactType", manifest.artifactType());
    }
    if (manifest.subject() != null) {
      document.put("subject", written(new Descriptor("a/b", manifest.subject(), 1), List.of()));
    }
    if (manifest.mediaType().isIndex()) {
      document.put("manifests", manifest.children().stream().map(child -> written(child)).toList());
    } else {
      List<Map<String, Object>> contents =
          manifest.contents().stream()
              .map(content -> written(content.descriptor(), content.urls()))
              .toList();
      document.put("config", contents.getFirst());
      document.put("layers", contents.subList(1, contents.size()));
    }
    document.put("annotations", manifest.annotations());
    return document;
  }

  private static Map<String, Object> written(Descriptor descriptor, List<String> urls) {
    return Map.of(
        "mediaType", descriptor.mediaType(),
        "digest", descriptor.digest().toString(),
        "size", descriptor.size(),
        "urls", urls);
  }

  private static Map<String, Object> written(Manifest.Child child) {
    Map<String, Object> document = new LinkedHashMap<>(written(child.descriptor(), List.of()));
    Map<String, String> platform = new LinkedHashMap<>();
    put("architecture", child.architecture(), platform);
    put("os", child.os(), platform);
    document.put("platform", platform);
    return document;
  }

  private static void put(String name, @Nullable String value, Map<String, String> into) {
    if (value != null) {
      into.put(name, value);
    }
  }
}
