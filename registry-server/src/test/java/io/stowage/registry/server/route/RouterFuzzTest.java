package io.stowage.registry.server.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Any path and any query is one that the specification knows, or refused by name. */
class RouterFuzzTest {
  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final String UUID = "1b671a64-40d5-491e-99b0-da01ff1f3341";

  private static final Corpus PATHS =
      Corpus.of(
              "/v2/",
              "/v2/_catalog",
              "/v2/_token",
              "/v2/_stowage/tokens",
              "/v2/_stowage/tokens/abcdefghijklmnop",
              "/v2/_stowage/robots/ci",
              "/v2/_oci/ext/discover",
              "/v2/team/app/_oci/ext/discover",
              "/v2/team/app/tags/list",
              "/v2/a/manifests/v1.2_x-y",
              "/v2/library/a__b/manifests/sha256:" + HEX,
              "/v2/a/blobs/sha256:" + HEX,
              "/v2/a/blobs/sha512:" + HEX + HEX,
              "/v2/a-b.c/d/blobs/uploads/",
              "/v2/a/blobs/uploads/" + UUID,
              "/v2/a/blobs/uploads/" + UUID + "-" + HEX.substring(0, 32),
              "/v2/a/referrers/sha256:" + HEX,
              "/v2/blobs/uploads/manifests/tags/list",
              "/v2/Registry.example/app/tags/list")
          .withWords(
              "blobs",
              "uploads",
              "manifests",
              "tags",
              "list",
              "referrers",
              "/v2/",
              "sha256:",
              "%2F",
              "%5c",
              "%C0%AE",
              "%e0%80%af",
              "..%2f..",
              "%252e",
              ".",
              "//",
              "_",
              "__",
              "-",
              "sha256:../../x",
              HEX,
              UUID,
              "A",
              ";x");

  /** The specification's component of a name ("Pulling manifests"). */
  private static final Pattern COMPONENT =
      Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*+");

  /** What distribution let stand first: a host's name without its port. */
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9-]+)*+");

  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");
  private static final Pattern UPLOAD =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-[0-9a-f]{32})?");

  /** Each is looked for among all; a query may hold thousands. */
  private static final int MOST_COMPARED = 20;

  private final Router router = new Router("/");

  @Test
  void parse_anyPath_isARouteOrRefused_PF1_PF3() throws Exception {
    FuzzRun.of("router", new Mutator(PATHS))
        .against(input -> isRoute(new String(input, ISO_8859_1)));
  }

  private boolean isRoute(String path) {
    for (String method : List.of("GET", "PUT")) {
      Route route;
      try {
        route = router.parse(method, path);
      } catch (RegistryException refused) {
        refused.errors().forEach(RouterFuzzTest::requireAnswerOfARouter);
        return false;
      }
      requireSound(route);
      assertThat(router.parse(method, path)).isEqualTo(route);
      assertThat(router.parse(method, canonical(route))).isEqualTo(route);
    }
    return true;
  }

  private static void requireAnswerOfARouter(RegistryError error) {
    assertThat(error)
        .isInstanceOfAny(
            RegistryError.RouteUnknown.class,
            RegistryError.RequestInvalid.class,
            RegistryError.NameInvalid.class,
            RegistryError.TagInvalid.class,
            RegistryError.DigestInvalid.class,
            RegistryError.ManifestUnknown.class,
            RegistryError.BlobUploadUnknown.class,
            RegistryError.CredentialUnknown.class);
  }

  private static void requireSound(Route route) {
    Map<String, String> parts = route.variables();
    String name = route.repository() == null ? null : route.repository().value();
    if (name != null) {
      List<String> components = List.of(name.split("/", -1));
      assertThat(name).hasSizeLessThanOrEqualTo(255).doesNotContain("..");
      assertThat(components.subList(1, components.size())).allMatch(COMPONENT.asMatchPredicate());
      assertThat(components.getFirst())
          .matches(
              first ->
                  COMPONENT.matcher(first).matches()
                      || (components.size() > 1 && HOST.matcher(first).matches()));
    }
    assertThat(parts.getOrDefault("digest", "sha256:" + HEX)).matches(DIGEST);
    assertThat(parts.getOrDefault("uuid", UUID)).matches(UPLOAD);
    assertThat(parts.getOrDefault("reference", "x"))
        .matches(text -> TAG.matcher(text).matches() || DIGEST.matcher(text).matches());
  }

  /** The path that a client would write for this route. */
  private static String canonical(Route route) {
    return switch (route) {
      case Route.Root _ -> "/";
      case Route.Base _ -> "/v2/";
      case Route.Catalog _ -> "/v2/_catalog";
      case Route.Token _ -> "/v2/_token";
      case Route.PersonalTokens _ -> "/v2/_stowage/tokens";
      case Route.PersonalToken token -> "/v2/_stowage/tokens/" + token.id();
      case Route.Robots _ -> "/v2/_stowage/robots";
      case Route.Robot robot -> "/v2/_stowage/robots/" + robot.name();
      case Route.Discovery discovery ->
          discovery.repository() == null
              ? "/v2/_oci/ext/discover"
              : "/v2/" + discovery.repository() + "/_oci/ext/discover";
      case Route.TagList list -> "/v2/" + list.repository() + "/tags/list";
      case Route.Manifest manifest ->
          "/v2/" + manifest.repository() + "/manifests/" + manifest.reference();
      case Route.Blob blob -> "/v2/" + blob.repository() + "/blobs/" + blob.digest();
      case Route.UploadStart start -> "/v2/" + start.repository() + "/blobs/uploads/";
      case Route.Upload upload -> "/v2/" + upload.repository() + "/blobs/uploads/" + upload.id();
      case Route.ReferrerList list -> "/v2/" + list.repository() + "/referrers/" + list.subject();
    };
  }

  @Test
  void parse_anyQuery_isReadOrRefused_RE1() throws Exception {
    Corpus queries =
        Corpus.of(
                "n=10&last=v1.2",
                "digest=sha256%3A" + HEX,
                "mount=sha256:" + HEX + "&from=team%2Fapp",
                "artifactType=application%2Fx.test%2Bjson",
                "tag=a&tag=b&tag=c",
                "service=registry.test&scope=repository:a/b:pull,push+x&account=%C3%A9")
            .withWords("n", "n=", "last=", "digest=", "mount=", "from=", "tag=", "+", "n=\u0661");

    FuzzRun.of("query", new Mutator(queries))
        .against(input -> isRead(new String(input, ISO_8859_1)));
  }

  private static boolean isRead(String raw) {
    Query query;
    try {
      query = Query.parse(raw);
    } catch (RegistryException refused) {
      assertThat(refused.errors()).hasExactlyElementsOfTypes(RegistryError.RequestInvalid.class);
      return false;
    }
    Stream.of(raw.split("&", -1))
        .distinct()
        .limit(MOST_COMPARED)
        .forEach(pair -> requireReadAsByOthers(query, pair));
    try {
      assertThat(query.limit(100, 1000)).isBetween(0, 1000);
      return true;
    } catch (RegistryException refused) {
      assertThat(refused.errors())
          .hasExactlyElementsOfTypes(RegistryError.PaginationNumberInvalid.class);
      return false;
    }
  }

  /** The JDK's decoder takes more; what both take, both read alike. */
  private static void requireReadAsByOthers(Query query, String pair) {
    if (!pair.isEmpty()) {
      int equals = pair.indexOf('=');
      String name = URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), UTF_8);
      String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), UTF_8);
      assertThat(query.all(name)).contains(value);
      assertThat(query.first(name)).contains(query.all(name).getFirst());
    }
  }
}
