package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refusals;
import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.Answers.sameHead;
import static io.stowage.registry.server.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.server.manifest.ManifestRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v2/<name>/manifests/<reference>}: end-3, end-7 and end-9. */
class ManifestApiTest extends ApiTest {
  private static final String REPOSITORY = "library/app";
  private static final Content CONFIG = Content.of("{\"architecture\":\"amd64\",\"os\":\"linux\"}");
  private static final Content LAYER = Content.random(300);
  private static final Document IMAGE = Document.image(CONFIG, LAYER);
  private static final Digest ABSENT = Content.of("nowhere").digest();

  ManifestApiTest(Backing backing) {
    super(backing);
  }

  private void pushContent() throws IOException {
    registry.pushBlob(REPOSITORY, CONFIG);
    registry.pushBlob(REPOSITORY, LAYER);
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
  }

  // --- push and pull

  @ParameterizedTest
  @ValueSource(strings = {"application/vnd.oci.image.manifest.v1+json", "*/*", "text/html", ""})
  @DisplayName("10-1, 11 mandatory digest header, 11 Content-Type, PF-18")
  void pull_whateverIsAccepted_givesWhatWasPushed(String accept) throws Exception {
    pushContent();
    registry.pushManifest(REPOSITORY, "v1", IMAGE);

    for (Object reference : List.of("v1", IMAGE.digest())) {
      WireResponse pulled =
          registry.call("GET", manifest(REPOSITORY, reference)).with("Accept", accept).send();

      requirePulled(pulled, IMAGE);
      sameHead(
          registry.call("HEAD", manifest(REPOSITORY, reference)).with("Accept", accept).send(),
          pulled);
    }
  }

  @Test
  @DisplayName("10-45: plain curl")
  void pull_withoutAccept_givesWhatWasPushed() throws Exception {
    pushContent();
    registry.pushManifest(REPOSITORY, "v1", IMAGE);

    requirePulled(registry.get(manifest(REPOSITORY, "v1")), IMAGE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void push_byTag_tellsWhereTheManifestIs(boolean chunked) throws Exception {
    pushContent();
    RegistryClient.Call call =
        registry.call("PUT", manifest(REPOSITORY, "v1")).with("Content-Type", IMAGE.mediaType());

    WireResponse pushed =
        (chunked ? call.chunkedBody(IMAGE.content().bytes()) : call.body(IMAGE.content())).send();

    assertThat(pushed.status()).isEqualTo(201);
    assertThat(pushed.header("Location")).contains(manifest(REPOSITORY, IMAGE.digest()));
    assertThat(pushed.header("Docker-Content-Digest")).contains(IMAGE.digest().toString());
    assertThat(pushed.header("Content-Length")).contains("0");
    assertThat(pushed.header("OCI-Subject")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(DigestAlgorithm.class)
  @DisplayName("10-19, 11 mandatory digest header")
  void push_byDigest_keepsTheAlgorithm(DigestAlgorithm algorithm) throws Exception {
    pushContent();
    Digest digest = IMAGE.content().digest(algorithm);

    WireResponse pushed = registry.put(REPOSITORY, digest, IMAGE).send();

    assertThat(pushed.status()).isEqualTo(201);
    assertThat(pushed.header("Location")).contains(manifest(REPOSITORY, digest));
    assertThat(pushed.header("Docker-Content-Digest")).contains(digest.toString());
    WireResponse pulled = registry.get(manifest(REPOSITORY, digest));
    assertThat(pulled.body()).isEqualTo(IMAGE.content().bytes());
    assertThat(pulled.header("Docker-Content-Digest")).contains(digest.toString());
    assertThat(pulled.header("ETag")).contains("\"" + digest + "\"");
  }

  @Test
  @DisplayName("10-19: a tag on a manifest by sha512")
  void push_bySha512WithTag_isPulledByThatDigest() throws Exception {
    pushContent();
    Digest digest = IMAGE.content().digest(DigestAlgorithm.SHA512);

    registry.put(REPOSITORY, digest + "?tag=long", IMAGE).send();

    WireResponse pulled = registry.get(manifest(REPOSITORY, "long"));
    assertThat(pulled.header("Docker-Content-Digest")).contains(digest.toString());
    assertThat(pulled.body()).isEqualTo(IMAGE.content().bytes());
  }

  @Test
  void push_ofOtherManifestUnderTheTag_movesIt() throws Exception {
    Document first = registry.pushNamed(REPOSITORY, "first", "latest");
    Document second = registry.pushNamed(REPOSITORY, "second", "latest");

    requirePulled(registry.get(manifest(REPOSITORY, "latest")), second);
    requirePulled(registry.get(manifest(REPOSITORY, first.digest())), first);
  }

  @Test
  @DisplayName("IS-10")
  void tags_thatDifferInCase_areTwo() throws Exception {
    Document upper = registry.pushNamed(REPOSITORY, "upper", "A");
    Document lower = registry.pushNamed(REPOSITORY, "lower", "a");

    requirePulled(registry.get(manifest(REPOSITORY, "A")), upper);
    requirePulled(registry.get(manifest(REPOSITORY, "a")), lower);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json"
      })
  @DisplayName("10-2, 11 Content-Type: parameters are ignored, the type is given back")
  void push_ofEachType_givesThatTypeBack(String type) throws Exception {
    pushContent();
    registry.pushManifest(REPOSITORY, IMAGE.digest(), IMAGE);
    MediaType mediaType = new MediaType(type);
    Document document =
        mediaType.isIndex()
            ? Document.index(mediaType, IMAGE)
            : Document.image(mediaType, CONFIG, LAYER);

    WireResponse pushed =
        registry
            .call("PUT", manifest(REPOSITORY, "v1"))
            .with("Content-Type", type.replace("vnd", "VND") + "; charset=utf-8")
            .body(document.content())
            .send();

    assertThat(pushed.status()).as(pushed.text()).isEqualTo(201);
    requirePulled(registry.get(manifest(REPOSITORY, "v1")), document);
  }

  @Test
  @DisplayName("10-2: without mediaType in the body the fields tell")
  void push_withoutMediaTypeInside_givesTheAnnouncedTypeBack() throws Exception {
    pushContent();
    registry.pushManifest(REPOSITORY, IMAGE.digest(), IMAGE);
    Document image = withoutMediaType(IMAGE);
    Document index = withoutMediaType(Document.index(IMAGE));

    registry.pushManifest(REPOSITORY, "image", image);
    registry.pushManifest(REPOSITORY, "index", index);

    requirePulled(registry.get(manifest(REPOSITORY, "image")), image);
    requirePulled(registry.get(manifest(REPOSITORY, "index")), index);
  }

  private static Document withoutMediaType(Document document) {
    String json = new String(document.content().bytes(), StandardCharsets.UTF_8);
    String field = "\"mediaType\":\"" + document.mediaType() + "\",\"";
    return new Document(document.mediaType(), Content.of(json.replaceFirst(field, "\"")));
  }

  @Test
  @DisplayName("stored byte by byte, IS-8")
  void push_ofOddlyWrittenJson_givesTheSameBytesBack() throws Exception {
    pushContent();
    String json =
        "\r\n { \"x-custom\" : [1.50, {\"\\u00e9\":null}],\t"
            + new String(IMAGE.content().bytes(), StandardCharsets.UTF_8).substring(1)
            + "\n\n";
    Document odd = Document.of(MediaType.OCI_MANIFEST, json);

    registry.pushManifest(REPOSITORY, "odd", odd);

    requirePulled(registry.get(manifest(REPOSITORY, "odd")), odd);
  }

  @Test
  @DisplayName("9: helm, oras, buildkit push any media types")
  void push_withUnknownContentTypes_isAccepted() throws Exception {
    pushContent();
    Document artifact =
        Document.of(
            MediaType.OCI_MANIFEST,
            "{\"schemaVersion\":2,\"artifactType\":\"application/x.thing\",\"config\":%s,\"layers\":[%s]}"
                .formatted(
                    Document.EMPTY_CONFIG.descriptor("application/vnd.buildkit.cacheconfig.v0"),
                    LAYER.descriptor("Application/X-Anything; v=1")));
    Document cache =
        Document.of(
            MediaType.OCI_INDEX,
            "{\"schemaVersion\":2,\"manifests\":[%s,%s]}"
                .formatted(
                    LAYER.descriptor("application/vnd.oci.image.layer.v1.tar+gzip"),
                    CONFIG.descriptor("application/vnd.buildkit.cacheconfig.v0")));

    registry.pushManifest(REPOSITORY, "artifact", artifact);
    registry.pushManifest(REPOSITORY, "cache", cache);

    requirePulled(registry.get(manifest(REPOSITORY, "cache")), cache);
  }

  @Test
  void push_ofSameTagAtOnce_leavesOneOfThem() throws Exception {
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    List<Document> documents =
        IntStream.range(0, 20).mapToObj(i -> Document.named("n" + i)).toList();

    List<WireResponse> pushes =
        atOnce(documents, document -> registry.put(REPOSITORY, "latest", document).send());

    assertThat(pushes).extracting(WireResponse::status).containsOnly(201);
    WireResponse pulled = registry.get(manifest(REPOSITORY, "latest"));
    assertThat(documents)
        .extracting(document -> document.digest().toString())
        .contains(pulled.header("Docker-Content-Digest").orElseThrow());
    for (Document document : documents) {
      requirePulled(registry.get(manifest(REPOSITORY, document.digest())), document);
    }
  }

  // --- what a pull depends on

  @ParameterizedTest
  @ValueSource(strings = {"\"%s\"", "%s", "W/\"%s\"", "\"x\", \"%s\"", "*"})
  @DisplayName("10-24")
  void pull_ofWhatTheClientHas_saysSo(String tags) throws Exception {
    Document document = registry.pushNamed(REPOSITORY, "one", "v1");

    WireResponse unchanged =
        registry
            .call("GET", manifest(REPOSITORY, "v1"))
            .with("If-None-Match", tags.formatted(document.digest()))
            .send();

    assertThat(unchanged.status()).isEqualTo(304);
    assertThat(unchanged.header("ETag")).contains("\"" + document.digest() + "\"");
    assertThat(unchanged.header("Docker-Content-Digest")).contains(document.digest().toString());
  }

  @Test
  void pull_ofMovedTag_givesTheNewManifest() throws Exception {
    Document first = registry.pushNamed(REPOSITORY, "first", "v1");
    Document second = registry.pushNamed(REPOSITORY, "second", "v1");

    WireResponse pulled =
        registry
            .call("GET", manifest(REPOSITORY, "v1"))
            .with("If-None-Match", "\"" + first.digest() + "\"")
            .send();

    requirePulled(pulled, second);
  }

  @ParameterizedTest
  @CsvSource({
    "application/vnd.docker.distribution.manifest.v2+json, true",
    "'application/vnd.docker.distribution.manifest.v2+json, */*', false",
    "'application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json', false",
    "'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.index.v1+json', false",
    "application/vnd.oci.image.manifest.v1+json, false"
  })
  @DisplayName("10-1: the exception for old clients")
  void pull_ofDockerList_givesOldClientsTheirChild(String accept, boolean child) throws Exception {
    pushContent();
    Document image = Document.image(MediaType.DOCKER_MANIFEST, CONFIG, LAYER);
    Document list = Document.index(MediaType.DOCKER_MANIFEST_LIST, image);
    registry.pushManifest(REPOSITORY, image.digest(), image);
    registry.pushManifest(REPOSITORY, "v1", list);

    WireResponse byTag =
        registry.call("GET", manifest(REPOSITORY, "v1")).with("Accept", accept).send();
    WireResponse byDigest =
        registry.call("GET", manifest(REPOSITORY, list.digest())).with("Accept", accept).send();

    requirePulled(byTag, child ? image : list);
    requirePulled(byDigest, list);
  }

  @Test
  @DisplayName("10-1: only Docker's own list has the exception")
  void pull_ofIndexByOldClient_givesTheIndex() throws Exception {
    pushContent();
    registry.pushManifest(REPOSITORY, IMAGE.digest(), IMAGE);
    registry.pushManifest(REPOSITORY, "v1", Document.index(IMAGE));

    WireResponse pulled =
        registry
            .call("GET", manifest(REPOSITORY, "v1"))
            .with("Accept", MediaType.DOCKER_MANIFEST.value())
            .send();

    requirePulled(pulled, Document.index(IMAGE));
  }

  @Test
  void pull_ofUnknown_isRefused() throws Exception {
    registry.pushNamed(REPOSITORY, "one", "v1");

    for (Object reference : List.of("v2", ABSENT)) {
      WireResponse refusal = registry.get(manifest(REPOSITORY, reference));
      assertThat(refused(refusal, 404, "MANIFEST_UNKNOWN").detailText())
          .contains(reference.toString());
      sameHead(registry.head(manifest(REPOSITORY, reference)), refusal);
    }
    refused(registry.get(manifest("no/such", "v1")), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  @DisplayName("IS-2 for manifests")
  void pull_ofManifestOfAnotherRepository_isRefused() throws Exception {
    Document secret = registry.pushNamed("a/secret", "secret", "v1");

    refused(registry.get(manifest("b/x", secret.digest())), 404, "MANIFEST_UNKNOWN");
  }

  static final List<String> BAD_TAGS =
      List.of("-a", ".a", "a+b", "a%20b", "a%25", "é", "x".repeat(129));

  @ParameterizedTest
  @FieldSource("BAD_TAGS")
  @DisplayName("10-4")
  void request_byImpossibleTag_isRefused(String tag) throws Exception {
    String target = manifest(REPOSITORY, tag.replace("é", "%C3%A9"));
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    Document document = Document.named("one");

    refused(registry.get(target), 404, "MANIFEST_UNKNOWN");
    refused(registry.delete(target), 404, "MANIFEST_UNKNOWN");
    WireResponse put =
        registry
            .call("PUT", target)
            .with("Content-Type", document.mediaType())
            .body(document.content())
            .send();
    refused(put, 400, "MANIFEST_INVALID");
  }

  @Test
  void push_byLongestTag_isAccepted() throws Exception {
    registry.pushNamed(REPOSITORY, "one", "x".repeat(128));

    assertThat(registry.get(manifest(REPOSITORY, "x".repeat(128))).status()).isEqualTo(200);
  }

  @ForEachMalformedDigest
  @DisplayName("10-8, PF-3")
  void request_byMalformedDigest_isRefused(String digest) throws Exception {
    String target = manifest(REPOSITORY, digest);

    refused(registry.get(target), 400, "DIGEST_INVALID");
    refused(registry.delete(target), 400, "DIGEST_INVALID");
    refused(registry.put(REPOSITORY, digest, IMAGE).send(), 400, "DIGEST_INVALID");
  }

  // --- pushes that are refused

  @Test
  void push_byDigestOfOtherBytes_isRefusedAndStoresNothing() throws Exception {
    pushContent();

    refused(registry.put(REPOSITORY, ABSENT, IMAGE).send(), 400, "DIGEST_INVALID");

    refused(registry.get(manifest(REPOSITORY, ABSENT)), 404, "MANIFEST_UNKNOWN");
    refused(registry.get(manifest(REPOSITORY, IMAGE.digest())), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  @DisplayName("3.4: one entry for each, AZ-12: nothing is left")
  void push_ofImageWithoutItsContent_namesAllThatIsMissing() throws Exception {
    List<Bodies.ErrorEntry> errors =
        refusals(registry.put(REPOSITORY, "v1", Document.image(CONFIG, LAYER)).send(), 400);

    assertThat(errors).extracting(Bodies.ErrorEntry::code).containsOnly("MANIFEST_BLOB_UNKNOWN");
    assertThat(errors)
        .extracting(Bodies.ErrorEntry::detail)
        .containsExactly(CONFIG.digest().toString(), LAYER.digest().toString());
    refused(registry.get(manifest(REPOSITORY, "v1")), 404, "MANIFEST_UNKNOWN");
    assertThat(Bodies.repositories(registry.get("/v2/_catalog"))).isEmpty();
  }

  @Test
  @DisplayName("IS-4: content of another repository doesn't count")
  void push_ofImageWhoseContentIsElsewhere_isRefused() throws Exception {
    registry.pushBlob("other", CONFIG);
    registry.pushBlob("other", LAYER);

    assertThat(refusals(registry.put(REPOSITORY, "v1", IMAGE).send(), 400)).hasSize(2);
  }

  @Test
  void push_ofIndexWithoutItsChild_isRefused() throws Exception {
    WireResponse refusal = registry.put(REPOSITORY, "v1", Document.index(IMAGE)).send();

    assertThat(refused(refusal, 400, "MANIFEST_BLOB_UNKNOWN").detail())
        .isEqualTo(IMAGE.digest().toString());
  }

  @Test
  void push_withWrongSizeOfContent_isRefused() throws Exception {
    pushContent();
    Document wrong =
        Document.of(
            MediaType.OCI_MANIFEST,
            new String(IMAGE.content().bytes(), StandardCharsets.UTF_8)
                .replace("\"size\":300", "\"size\":301"));

    refused(registry.put(REPOSITORY, "v1", wrong).send(), 400, "MANIFEST_INVALID");
  }

  static final List<String> BAD_MANIFESTS =
      List.of(
          "",
          "{",
          "null",
          "[]",
          "\"text\"",
          "{}",
          "{\"schemaVersion\":2}",
          "{\"schemaVersion\":1,\"config\":CONFIG,\"layers\":[]}",
          "{\"schemaVersion\":\"2\",\"config\":CONFIG,\"layers\":[]}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[null]}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":{}}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[{\"digest\":\"x\"}]}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[],\"subject\":{}}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[]}{}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"config\":CONFIG,\"layers\":[]}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[],\"x\":{\"a\":1,\"a\":2}}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[],\"manifests\":[]}",
          "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\",\"config\":CONFIG,\"layers\":[]}",
          "{\"schemaVersion\":2,\"mediaType\":\"text/plain\",\"config\":CONFIG,\"layers\":[]}",
          "{\"schemaVersion\":2e400,\"config\":CONFIG,\"layers\":[]}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[],\"x\":\"\\ud800\"}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[],\"annotations\":{\"a\":1}}",
          "{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[],\"x\":"
              + "[".repeat(100_000)
              + "]".repeat(100_000)
              + "}",
          "\uFEFF{\"schemaVersion\":2,\"config\":CONFIG,\"layers\":[]}");

  @ParameterizedTest(name = "{index}")
  @FieldSource("BAD_MANIFESTS")
  @DisplayName("3.4, IS-8, PF-20, RE-17")
  void push_ofWhatIsNoManifest_isRefused(String json) throws Exception {
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    String config = Document.EMPTY_CONFIG.descriptor("application/vnd.oci.empty.v1+json");
    Document document = Document.of(MediaType.OCI_MANIFEST, json.replace("CONFIG", config));

    List<Bodies.ErrorEntry> errors = refusals(registry.put(REPOSITORY, "v1", document).send(), 400);

    assertThat(errors).extracting(Bodies.ErrorEntry::code).containsExactly("MANIFEST_INVALID");
    assertThat(registry.get(manifest(REPOSITORY, "v1")).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"layers\":[]", "\"config\":{}"})
  @DisplayName("IS-8")
  void push_ofIndexWithFieldsOfAnImage_isRefused(String field) throws Exception {
    Document both =
        Document.of(MediaType.OCI_INDEX, "{\"schemaVersion\":2,\"manifests\":[]," + field + "}");

    refused(registry.put(REPOSITORY, "v1", both).send(), 400, "MANIFEST_INVALID");
  }

  @Test
  @DisplayName("PF-20")
  void push_ofBytesThatAreNoUtf8_isRefused() throws Exception {
    byte[] bytes = IMAGE.content().bytes().clone();
    bytes[bytes.length - 3] = (byte) 0xff;
    Document broken = new Document(IMAGE.mediaType(), new Content(bytes));

    refused(registry.put(REPOSITORY, "v1", broken).send(), 400, "MANIFEST_INVALID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "a; X: y",
        ";",
      })
  @DisplayName("10-2, PF-15")
  void push_underWrongType_isRefused(String type) throws Exception {
    pushContent();

    WireResponse refusal =
        registry
            .call("PUT", manifest(REPOSITORY, "v1"))
            .with("Content-Type", type)
            .body(IMAGE.content())
            .send();

    refused(refusal, 400, "MANIFEST_INVALID");
    assertThat(refusal.header("X")).isEmpty();
  }

  @Test
  void push_withoutType_isRefused() throws Exception {
    pushContent();

    WireResponse refusal =
        registry.call("PUT", manifest(REPOSITORY, "v1")).body(IMAGE.content()).send();

    refused(refusal, 400, "MANIFEST_INVALID");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("RE-2, 10-3: a manifest of 5 MiB is refused, also without a length")
  void push_aboveTheLimit_isRefused(boolean chunked) throws Exception {
    byte[] large = (" ".repeat(5 * 1024 * 1024) + "{}").getBytes(StandardCharsets.US_ASCII);
    try (WireClient client = registry.connect()) {
      RegistryClient.Call call =
          registry
              .call("PUT", manifest(REPOSITORY, "v1"))
              .with("Content-Type", MediaType.OCI_MANIFEST.value());
      (chunked ? call.chunkedBody(large) : call.body(large)).sendHead(client);
      if (chunked) {
        client.sendRaw(Integer.toHexString(large.length) + "\r\n");
        // The first byte above the limit is the last that can be sent for certain.
        client.send(java.util.Arrays.copyOf(large, ApiSettings.DEFAULT_MANIFEST_BYTES + 1));
      }

      WireResponse refusal = Answers.checked(client.readResponse("PUT"));

      Bodies.ErrorEntry error = refused(refusal, 413, "MANIFEST_INVALID");
      assertThat(error.detailText()).contains("limit=4194304");
      assertThat(error.detailText().contains("size=5242882")).isEqualTo(!chunked);
    }
  }

  @Test
  @DisplayName("11 manifest limit")
  void push_atTheLimit_isAccepted() throws Exception {
    pushContent();
    String json = new String(IMAGE.content().bytes(), StandardCharsets.UTF_8);
    String padding = " ".repeat(ApiSettings.DEFAULT_MANIFEST_BYTES - json.length());
    Document largest = Document.of(MediaType.OCI_MANIFEST, json + padding);

    registry.pushManifest(REPOSITORY, "v1", largest);

    requirePulled(registry.get(manifest(REPOSITORY, "v1")), largest);
  }

  @Test
  @DisplayName("10-7")
  void push_intoNewRepositoryWithUpperCase_isRefused() throws Exception {
    Document empty = Document.index();

    refused(registry.put("UPPER/app", "v1", empty).send(), 400, "NAME_INVALID");
  }

  // --- what the operator may choose

  @Test
  @DisplayName("10-20, OB-6: a foreign layer need not be there")
  void push_withForeignLayer_isAccepted() throws Exception {
    pushContent();

    registry.pushManifest(REPOSITORY, "v1", foreign("https://example.test/layer"));
  }

  @Test
  @DisplayName("10-20")
  void push_withUrlThatIsForbidden_isRefusedAndNamesIt() throws Exception {
    pushContent();
    RegistryClient strict =
        serve(
            settings(
                new ManifestRules(
                    true, child -> true, url -> url.startsWith("https://ok"), Set.of())));

    WireResponse refusal = strict.put(REPOSITORY, "v1", foreign("https://evil.test/layer")).send();

    assertThat(refused(refusal, 400, "MANIFEST_INVALID").detailText())
        .contains("https://evil.test/layer", "validation.manifests.urls");
    strict.pushManifest(REPOSITORY, "v1", foreign("https://ok.test/layer"));
  }

  private static Document foreign(String url) {
    String type = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
    String layer =
        Content.of("far away").descriptor(type).replaceFirst("}$", ",\"urls\":[\"" + url + "\"]}");
    return Document.of(
        MediaType.OCI_MANIFEST,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
            .formatted(CONFIG.descriptor("application/vnd.oci.image.config.v1+json"), layer));
  }

  @Test
  void push_ofSparseIndex_isAcceptedWhereAllowed() throws Exception {
    RegistryClient sparse =
        serve(settings(new ManifestRules(true, child -> false, url -> true, Set.of())));

    sparse.pushManifest(REPOSITORY, "v1", Document.index(IMAGE));

    requirePulled(sparse.get(manifest(REPOSITORY, "v1")), Document.index(IMAGE));
    refused(sparse.get(manifest(REPOSITORY, IMAGE.digest())), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  void push_ofAClassThatIsNotListed_isDeniedByItsName() throws Exception {
    RegistryClient imagesOnly =
        serve(settings(new ManifestRules(true, child -> true, url -> true, Set.of("image"))));
    Document plugin =
        Document.of(
            MediaType.DOCKER_MANIFEST,
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[]}"
                .formatted(
                    MediaType.DOCKER_MANIFEST,
                    CONFIG.descriptor("application/vnd.docker.plugin.v1+json")));

    WireResponse refusal = imagesOnly.put(REPOSITORY, "v1", plugin).send();

    assertThat(refused(refusal, 403, "DENIED").message())
        .isEqualTo("this registry accepts no plugin manifests (policy.repository.classes)");
    refused(imagesOnly.get(manifest(REPOSITORY, "v1")), 404, "MANIFEST_UNKNOWN");
  }

  private static ApiSettings settings(ManifestRules rules) {
    ApiSettings d = ApiSettings.DEFAULT;
    return new ApiSettings(
        d.deleteEnabled(),
        d.readOnly(),
        rules,
        d.maxManifestBytes(),
        d.maxCatalogEntries(),
        d.maxTags(),
        d.limits(),
        d.locations(),
        d.crossOrigin(),
        d.headers(),
        d.unavailability());
  }

  // --- tags by parameter, subjects

  @Test
  @DisplayName("11 tag parameters")
  void push_byDigestWithTags_setsAll() throws Exception {
    pushContent();
    String tags =
        IntStream.range(0, 12).mapToObj(i -> "tag=t" + i).collect(Collectors.joining("&"));

    WireResponse pushed =
        registry.put(REPOSITORY, IMAGE.digest() + "?" + tags + "&tag=t0", IMAGE).send();

    assertThat(pushed.status()).isEqualTo(201);
    assertThat(pushed.headers("OCI-Tag"))
        .containsExactlyElementsOf(IntStream.range(0, 12).mapToObj(i -> "t" + i).toList());
    for (int i = 0; i < 12; i++) {
      requirePulled(registry.get(manifest(REPOSITORY, "t" + i)), IMAGE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tag=a&tag=-b", "tag=a&tag=", "tag=a&tag=x%0d%0aInjected:%20y"})
  @DisplayName("11 tag parameters, PF-15")
  void push_byDigestWithBadTag_setsNone(String query) throws Exception {
    pushContent();

    WireResponse refusal = registry.put(REPOSITORY, IMAGE.digest() + "?" + query, IMAGE).send();

    refused(refusal, 400, "MANIFEST_INVALID");
    assertThat(refusal.header("Injected")).isEmpty();
    refused(registry.get(manifest(REPOSITORY, "a")), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  @DisplayName("11 tag parameters: ignored by tag")
  void push_byTagWithTags_setsOnlyThatTag() throws Exception {
    pushContent();

    WireResponse pushed = registry.put(REPOSITORY, "v1?tag=v2", IMAGE).send();

    assertThat(pushed.status()).isEqualTo(201);
    assertThat(pushed.header("OCI-Tag")).isEmpty();
    refused(registry.get(manifest(REPOSITORY, "v2")), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  @DisplayName("11 tag parameters: more than fit the request line")
  void push_withLongerRequestLineThanAllowed_isRefused() throws Exception {
    String query = "tag=" + "x".repeat(9000);

    try (WireClient client = registry.connect()) {
      registry.put(REPOSITORY, IMAGE.digest() + "?" + query, IMAGE).sendHead(client);

      refused(client.readResponse("PUT"), 414, "UNSUPPORTED");
    }
  }

  @Test
  @DisplayName("11 OCI-Subject")
  void push_withSubject_tellsIt() throws Exception {
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    Document index =
        Document.of(
            MediaType.OCI_INDEX,
            "{\"schemaVersion\":2,\"manifests\":[],\"subject\":" + Document.subject(ABSENT) + "}");

    for (Document document : List.of(Document.referrer(ABSENT, "application/x", "sbom"), index)) {
      WireResponse pushed = registry.put(REPOSITORY, document.digest(), document).send();
      assertThat(pushed.status()).as(pushed.text()).isEqualTo(201);
      assertThat(pushed.header("OCI-Subject")).contains(ABSENT.toString());
    }
  }

  // --- conditional writes

  @Test
  @DisplayName("11 conditional writes")
  void push_ifTagIsAbsent_happensOnce() throws Exception {
    Document first = Document.named("first");
    Document second = Document.named("second");
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);

    WireResponse created = registry.put(REPOSITORY, "v1", first).with("If-None-Match", "*").send();
    WireResponse refusal = registry.put(REPOSITORY, "v1", second).with("If-None-Match", "*").send();

    assertThat(created.status()).isEqualTo(201);
    refused(refusal, 412, "DENIED");
    requirePulled(registry.get(manifest(REPOSITORY, "v1")), first);
  }

  @Test
  @DisplayName("11 conditional writes")
  void push_ifTagIsWhereExpected_movesIt() throws Exception {
    Document first = registry.pushNamed(REPOSITORY, "first", "v1");
    Document second = Document.named("second");
    Document third = Document.named("third");
    String expected = "\"" + first.digest() + "\"";

    WireResponse moved = registry.put(REPOSITORY, "v1", second).with("If-Match", expected).send();
    WireResponse late = registry.put(REPOSITORY, "v1", third).with("If-Match", expected).send();
    WireResponse absent = registry.put(REPOSITORY, "v2", third).with("If-Match", expected).send();

    assertThat(moved.status()).isEqualTo(201);
    refused(late, 412, "DENIED");
    refused(absent, 412, "DENIED");
    requirePulled(registry.get(manifest(REPOSITORY, "v1")), second);
  }

  @Test
  @DisplayName("11 conditional writes: fallback tags lose no update")
  void push_ifTagIsAbsentAtOnce_succeedsForOne() throws Exception {
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    List<Document> documents =
        IntStream.range(0, 10).mapToObj(i -> Document.named("n" + i)).toList();

    List<WireResponse> pushes =
        atOnce(
            documents,
            document -> registry.put(REPOSITORY, "v1", document).with("If-None-Match", "*").send());

    List<Integer> statuses = pushes.stream().map(WireResponse::status).toList();
    assertThat(statuses).containsOnly(201, 412).containsOnlyOnce(201);
  }

  @ParameterizedTest
  @CsvSource({
    "If-Match, *",
    "If-Match, \"nonsense\"",
    "If-None-Match, \"x\"",
  })
  void push_onConditionThatNobodyUnderstands_isRefused(String name, String value) throws Exception {
    Document document = registry.pushNamed(REPOSITORY, "one", "v1");

    refused(registry.put(REPOSITORY, "v1", document).with(name, value).send(), 400, "UNSUPPORTED");
  }

  // --- delete

  @Test
  @DisplayName("10-30")
  void delete_byTag_takesOnlyTheTag() throws Exception {
    Document document = registry.pushNamed(REPOSITORY, "one", "v1");
    registry.pushManifest(REPOSITORY, "v2", document);

    WireResponse deleted = registry.delete(manifest(REPOSITORY, "v1"));

    assertThat(deleted.status()).isEqualTo(202);
    assertThat(deleted.header("Content-Length")).contains("0");
    refused(registry.get(manifest(REPOSITORY, "v1")), 404, "MANIFEST_UNKNOWN");
    refused(registry.delete(manifest(REPOSITORY, "v1")), 404, "MANIFEST_UNKNOWN");
    requirePulled(registry.get(manifest(REPOSITORY, "v2")), document);
    requirePulled(registry.get(manifest(REPOSITORY, document.digest())), document);
  }

  @Test
  @DisplayName("10-31")
  void delete_byDigest_takesItsTagsToo() throws Exception {
    Document document = registry.pushNamed(REPOSITORY, "one", "v1");
    registry.pushManifest(REPOSITORY, "v2", document);
    Document other = registry.pushNamed(REPOSITORY, "other", "v3");

    WireResponse deleted = registry.delete(manifest(REPOSITORY, document.digest()));

    assertThat(deleted.status()).isEqualTo(202);
    for (Object gone : List.of("v1", "v2", document.digest())) {
      refused(registry.get(manifest(REPOSITORY, gone)), 404, "MANIFEST_UNKNOWN");
    }
    refused(registry.delete(manifest(REPOSITORY, document.digest())), 404, "MANIFEST_UNKNOWN");
    assertThat(Bodies.tags(registry.get("/v2/" + REPOSITORY + "/tags/list"))).containsExactly("v3");
    requirePulled(registry.get(manifest(REPOSITORY, "v3")), other);
  }

  @Test
  @DisplayName("IS-9 for manifests")
  void delete_byOneAlgorithm_leavesTheOther() throws Exception {
    pushContent();
    Digest sha512 = IMAGE.content().digest(DigestAlgorithm.SHA512);
    registry.put(REPOSITORY, sha512, IMAGE).send();
    registry.put(REPOSITORY, IMAGE.digest(), IMAGE).send();

    registry.delete(manifest(REPOSITORY, IMAGE.digest()));

    refused(registry.get(manifest(REPOSITORY, IMAGE.digest())), 404, "MANIFEST_UNKNOWN");
    assertThat(registry.get(manifest(REPOSITORY, sha512)).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("AZ-1, 10-32")
  void delete_whereSwitchedOff_isRefusedForAllAlike() throws Exception {
    Document document = registry.pushNamed(REPOSITORY, "one", "v1");
    RegistryClient noDeletes = serve(withoutDelete());
    String blob = RegistryClient.blob(REPOSITORY, Document.EMPTY_CONFIG.digest());

    for (String target :
        List.of(
            manifest(REPOSITORY, "v1"),
            manifest(REPOSITORY, document.digest()),
            manifest(REPOSITORY, "absent"),
            blob)) {
      WireResponse refusal = noDeletes.delete(target);
      refused(refusal, 405, "UNSUPPORTED");
      assertThat(refusal.header("Allow").orElseThrow()).doesNotContain("DELETE").contains("GET");
    }

    requirePulled(noDeletes.get(manifest(REPOSITORY, "v1")), document);
    assertThat(noDeletes.get(blob).status()).isEqualTo(200);
  }

  private static ApiSettings withoutDelete() {
    ApiSettings d = ApiSettings.DEFAULT;
    return new ApiSettings(
        false,
        d.readOnly(),
        d.rules(),
        d.maxManifestBytes(),
        d.maxCatalogEntries(),
        d.maxTags(),
        d.limits(),
        d.locations(),
        d.crossOrigin(),
        d.headers(),
        d.unavailability());
  }

  private static void requirePulled(WireResponse pulled, Document document) {
    assertThat(pulled.status()).as(pulled.text()).isEqualTo(200);
    assertThat(pulled.body()).isEqualTo(document.content().bytes());
    assertThat(pulled.header("Content-Type")).contains(document.mediaType());
    assertThat(pulled.header("Docker-Content-Digest")).contains(document.digest().toString());
    assertThat(pulled.header("ETag")).contains("\"" + document.digest() + "\"");
    assertThat(pulled.header("Cache-Control")).isEmpty();
    assertThat(pulled.header("Accept-Ranges")).isEmpty();
  }
}
