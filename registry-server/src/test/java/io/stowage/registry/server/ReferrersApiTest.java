package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.Answers.sameHead;
import static io.stowage.registry.server.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v2/<name>/referrers/<digest>}: end-12. */
class ReferrersApiTest extends ApiTest {
  private static final String REPOSITORY = "library/app";
  private static final Digest SUBJECT = Content.of("subject").digest();
  private static final String SBOM = "application/spdx+json";
  private static final String SIGNATURE = "application/vnd.example.signature.v1+json";

  ReferrersApiTest(Backing backing) {
    super(backing);
  }

  private static String referrers(Object subject) {
    return "/v2/" + REPOSITORY + "/referrers/" + subject;
  }

  @BeforeEach
  void pushConfig() throws IOException {
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
  }

  private Document push(Document document) throws IOException {
    registry.pushManifest(REPOSITORY, document.digest(), document);
    return document;
  }

  private Document push(String artifactType, String note) throws IOException {
    return push(Document.referrer(SUBJECT, artifactType, note));
  }

  @Test
  @DisplayName("11 referrers, 11 referrer descriptor")
  void list_ofReferrers_describesEach() throws Exception {
    Document sbom = push(SBOM, "one");

    WireResponse list = registry.get(referrers(SUBJECT));

    assertThat(list.status()).isEqualTo(200);
    assertThat(list.header("Content-Type")).contains(MediaType.OCI_INDEX.value());
    assertThat(list.header("OCI-Filters-Applied")).isEmpty();
    Bodies.Index index = Bodies.index(list);
    assertThat(index.schemaVersion()).isEqualTo(2);
    assertThat(index.mediaType()).isEqualTo(MediaType.OCI_INDEX.value());
    assertThat(index.manifests())
        .containsExactly(
            new Bodies.DescriptorEntry(
                MediaType.OCI_MANIFEST.value(),
                sbom.digest().toString(),
                sbom.content().size(),
                SBOM,
                Map.of("note", "one")));
    sameHead(registry.head(referrers(SUBJECT)), list);
  }

  @Test
  @DisplayName("11 referrer descriptor: where artifactType comes from")
  void list_ofReferrersWithoutArtifactType_takesThatOfTheConfigOrNone() throws Exception {
    String rest = ",\"subject\":" + Document.subject(SUBJECT) + "}";
    Document image =
        Document.of(
            MediaType.OCI_MANIFEST,
            "{\"schemaVersion\":2,\"config\":%s,\"layers\":[]"
                    .formatted(Document.EMPTY_CONFIG.descriptor("application/x.config"))
                + rest);
    Document typed =
        Document.of(
            MediaType.OCI_INDEX,
            "{\"schemaVersion\":2,\"artifactType\":\"application/x.index\",\"manifests\":[]"
                + rest);
    Document plain =
        Document.of(MediaType.OCI_INDEX, "{\"schemaVersion\":2,\"manifests\":[]" + rest);
    push(image);
    push(typed);
    push(plain);

    WireResponse list = registry.get(referrers(SUBJECT));

    assertThat(Bodies.index(list).manifests())
        .extracting(Bodies.DescriptorEntry::artifactType)
        .containsExactly("application/x.config", "application/x.index", null);
    assertThat(list.text()).doesNotContain("null").doesNotContain("annotations");
  }

  @Test
  @DisplayName("11 referrers: never 404")
  void list_ofNothing_isAnEmptyIndex() throws Exception {
    registry.pushNamed(REPOSITORY, "lonely", "v1");

    for (String target :
        List.of(
            referrers(Document.named("lonely").digest()),
            referrers(SUBJECT),
            "/v2/no/such/referrers/" + SUBJECT)) {
      WireResponse list = registry.get(target);
      assertThat(list.status()).isEqualTo(200);
      assertThat(list.text())
          .isEqualTo(
              "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[]}"
                  .formatted(MediaType.OCI_INDEX));
    }
  }

  @ForEachMalformedDigest
  @DisplayName("11 referrers: bad digest, PF-3")
  void list_ofMalformedDigest_isRefused(String digest) throws Exception {
    refused(registry.get(referrers(digest)), 400, "DIGEST_INVALID");
  }

  @ParameterizedTest
  @EnumSource(DigestAlgorithm.class)
  void list_bySubjectOfEachAlgorithm_findsItsReferrers(DigestAlgorithm algorithm) throws Exception {
    Digest subject = Content.of("subject").digest(algorithm);
    Document referrer = push(Document.referrer(subject, SBOM, "one"));

    assertThat(Bodies.index(registry.get(referrers(subject))).digests())
        .containsExactly(referrer.digest().toString());
  }

  @Test
  @DisplayName("IS-2 for referrers")
  void list_ofOtherRepository_showsNothing() throws Exception {
    push(SBOM, "one");

    assertThat(Bodies.index(registry.get("/v2/b/x/referrers/" + SUBJECT)).manifests()).isEmpty();
  }

  @Test
  @DisplayName("11 filter: repeatable, any match")
  void list_byType_showsOnlyThose() throws Exception {
    Document sbom = push(SBOM, "one");
    Document signature = push(SIGNATURE, "two");
    push("application/other", "three");
    String encoded = SBOM.replace("+", "%2B");

    WireResponse one = registry.get(referrers(SUBJECT) + "?artifactType=" + encoded);
    WireResponse two =
        registry.get(
            referrers(SUBJECT)
                + "?artifactType="
                + encoded
                + "&artifactType="
                + SIGNATURE.replace("+", "%2B"));
    WireResponse none = registry.get(referrers(SUBJECT) + "?artifactType=application/none");

    assertThat(Bodies.index(one).digests()).containsExactly(sbom.digest().toString());
    assertThat(Bodies.index(two).digests())
        .containsExactly(sbom.digest().toString(), signature.digest().toString());
    assertThat(Bodies.index(none).digests()).isEmpty();
    for (WireResponse list : List.of(one, two, none)) {
      assertThat(list.headers("OCI-Filters-Applied")).containsExactly("artifactType");
    }
  }

  @Test
  @DisplayName("11 filter: unknown ones are not listed, PF-15")
  void list_byUnknownFilter_showsAll() throws Exception {
    push(SBOM, "one");

    WireResponse list = registry.get(referrers(SUBJECT) + "?annotation=x&artifactType=");
    WireResponse split =
        registry.get(referrers(SUBJECT) + "?artifactType=a%0d%0aInjected:%20yes&n=1");

    assertThat(list.header("OCI-Filters-Applied")).isEmpty();
    assertThat(Bodies.index(list).manifests()).hasSize(1);
    assertThat(split.header("Injected")).isEmpty();
    assertThat(split.headers("OCI-Filters-Applied")).containsExactly("artifactType");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 8})
  @DisplayName("11 paging: the filter is kept, the order is that of the pushes")
  void list_inPages_isAllOfIt(int limit) throws Exception {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      expected.add(push(SBOM, "n" + i).digest().toString());
      push(SIGNATURE, "n" + i);
    }

    String first = referrers(SUBJECT) + "?artifactType=application%2Fspdx%2Bjson&n=" + limit;
    List<List<String>> pages =
        ListApiTest.pages(registry, first, page -> Bodies.index(page).digests());

    assertThat(pages.stream().flatMap(List::stream)).containsExactlyElementsOf(expected);
    assertThat(pages).hasSize((7 + limit - 1) / limit);
  }

  @Test
  @DisplayName("11 paging: none is repeated")
  void list_inPagesWhileOthersAreDeleted_repeatsNone() throws Exception {
    List<Document> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(push(SBOM, "n" + i));
    }
    WireResponse first = registry.get(referrers(SUBJECT) + "?n=3");

    registry.delete(manifest(REPOSITORY, all.get(1).digest()));
    registry.delete(manifest(REPOSITORY, all.get(2).digest()));
    String link = first.header("Link").orElseThrow();
    WireResponse second = registry.get(link.substring(1, link.indexOf('>')));

    assertThat(Bodies.index(second).digests())
        .containsExactlyElementsOf(
            all.subList(3, 6).stream().map(document -> document.digest().toString()).toList());
  }

  @Test
  @DisplayName("11 paging, RE-4: a page is never larger than a manifest may be")
  void list_ofLargeAnnotations_comesInPagesOf4MiB() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      expected.add(push(SBOM, i + "x".repeat(1024 * 1024)).digest().toString());
    }
    List<Integer> sizes = new ArrayList<>();

    List<List<String>> pages =
        ListApiTest.pages(
            registry,
            referrers(SUBJECT),
            page -> {
              sizes.add(page.body().length);
              return Bodies.index(page).digests();
            });

    assertThat(pages.stream().flatMap(List::stream)).containsExactlyElementsOf(expected);
    assertThat(sizes).allMatch(size -> size <= 4 * 1024 * 1024).hasSize(4);
  }

  @Test
  @DisplayName("RE-4 with smaller numbers")
  void list_ofManyReferrers_comesInPages() throws Exception {
    atOnce(
        IntStream.range(0, 130).mapToObj(i -> Document.referrer(SUBJECT, SBOM, "n" + i)).toList(),
        referrer -> registry.pushManifest(REPOSITORY, referrer.digest(), referrer));

    List<List<String>> pages =
        ListApiTest.pages(
            registry, referrers(SUBJECT) + "?n=105", page -> Bodies.index(page).digests());

    assertThat(pages).extracting(List::size).containsExactly(105, 25);
    assertThat(pages.stream().flatMap(List::stream)).doesNotHaveDuplicates().hasSize(130);
  }

  @Test
  @DisplayName("11 n=0")
  void list_ofNoEntries_isEmptyWithoutLink() throws Exception {
    push(SBOM, "one");

    WireResponse list = registry.get(referrers(SUBJECT) + "?n=0");

    assertThat(Bodies.index(list).manifests()).isEmpty();
    assertThat(list.header("Link")).isEmpty();
  }

  @Test
  @DisplayName("11 deleting a subject")
  void delete_ofSubject_leavesItsReferrers() throws Exception {
    Document subject = registry.pushNamed(REPOSITORY, "subject", "v1");
    Document referrer = push(Document.referrer(subject.digest(), SBOM, "one"));

    registry.delete(manifest(REPOSITORY, subject.digest()));

    assertThat(Bodies.index(registry.get(referrers(subject.digest()))).digests())
        .containsExactly(referrer.digest().toString());
  }

  @Test
  @DisplayName("11 deleting a referrer")
  void delete_ofReferrer_takesItOffTheListAtOnce() throws Exception {
    Document first = push(SBOM, "one");
    Document second = push(SBOM, "two");

    registry.delete(manifest(REPOSITORY, first.digest()));

    assertThat(Bodies.index(registry.get(referrers(SUBJECT))).digests())
        .containsExactly(second.digest().toString());
  }

  @Test
  @DisplayName("11 volumes from before: what a fallback tag lists appears, once")
  void list_ofSubjectWithFallbackTag_showsWhatTheTagLists() throws Exception {
    Document referrer = push(SBOM, "one");
    registry.pushManifest(REPOSITORY, "sha256-" + SUBJECT.hex(), Document.index(referrer));

    assertThat(Bodies.index(registry.get(referrers(SUBJECT))).digests())
        .containsExactly(referrer.digest().toString());
  }

  @Test
  void push_ofSameReferrerAgain_listsItOnce() throws Exception {
    push(SBOM, "one");
    Document again = push(SBOM, "one");
    registry.pushManifest(REPOSITORY, "tagged", again);

    assertThat(Bodies.index(registry.get(referrers(SUBJECT))).manifests()).hasSize(1);
  }
}
