package io.stowage.registry.server.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.access.Action;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.oci.UploadId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RouterTest {
  private static final Router ROUTER = new Router("/");
  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final Digest SHA256 = Digest.parse("sha256:" + HEX);
  private static final Digest SHA512 = Digest.parse("sha512:" + HEX + HEX);
  private static final UploadId UPLOAD = UploadId.parse("0f8fad5b-d9cb-469f-a165-70867728950e");
  private static final RepositoryName A = new RepositoryName("a");
  private static final RepositoryName A_B = new RepositoryName("a/b");

  // --- every endpoint

  static Stream<Arguments> endpoints() {
    return Stream.of(
        Arguments.of("/", new Route.Root()),
        Arguments.of("/v2", new Route.Base()),
        Arguments.of("/v2/", new Route.Base()),
        Arguments.of("/v2/_catalog", new Route.Catalog()),
        Arguments.of("/v2/_token", new Route.Token()),
        Arguments.of("/v2/_stowage/tokens", new Route.PersonalTokens()),
        Arguments.of("/v2/_stowage/tokens/0123456xyz", new Route.PersonalToken("0123456xyz")),
        Arguments.of("/v2/_stowage/robots", new Route.Robots()),
        Arguments.of("/v2/_stowage/robots/c.i-1_x", new Route.Robot("c.i-1_x")),
        Arguments.of("/v2/_oci/ext/discover", new Route.Discovery(null)),
        Arguments.of("/v2/a/_oci/ext/discover", new Route.Discovery(A)),
        Arguments.of("/v2/a/b/tags/list", new Route.TagList(A_B)),
        Arguments.of("/v2/a/b/tags/list/", new Route.TagList(A_B)),
        Arguments.of("/v2/a/manifests/latest", new Route.Manifest(A, new Tag("latest"))),
        Arguments.of("/v2/a/b/manifests/" + SHA256, new Route.Manifest(A_B, SHA256)),
        Arguments.of("/v2/a/manifests/" + SHA512, new Route.Manifest(A, SHA512)),
        Arguments.of("/v2/a/b/blobs/" + SHA256, new Route.Blob(A_B, SHA256)),
        Arguments.of("/v2/a/blobs/" + SHA512, new Route.Blob(A, SHA512)),
        Arguments.of("/v2/a/blobs/uploads", new Route.UploadStart(A)),
        Arguments.of("/v2/a/b/blobs/uploads/", new Route.UploadStart(A_B)),
        Arguments.of("/v2/a/b/blobs/uploads/" + UPLOAD, new Route.Upload(A_B, UPLOAD)),
        Arguments.of("/v2/a/referrers/" + SHA256, new Route.ReferrerList(A, SHA256)));
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void parse_everyEndpoint_isItsRoute(String path, Route route) {
    assertThat(ROUTER.parse("GET", path)).isEqualTo(route);
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void parse_belowAPrefix_isTheSameRoute(String path, Route route) {
    Router below = new Router("/some/where/");

    assertThat(below.parse("GET", "/some/where" + path)).isEqualTo(route);
    assertThat(errorOf(below, "GET", path)).isInstanceOf(RegistryError.RouteUnknown.class);
  }

  @Test
  void endpoints_ofTheseTests_areAllThereAre() {
    List<Class<?>> tested =
        endpoints().<Class<?>>map(endpoint -> endpoint.get()[1].getClass()).distinct().toList();

    assertThat(tested).containsExactlyInAnyOrder(Route.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void actions_ofEveryRoute_needTheRightThatFitsTheMethod_AZ9(String path, Route route) {
    assertThat(route.actions()).isNotEmpty();
    route
        .actions()
        .forEach(
            (method, action) -> {
              switch (method) {
                case OPTIONS ->
                    assertThat(action)
                        .isIn(
                            Action.PUBLIC, Action.PING, Action.PULL, Action.CATALOG, Action.ADMIN);
                case GET, HEAD ->
                    assertThat(action)
                        .isEqualTo(
                            switch (route) {
                              case Route.Root _, Route.Token _ -> Action.PUBLIC;
                              case Route.Base _, Route.PersonalTokens _, Route.PersonalToken _ ->
                                  Action.PING;
                              case Route.Robots _, Route.Robot _ -> Action.ADMIN;
                              case Route.Catalog _ -> Action.CATALOG;
                              case Route.Discovery(RepositoryName name) ->
                                  name == null ? Action.PING : Action.PULL;
                              case Route.Upload _, Route.UploadStart _ -> Action.PUSH;
                              case Route.TagList _,
                                  Route.Manifest _,
                                  Route.Blob _,
                                  Route.ReferrerList _ ->
                                  Action.PULL;
                            });
                case PATCH, PUT -> assertThat(action).isEqualTo(Action.PUSH);
                case POST ->
                    assertThat(action)
                        .isEqualTo(
                            switch (route) {
                              case Route.Token _ -> Action.PUBLIC;
                              case Route.Base _, Route.PersonalTokens _ -> Action.PING;
                              case Route.Robots _ -> Action.ADMIN;
                              default -> Action.PUSH;
                            });
                case DELETE ->
                    assertThat(action)
                        .isEqualTo(
                            switch (route) {
                              case Route.Upload _ -> Action.PUSH;
                              case Route.PersonalToken _ -> Action.PING;
                              case Route.Robot _ -> Action.ADMIN;
                              default -> Action.DELETE;
                            });
              }
            });
  }

  @Test
  void allowed_ofARoute_isSortedAsInAnAllowHeader() {
    assertThat(String.join(", ", new Route.Upload(A, UPLOAD).allowed()))
        .isEqualTo("DELETE, GET, HEAD, OPTIONS, PATCH, PUT");
    assertThat(String.join(", ", new Route.UploadStart(A).allowed())).isEqualTo("OPTIONS, POST");
  }

  // --- words of routes as components of names

  static Stream<Arguments> words() {
    return Stream.of(
        Arguments.of("/v2/a/blobs/b/manifests/t", manifest("a/blobs/b", "t")),
        Arguments.of("/v2/a/blobs/manifests/t", manifest("a/blobs", "t")),
        Arguments.of("/v2/manifests/manifests/manifests", manifest("manifests", "manifests")),
        Arguments.of("/v2/a/manifests/b/manifests/t", manifest("a/manifests/b", "t")),
        Arguments.of("/v2/a/tags/list/manifests/t", manifest("a/tags/list", "t")),
        Arguments.of("/v2/a/blobs/uploads/manifests/t", manifest("a/blobs/uploads", "t")),
        Arguments.of("/v2/uploads/manifests/uploads", manifest("uploads", "uploads")),
        Arguments.of("/v2/a/manifests/list", manifest("a", "list")),
        Arguments.of("/v2/a/manifests/_catalog", manifest("a", "_catalog")),
        Arguments.of("/v2/v2/manifests/v2", manifest("v2", "v2")),
        Arguments.of("/v2/tags/tags/list", new Route.TagList(new RepositoryName("tags"))),
        Arguments.of("/v2/tags/list/tags/list", new Route.TagList(new RepositoryName("tags/list"))),
        Arguments.of(
            "/v2/blobs/blobs/uploads/", new Route.UploadStart(new RepositoryName("blobs"))),
        Arguments.of(
            "/v2/a/blobs/uploads/blobs/uploads/",
            new Route.UploadStart(new RepositoryName("a/blobs/uploads"))),
        Arguments.of(
            "/v2/blobs/uploads/blobs/uploads/" + UPLOAD,
            new Route.Upload(new RepositoryName("blobs/uploads"), UPLOAD)),
        Arguments.of(
            "/v2/a/manifests/blobs/" + SHA256,
            new Route.Blob(new RepositoryName("a/manifests"), SHA256)),
        Arguments.of(
            "/v2/referrers/referrers/" + SHA256,
            new Route.ReferrerList(new RepositoryName("referrers"), SHA256)),
        Arguments.of(
            "/v2/ext/discover/tags/list", new Route.TagList(new RepositoryName("ext/discover"))));
  }

  private static Route manifest(String name, String tag) {
    return new Route.Manifest(new RepositoryName(name), new Tag(tag));
  }

  @ParameterizedTest
  @MethodSource("words")
  void parse_routeWordsAsNames_readsFromTheRight_PF2(String path, Route route) {
    assertThat(ROUTER.parse("GET", path)).isEqualTo(route);
  }

  // --- what is no route

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "//",
        "/v1/",
        "/v20",
        "/V2/",
        "/v2x/_catalog",
        "/health",
        "/v2/x",
        "/v2/a/b",
        "/v2/_catalog/x",
        "/v2/a/_catalog",
        "/v2/_stowage",
        "/v2/_stowage/",
        "/v2/_stowage/token",
        "/v2/_stowage/users/alice",
        "/v2/tags/list",
        "/v2/a/tags",
        "/v2/a/tags/",
        "/v2/a/tags/list/x",
        "/v2/a/tags/List",
        "/v2/manifests/t",
        "/v2/a/manifests",
        "/v2/a/manifests/",
        "/v2/a/manifests/t/",
        "/v2/a/manifests/t/x",
        "/v2/a/blobs",
        "/v2/a/blobs/",
        "/v2/blobs/uploads",
        "/v2/blobs/uploads/",
        "/v2/a/blobs/uploads/0f8fad5b-d9cb-469f-a165-70867728950e/",
        "/v2/a/referrers",
        "/v2/a/referrers/",
        "/v2/_oci/ext/other"
      })
  void parse_noEndpoint_isAnUnknownRoute(String path) {
    assertThat(errorOf(path)).isEqualTo(new RegistryError.RouteUnknown(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//v2/_catalog",
        "/v2//_catalog",
        "/v2/_catalog/",
        "/V2/_catalog",
        "/v2/_CATALOG",
        "/v2/_catalog;x",
        "/v2;x/_catalog",
        "/v2/%5fcatalog/",
        "/./v2/_catalog",
        "/v2/./_catalog",
        "/v2/x/../_catalog",
        "/%76%32/_catalog"
      })
  void parse_otherSpellingOfTheCatalog_isNoRoute_AZ8(String path) {
    assertThat(errorOf(path)).isInstanceOf(RegistryError.RouteUnknown.class);
  }

  @Test
  void parse_escapedCatalog_needsTheRightOfTheCatalog_AZ8() {
    assertThat(ROUTER.parse("GET", "/v2/%5fcatalog")).isEqualTo(new Route.Catalog());
    assertThat(ROUTER.parse("GET", "/v2/%5Fcatalog").actions())
        .containsEntry(Method.GET, Action.CATALOG);
  }

  // --- tokens and robots that can't exist

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tokens/",
        "tokens/0123456789a",
        "tokens/012345678A",
        "tokens/01234_6789",
        "robots/",
        "robots/robot$ci",
        "robots/CI",
        "robots/-ci",
        "robots/.."
      })
  void parse_impossibleTokenOrRobot_isUnknown(String path) {
    String name = path.substring(path.indexOf('/') + 1);

    assertThat(errorOf("/v2/_stowage/" + path))
        .isEqualTo(new RegistryError.CredentialUnknown(name));
  }

  @Test
  void parse_belowTheOwnComponent_isNoRepository() {
    for (String path : List.of("manifests/t", "tokens/manifests/t", "robots/a/tags/list")) {
      assertThat(errorOf("/v2/_stowage/" + path)).isInstanceOf(RegistryError.NameInvalid.class);
    }
  }

  // --- traversal

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/../../etc/passwd",
        "/../../etc/passwd",
        "/v2/..",
        "/v2/a/../manifests/t",
        "/v2/../a/manifests/t",
        "/v2/./a/manifests/t",
        "/v2/a//b/manifests/t",
        "/v2//a/manifests/t",
        "/v2/a/%2e%2e/manifests/t",
        "/v2/%2e%2e/%2e%2e/manifests/t",
        "/v2/a%2fb/manifests/t",
        "/v2/a%2Fb/manifests/t",
        "/v2/a%5cb/manifests/t",
        "/v2/a\\b/manifests/t",
        "/v2/a%00/manifests/t",
        "/v2/a%0a/manifests/t",
        "/v2/a%7f/manifests/t",
        "/v2/a/manifests/..%2f..",
        "/v2/a/manifests/%2e%2e%2f%2e%2e",
        "/v2/a/manifests/t%00",
        "/v2/a/manifests/t%0d%0aX:%20y",
        "/v2/a/blobs/sha256:../../x",
        "/v2/a/blobs/sha256:..%2f..%2fx",
        "/v2/a/blobs/..",
        "/v2/a/blobs/uploads/..",
        "/v2/a/blobs/uploads/..%2f..",
        "/v2/a/blobs/uploads/%2e%2e",
        "/v2/a/referrers/..",
        "/v2/%252e%252e/manifests/t",
        "/v2/a/manifests/%252e%252e",
        "/v2/%c0%ae%c0%ae/manifests/t",
        "/v2/a/manifests/%c0%ae",
        "/v2/a/manifests/%e0%80%ae",
        "/v2/a/manifests/%ff",
        "/v2/a/manifests/%",
        "/v2/a/manifests/%2",
        "/v2/a/manifests/%zz",
        "/v2/a/manifests/%u002e",
        "/v2/a/manifests/\u00e9",
        "/v2/a/manifests/%c3%a9",
        "/v2/a./manifests/t",
        "/v2/.a/manifests/t",
        "/v2/a;x/manifests/t",
        "/v2/a/manifests/t;x",
        "/v2/a%20/manifests/t",
        "/v2/a+b/manifests/t",
        "/v2/_uploads/manifests/t",
        "/v2/a/_manifests/manifests/t"
      })
  void parse_traversalOrOddCharacters_isAnAnswerForTheClient_PF1(String path) {
    for (String method : List.of("GET", "PUT", "DELETE")) {
      assertThat(errorOf(ROUTER, method, path))
          .isInstanceOfAny(
              RegistryError.RequestInvalid.class,
              RegistryError.NameInvalid.class,
              RegistryError.TagInvalid.class,
              RegistryError.ManifestUnknown.class,
              RegistryError.DigestInvalid.class,
              RegistryError.BlobUploadUnknown.class,
              RegistryError.RouteUnknown.class);
    }
  }

  @Test
  void parse_escapedLettersOfAName_areDecodedOnce() {
    assertThat(ROUTER.parse("GET", "/v2/%61/manif%65sts/%74")).isEqualTo(manifest("a", "t"));
    assertThat(ROUTER.parse("GET", "/v2/a/blobs/sha256%3A" + HEX))
        .isEqualTo(new Route.Blob(A, SHA256));
  }

  @ParameterizedTest
  @ValueSource(strings = {"R0", "a:5000/b", "a_/b", "A", "a..b", "Foo/Bar"})
  void parse_badName_isRejectedAsAName(String name) {
    for (String rest :
        List.of(
            "manifests/t", "tags/list", "blobs/" + SHA256, "blobs/uploads/", "_oci/ext/discover")) {
      assertThat(errorOf("/v2/" + name + "/" + rest))
          .isInstanceOfSatisfying(
              RegistryError.NameInvalid.class, error -> assertThat(error.name()).isEqualTo(name));
    }
  }

  @Test
  void parse_nameOf255Characters_isTheLongest_PF1() {
    assertThat(ROUTER.parse("GET", "/v2/" + "a".repeat(255) + "/tags/list"))
        .isInstanceOf(Route.TagList.class);
    assertThat(errorOf("/v2/" + "a".repeat(256) + "/tags/list"))
        .isInstanceOf(RegistryError.NameInvalid.class);
    assertThat(errorOf("/v2/" + "a/".repeat(4000) + "tags/list"))
        .isInstanceOf(RegistryError.NameInvalid.class);
  }

  @Test
  void parse_nameOfALegacyVolume_isARoute() {
    assertThat(ROUTER.parse("GET", "/v2/UPPER/app/manifests/t"))
        .isEqualTo(manifest("UPPER/app", "t"));
  }

  @Test
  void parse_badTag_isUnknownToReadersAndWrongFromWriters() {
    String path = "/v2/a/manifests/" + "t".repeat(129);

    for (String reader : List.of("GET", "HEAD", "DELETE")) {
      assertThat(errorOf(ROUTER, reader, path)).isInstanceOf(RegistryError.ManifestUnknown.class);
    }
    assertThat(errorOf(ROUTER, "PUT", path)).isInstanceOf(RegistryError.TagInvalid.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha256:",
        "sha256:abc",
        "sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
        "sha256:sha256:0123456789abcdef",
        "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564",
        ":"
      })
  void parse_badDigest_isRejectedAsADigest_PF3(String digest) {
    for (String resource : List.of("manifests", "blobs", "referrers")) {
      for (String method : List.of("GET", "PUT", "DELETE")) {
        assertThat(errorOf(ROUTER, method, "/v2/a/" + resource + "/" + digest))
            .isInstanceOfSatisfying(
                RegistryError.DigestInvalid.class,
                error -> assertThat(error.digest()).isEqualTo(digest));
      }
    }
  }

  @Test
  void parse_impossibleUploadId_isAnUnknownUpload() {
    assertThat(errorOf("/v2/a/blobs/uploads/x"))
        .isEqualTo(new RegistryError.BlobUploadUnknown("x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v2", "/v2", "v2/"})
  void construct_prefixWithoutSlashes_isABug(String prefix) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Router(prefix));
  }

  // --- generated

  @Property
  void parse_anyPath_givesARouteOrAnAnswerForTheClient(@ForAll("paths") String path) {
    for (String method : List.of("GET", "PUT", "BREW")) {
      try {
        assertThat(ROUTER.parse(method, path).allowed()).isNotEmpty();
      } catch (RegistryException e) {
        assertThat(e.errors()).hasSize(1);
      }
    }
  }

  @Property
  void parse_pathOfAnyRoute_isThatRoute(@ForAll("names") String name, @ForAll("tags") String tag) {
    RepositoryName repository = new RepositoryName(name);
    Map<String, Route> routes =
        Map.of(
            "/manifests/" + tag,
            new Route.Manifest(repository, new Tag(tag)),
            "/manifests/" + SHA512,
            new Route.Manifest(repository, SHA512),
            "/blobs/" + SHA256,
            new Route.Blob(repository, SHA256),
            "/blobs/uploads/",
            new Route.UploadStart(repository),
            "/blobs/uploads/" + UPLOAD,
            new Route.Upload(repository, UPLOAD),
            "/tags/list",
            new Route.TagList(repository),
            "/referrers/" + SHA256,
            new Route.ReferrerList(repository, SHA256));

    routes.forEach(
        (end, route) -> {
          assertThat(ROUTER.parse("GET", "/v2/" + name + end)).isEqualTo(route);
          String escaped =
              Arrays.stream(("v2/" + name + end).substring(3).split("/", -1))
                  .map(Percent::encode)
                  .reduce((left, right) -> left + "/" + right)
                  .orElseThrow();
          assertThat(ROUTER.parse("GET", "/v2/" + escaped)).isEqualTo(route);
        });
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(
            "a",
            "b-c",
            "d.e",
            "f__g",
            "0",
            "blobs",
            "uploads",
            "manifests",
            "tags",
            "list",
            "referrers")
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(parts -> String.join("/", parts));
  }

  @Provide
  Arbitrary<String> tags() {
    return Arbitraries.of("latest", "list", "uploads", "_catalog", "v1.0", "A", "discover");
  }

  @Provide
  Arbitrary<String> paths() {
    Arbitrary<String> pieces =
        Arbitraries.of(
                "/",
                "/",
                "/",
                "v2",
                "a",
                "A",
                "blobs",
                "uploads",
                "manifests",
                "tags",
                "list",
                "_catalog",
                "_oci",
                "ext",
                "discover",
                "referrers",
                "..",
                ".",
                "%2e",
                "%2f",
                "%00",
                "%",
                "%c3%a9",
                "sha256:",
                SHA256.toString(),
                UPLOAD.value(),
                ":",
                ";",
                "\\",
                "\u00e9",
                "\0",
                "?")
            .list()
            .ofMaxSize(14)
            .map(parts -> String.join("", parts));
    return Arbitraries.oneOf(
        Arbitraries.strings(), pieces, pieces.map("/v2/"::concat), pieces.map("/v2/a/"::concat));
  }

  private static RegistryError errorOf(String path) {
    return errorOf(ROUTER, "GET", path);
  }

  private static RegistryError errorOf(Router router, String method, String path) {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> router.parse(method, path));
    assertThat(rejection).as("%s %s", method, path).isNotNull();
    return rejection.errors().getFirst();
  }
}
