package io.stowage.registry.server.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.server.manifest.Manifest.Child;
import io.stowage.registry.server.manifest.Manifest.Content;
import io.stowage.registry.server.manifest.ManifestRules.Platform;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestRulesTest {
  private static final Content CONFIG = content("application/vnd.oci.image.config.v1+json", 'c');
  private static final Content LAYER = content("application/vnd.oci.image.layer.v1.tar+gzip", 'a');
  private static final Child AMD64 = child(MediaType.OCI_MANIFEST.value(), '1', "amd64", "linux");
  private static final Child ARM64 = child(MediaType.OCI_MANIFEST.value(), '2', "arm64", "linux");
  private static final Child NOWHERE = child(MediaType.OCI_INDEX.value(), '3', null, null);

  // --- types

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.manifest.v1+json; charset=utf-8",
        " Application/VND.oci.image.manifest.v1+json "
      })
  void requireType_sameType_isAccepted(String contentType) {
    assertThatNoException().isThrownBy(() -> ManifestRules.requireType(image(CONFIG), contentType));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json"
      })
  void requireType_anotherType_isRejectedWithBoth_IS8(String contentType) {
    assertThat(rejectionOf(() -> ManifestRules.requireType(image(CONFIG), contentType)))
        .contains(contentType)
        .contains(MediaType.OCI_MANIFEST.value());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";charset=utf-8", " "})
  void requireType_withoutType_isRejected(String contentType) {
    assertThat(rejectionOf(() -> ManifestRules.requireType(image(CONFIG), contentType)))
        .contains("Content-Type is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/octet-stream", "*/*", "x"})
  void requireType_noManifestType_isRejectedAndNamed(String contentType) {
    assertThat(rejectionOf(() -> ManifestRules.requireType(image(CONFIG), contentType)))
        .contains("Content-Type")
        .contains(": " + contentType);
  }

  @Test
  void requireType_schema1_isRejectedWithAHint() {
    assertThat(
            rejectionOf(
                () ->
                    ManifestRules.requireType(
                        image(CONFIG),
                        MediaType.DOCKER_SCHEMA1_SIGNED.value() + "; charset=utf-8")))
        .contains("schema 1");
  }

  // --- what must be there

  @Test
  void requiredBlobs_ofAnImage_areConfigAndLayers() {
    Manifest image = image(CONFIG, LAYER);

    assertThat(ManifestRules.DEFAULT.requiredBlobs(image))
        .containsExactly(CONFIG.descriptor(), LAYER.descriptor());
    assertThat(ManifestRules.DEFAULT.requiredManifests(image)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
      })
  void requiredBlobs_nonDistributableLayer_needNotExist(String mediaType) {
    assertThat(ManifestRules.DEFAULT.requiredBlobs(image(CONFIG, content(mediaType, 'f'))))
        .containsExactly(CONFIG.descriptor());
  }

  @Test
  void requiredBlobs_ordinaryLayerWithUrls_mustExist() {
    Content mirrored = content(LAYER.descriptor().mediaType(), 'a', "https://mirror.test/a");
    Content misnamed = content("application/vnd.example.foreign.nondistributable.thing", 'b');

    assertThat(ManifestRules.DEFAULT.requiredBlobs(image(CONFIG, mirrored, misnamed)))
        .containsExactly(CONFIG.descriptor(), mirrored.descriptor(), misnamed.descriptor());
  }

  @Test
  void requiredBlobs_contentNotRequired_areNone() {
    ManifestRules sparse = new ManifestRules(false, child -> true, url -> true, Set.of());

    assertThat(sparse.requiredBlobs(image(CONFIG, LAYER))).isEmpty();
    assertThat(sparse.requiredManifests(index(AMD64))).containsExactly(AMD64.descriptor());
  }

  @Test
  void requiredManifests_ofAnIndex_areItsChildren() {
    Child blob = child("application/vnd.example.thing", '4', null, null);
    Manifest index = index(AMD64, ARM64, NOWHERE, blob);

    assertThat(ManifestRules.DEFAULT.requiredManifests(index))
        .containsExactly(AMD64.descriptor(), ARM64.descriptor(), NOWHERE.descriptor());
    assertThat(ManifestRules.DEFAULT.requiredBlobs(index)).containsExactly(blob.descriptor());
  }

  @Test
  void requiredManifests_someAreNotRequired_leavesThoseThatAre() {
    assertThat(rules(child -> false).requiredManifests(index(AMD64, NOWHERE))).isEmpty();
    assertThat(
            rules(
                    Platform.anyOf(
                        Set.of(new Platform("amd64", "linux"), new Platform("arm64", "windows"))))
                .requiredManifests(index(AMD64, ARM64, NOWHERE)))
        .containsExactly(AMD64.descriptor());
  }

  @Test
  void anyOf_childThatTellsHalfItsPlatform_isNotRequired() {
    Predicate<Child> amd64 = Platform.anyOf(Set.of(new Platform("amd64", "linux")));

    assertThat(amd64.test(child("a/b", '1', "amd64", null))).isFalse();
    assertThat(amd64.test(child("a/b", '1', null, "linux"))).isFalse();
    assertThat(amd64.test(child("a/b", '1', "AMD64", "linux"))).isFalse();
    assertThat(amd64.test(AMD64)).isTrue();
  }

  // --- urls

  @Test
  void requireAllowedUrls_withoutPolicy_takesAny_OB6() {
    assertThatNoException()
        .isThrownBy(
            () ->
                ManifestRules.DEFAULT.requireAllowedUrls(
                    image(CONFIG, content("a/b", 'a', "http://x", "junk"))));
  }

  @Test
  void requireAllowedUrls_policy_takesOnlyWhatItAllows() {
    ManifestRules rules = urls(url -> url.startsWith("https://good.test/"));

    assertThatNoException()
        .isThrownBy(
            () ->
                rules.requireAllowedUrls(
                    image(CONFIG, content("a/b", 'a', "https://good.test/x"))));
    assertThat(
            rejectionOf(
                () ->
                    rules.requireAllowedUrls(
                        image(
                            CONFIG,
                            content("a/b", 'a', "https://good.test/x", "https://bad.test/")))))
        .contains("validation.manifests.urls")
        .contains("https://bad.test/");
  }

  @Test
  void requireAllowedUrls_longUrl_leavesTheSettingReadable() {
    String url = "https://bad.test/" + "x".repeat(5000);

    assertThat(
            catchThrowableOfType(
                    RegistryException.class,
                    () -> urls(any -> false).requireAllowedUrls(image(content("a/b", 'a', url))))
                .errors()
                .getFirst()
                .detail())
        .asString()
        .contains("validation.manifests.urls", "https://bad.test/");
  }

  // --- helpers

  // --- classes

  @ParameterizedTest
  @CsvSource({
    "application/vnd.oci.image.config.v1+json, image",
    "application/vnd.docker.container.image.v1+json, image",
    "application/vnd.oci.empty.v1+json, image",
    "application/vnd.docker.plugin.v1+json, plugin"
  })
  void requireAllowedClass_byTypeOfTheConfig_isThatOfTheList(String configType, String itsClass) {
    Manifest manifest = image(content(configType, 'c'), LAYER);
    String other = itsClass.equals("image") ? "plugin" : "image";

    assertThatNoException().isThrownBy(() -> classes(itsClass).requireAllowedClass(manifest));
    assertThatNoException().isThrownBy(() -> classes().requireAllowedClass(manifest));
    assertThat(
            catchThrowableOfType(
                    RegistryException.class, () -> classes(other).requireAllowedClass(manifest))
                .errors())
        .containsExactly(new RegistryError.ClassNotAllowed(itsClass));
  }

  @Test
  void requireAllowedClass_index_hasNone() {
    assertThatNoException()
        .isThrownBy(() -> classes("plugin").requireAllowedClass(index(AMD64, ARM64)));
  }

  private static ManifestRules classes(String... classes) {
    return new ManifestRules(true, child -> true, url -> true, Set.of(classes));
  }

  private static ManifestRules rules(Predicate<Child> childRequired) {
    return new ManifestRules(true, childRequired, url -> true, Set.of());
  }

  private static ManifestRules urls(Predicate<String> allowed) {
    return new ManifestRules(true, child -> true, allowed, Set.of());
  }

  private static Manifest image(Content... contents) {
    return new Manifest(
        MediaType.OCI_MANIFEST, null, null, Arrays.asList(contents), List.of(), Map.of());
  }

  private static Manifest index(Child... children) {
    return new Manifest(
        MediaType.OCI_INDEX, null, null, List.of(), Arrays.asList(children), Map.of());
  }

  private static Content content(String mediaType, char hex, String... urls) {
    return new Content(descriptor(mediaType, hex), List.of(urls));
  }

  private static Child child(
      String mediaType, char hex, @Nullable String architecture, @Nullable String os) {
    return new Child(descriptor(mediaType, hex), architecture, os);
  }

  private static Descriptor descriptor(String mediaType, char hex) {
    return new Descriptor(
        mediaType, new Digest(DigestAlgorithm.SHA256, String.valueOf(hex).repeat(64)), 1);
  }

  private static String rejectionOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    RegistryException rejection = catchThrowableOfType(RegistryException.class, call);
    assertThat(rejection).isNotNull();
    return String.valueOf(rejection.errors().getFirst().detail());
  }
}
