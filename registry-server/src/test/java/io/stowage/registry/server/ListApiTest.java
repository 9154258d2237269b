package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.Answers.sameHead;
import static io.stowage.registry.server.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.Action;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v2/<name>/tags/list} (end-8) and {@code /v2/_catalog}. */
class ListApiTest extends ApiTest {
  private static final String TAGS = "/v2/library/app/tags/list";
  private static final String CATALOG = "/v2/_catalog";
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");

  /** In the order of their bytes; some begin with others, and no sort by words gives this order. */
  private static final List<String> NAMES =
      List.of("0", "a", "a-b", "a-b.c", "a.b", "a0", "a_b", "ab", "b", "b--c", "z");

  ListApiTest(Backing backing) {
    super(backing);
  }

  private void pushTags() throws IOException {
    registry.pushBlob("library/app", Document.EMPTY_CONFIG);
    registry.pushManifest("library/app", "z", Document.named("one"));
    String tags = "?tag=" + String.join("&tag=", NAMES.reversed());
    registry.pushManifest(
        "library/app", Document.named("one").digest() + tags, Document.named("one"));
  }

  private void pushRepositories() throws Exception {
    atOnce(
        allRepositories().reversed(), name -> registry.pushManifest(name, "v1", Document.index()));
  }

  /** All names of the catalog, by byte: the slash stands between the dot and the digits. */
  private static List<String> allRepositories() {
    return Stream.concat(NAMES.stream(), Stream.of("a/b", "a/b/c")).sorted().toList();
  }

  // --- tags

  @Test
  @DisplayName("10-28, 10-45, 11 tags order")
  void tags_withoutLimit_areAllInByteOrder() throws Exception {
    pushTags();

    WireResponse list = registry.get(TAGS);

    assertThat(list.status()).isEqualTo(200);
    assertThat(list.header("Content-Type")).contains("application/json");
    assertThat(list.header("Link")).isEmpty();
    assertThat(Bodies.tags(list)).containsExactlyElementsOf(NAMES);
    assertThat(list.text())
        .startsWith("{\"name\":\"library/app\",\"tags\":[\"0\",")
        .endsWith("]}\n");
    sameHead(registry.head(TAGS), list);
  }

  @Test
  @DisplayName("10-6")
  void tags_withSlashAtTheEnd_areListed() throws Exception {
    pushTags();

    assertThat(Bodies.tags(registry.get(TAGS + "/"))).containsExactlyElementsOf(NAMES);
  }

  @Test
  @DisplayName("10-26, 10-28: the union of the pages is the list, and no page is empty")
  void tags_inPages_areAllOfThem() throws Exception {
    pushTags();

    for (int limit : new int[] {1, 2, 3, 10, 11, 12}) {
      List<List<String>> pages = pages(registry, TAGS + "?n=" + limit, Bodies::tags);
      requirePages(pages, NAMES, limit);
    }
  }

  @Test
  @DisplayName("10-28: last is exclusive and need not exist; 11 works without n")
  void tags_afterName_startBehindIt() throws Exception {
    pushTags();

    assertThat(Bodies.tags(registry.get(TAGS + "?last=b"))).containsExactly("b--c", "z");
    assertThat(Bodies.tags(registry.get(TAGS + "?last=ax"))).containsExactly("b", "b--c", "z");
    assertThat(Bodies.tags(registry.get(TAGS + "?last=a%2Fx&n=1"))).containsExactly("a0");
    assertThat(Bodies.tags(registry.get(TAGS + "?last="))).hasSameSizeAs(NAMES);
  }

  @Test
  @DisplayName("5: path only, parameters in order, nothing else of the query")
  void tags_withMoreToCome_haveLink() throws Exception {
    pushTags();

    WireResponse page = registry.get(TAGS + "?junk=%0d%0aX:y&n=2");

    assertThat(page.header("Link")).contains("<" + TAGS + "?last=a&n=2>; rel=\"next\"");
  }

  @Test
  @DisplayName("10-25")
  void tags_ofRepositoryWithoutAny_areAnEmptyList() throws Exception {
    registry.pushNamed("library/app", "one", "v1");
    registry.delete(manifest("library/app", "v1"));

    assertThat(registry.get(TAGS).text()).isEqualTo("{\"name\":\"library/app\",\"tags\":[]}\n");
    assertThat(registry.get(TAGS + "?n=5&last=z").text()).contains("\"tags\":[]");
  }

  @Test
  void tags_ofUnknownRepository_areRefused() throws Exception {
    refused(registry.get(TAGS), 404, "NAME_UNKNOWN");

    registry.pushBlob("library/app", Document.EMPTY_CONFIG);
    refused(registry.get(TAGS), 404, "NAME_UNKNOWN");
  }

  // --- catalog

  @Test
  @DisplayName("10-28, 10-29, 10-45")
  void catalog_ofAll_isInByteOrder() throws Exception {
    pushRepositories();
    registry.pushBlob("only/blobs", Document.EMPTY_CONFIG);
    registry.startUpload("only/uploads");

    WireResponse list = registry.get(CATALOG);

    assertThat(list.header("Content-Type")).contains("application/json");
    assertThat(list.header("Link")).isEmpty();
    assertThat(Bodies.repositories(list)).containsExactlyElementsOf(allRepositories());
    sameHead(registry.head(CATALOG), list);
  }

  @Test
  void catalog_ofNothing_isAnEmptyList() throws Exception {
    assertThat(registry.get(CATALOG).text()).isEqualTo("{\"repositories\":[]}\n");
  }

  @Test
  @DisplayName("10-26, 10-28")
  void catalog_inPages_isAllOfIt() throws Exception {
    pushRepositories();

    for (int limit : new int[] {1, 2, 5, 12, 13, 14}) {
      List<List<String>> pages = pages(registry, CATALOG + "?n=" + limit, Bodies::repositories);
      requirePages(pages, allRepositories(), limit);
    }
  }

  @Test
  void catalog_afterName_startsBehindIt() throws Exception {
    pushRepositories();

    assertThat(Bodies.repositories(registry.get(CATALOG + "?last=a%2Fb")))
        .startsWith("a/b/c", "a0");
    assertThat(Bodies.repositories(registry.get(CATALOG + "?last=bb"))).containsExactly("z");
    assertThat(registry.get(CATALOG + "?n=5").header("Link"))
        .contains("</v2/_catalog?last=a.b&n=5>; rel=\"next\"");
    assertThat(registry.get(CATALOG + "?n=6").header("Link"))
        .contains("</v2/_catalog?last=a%2Fb&n=6>; rel=\"next\"");
  }

  @Test
  @DisplayName("5: 100 without n")
  void catalog_withoutLimit_hasOneHundredEntries() throws Exception {
    atOnce(
        IntStream.range(0, 101).mapToObj("r%03d"::formatted).toList(),
        name -> registry.pushManifest(name, "v1", Document.index()));

    WireResponse page = registry.get(CATALOG);

    assertThat(Bodies.repositories(page)).hasSize(100).endsWith("r099");
    assertThat(page.header("Link")).contains("</v2/_catalog?last=r099&n=100>; rel=\"next\"");
  }

  @Test
  @DisplayName("10-29, AZ-8")
  void catalog_showsOnlyWhatTheCallerMayPull() throws Exception {
    pushRepositories();
    AccessPolicy some =
        (identity, action, repository) ->
            repository == null || (action == Action.PULL && repository.value().startsWith("a/"));

    RegistryClient stranger = serve(some);

    assertThat(Bodies.repositories(stranger.get(CATALOG))).containsExactly("a/b", "a/b/c");
    assertThat(pages(stranger, CATALOG + "?n=1", Bodies::repositories))
        .containsExactly(List.of("a/b"), List.of("a/b/c"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/_catalog",
        "//v2/_catalog",
        "/v2/_catalog/",
        "/v2//_catalog",
        "/V2/_catalog",
        "/v2/%5fcatalog",
        "/v2/%5Fcatalog",
        "/v2/_catalog;x",
        "/v2/./_catalog",
        "/v2/x/../_catalog",
        "/v2/_catalog?n=1"
      })
  @DisplayName("AZ-8: no spelling gets round the right")
  void catalog_byAnySpelling_isRefusedToWhoMayNotSeeIt(String target) throws Exception {
    pushRepositories();
    RegistryClient stranger = serve((identity, action, repository) -> action != Action.CATALOG);

    assertThat(stranger.get(target).status()).isIn(400, 403, 404);
    refused(stranger.get(CATALOG), 403, "DENIED");
  }

  // --- numbers

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "abc", "1e20", "99999999999999999999", "1.0", "%20", "0x10", "+1", "%D9%A1"})
  @DisplayName("10-27, RE-1")
  void list_withNumberThatIsNone_isRefused(String number) throws Exception {
    registry.pushNamed("library/app", "one", "v1");
    String referrers = "/v2/library/app/referrers/" + Document.named("one").digest();

    for (String list : List.of(TAGS, CATALOG, referrers)) {
      refused(registry.get(list + "?n=" + number), 400, "PAGINATION_NUMBER_INVALID");
    }
  }

  @Test
  void list_withEmptyNumber_isAsWithoutOne() throws Exception {
    pushTags();

    assertThat(Bodies.tags(registry.get(TAGS + "?n="))).containsExactlyElementsOf(NAMES);
    assertThat(Bodies.repositories(registry.get(CATALOG + "?n="))).containsExactly("library/app");
  }

  @Test
  @DisplayName("11 n=0")
  void list_ofNoEntries_isEmptyWithoutLink() throws Exception {
    pushTags();

    assertThat(Bodies.tags(registry.get(TAGS + "?n=0"))).isEmpty();
    assertThat(Bodies.repositories(registry.get(CATALOG + "?n=0"))).isEmpty();
    assertThat(registry.get(TAGS + "?n=0").header("Link")).isEmpty();
    assertThat(registry.get(CATALOG + "?n=0").header("Link")).isEmpty();
  }

  @Test
  @DisplayName("10-27, RE-1")
  void list_withLargerNumberThanAllowed_isCutWithLink() throws Exception {
    pushTags();
    pushRepositories();
    RegistryClient small = serve(limits(3, 4));

    WireResponse catalog = small.get(CATALOG + "?n=1000000000");
    WireResponse tags = small.get(TAGS + "?n=1000000000");

    assertThat(Bodies.repositories(catalog)).hasSize(3);
    assertThat(catalog.header("Link").orElseThrow()).endsWith("&n=3>; rel=\"next\"");
    assertThat(Bodies.repositories(small.get(CATALOG))).hasSize(3);
    assertThat(Bodies.tags(tags)).hasSize(4);
    assertThat(tags.header("Link").orElseThrow()).endsWith("&n=4>; rel=\"next\"");
    assertThat(Bodies.tags(small.get(TAGS))).containsExactlyElementsOf(NAMES);
  }

  private static ApiSettings limits(int catalog, int tags) {
    ApiSettings d = ApiSettings.DEFAULT;
    return new ApiSettings(
        d.deleteEnabled(),
        d.readOnly(),
        d.rules(),
        d.maxManifestBytes(),
        catalog,
        tags,
        d.limits(),
        d.locations(),
        d.crossOrigin(),
        d.headers(),
        d.unavailability());
  }

  // --- in short

  /** Follows the links from page to page. */
  static <T> List<List<T>> pages(
      RegistryClient client, String first, Function<WireResponse, List<T>> read)
      throws IOException {
    List<List<T>> pages = new ArrayList<>();
    Optional<String> target = Optional.of(first);
    while (target.isPresent()) {
      WireResponse page = client.get(target.get());
      assertThat(page.status()).as(page.text()).isEqualTo(200);
      pages.add(read.apply(page));
      assertThat(pages).as("pages without end").hasSizeLessThan(1000);
      target = page.header("Link").map(ListApiTest::next);
    }
    return pages;
  }

  private static String next(String link) {
    Matcher matcher = NEXT.matcher(link);
    assertThat(matcher.matches()).as(link).isTrue();
    return matcher.group(1);
  }

  private static void requirePages(List<List<String>> pages, List<String> all, int limit) {
    assertThat(pages.stream().flatMap(List::stream)).containsExactlyElementsOf(all);
    assertThat(pages).hasSize((all.size() + limit - 1) / limit);
    assertThat(pages.subList(0, pages.size() - 1)).allMatch(page -> page.size() == limit);
  }
}
