package io.stowage.registry.e2e.dropin;

import static io.stowage.registry.e2e.dropin.Row.answers;
import static io.stowage.registry.e2e.dropin.Row.aspect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of differences in {@code docs/drop-in.md}, which has the reason for each row: what each
 * of them explains, as narrowly as its text says.
 */
final class Table {
  private static final Path DOCUMENT = Path.of("..", "docs", "drop-in.md");
  private static final Pattern ROW = Pattern.compile("^\\| (D\\d+) \\|", Pattern.MULTILINE);

  private static final List<String> ADDED =
      List.of("x-request-id", "x-content-type-options", "content-security-policy");
  private static final String WHOLE = Content.blob("whole in one request").digest();
  private static final String NOT_ACCEPTED =
      "(?s).*(accept header does not support|not supported by client).*";
  private static final List<String> WORDS = List.of("error message", "error detail");

  /** Those about answers of every kind. */
  private static final List<Row> GENERAL =
      List.of(
          new Row("D1", (_, d) -> d.theirs().isEmpty() && ADDED.contains(d.aspect())),
          aspect("D2", d -> WORDS.contains(d.aspect())),
          answers("D3", x -> x.theirTextIs(404) && x.oursIs(400, 404)),
          answers("D4", x -> x.v3().status() == 405 && x.ours().status() == 405),
          answers("D4", x -> x.turns(404, 405)),
          answers("D5", x -> x.isMethod("HEAD") && x.theirTextIs(405) && x.oursIs(200, 400, 404)),
          answers(
              "D6",
              x -> x.isMethod("OPTIONS") && x.oursIs(200) && !x.ours().header("Allow").isEmpty()),
          answers("D7", x -> x.turns(200, 405) && List.of("/", "/v2/").contains(x.step().target())),
          new Row("D7", (x, d) -> x.step().target().equals("/") && d.theirs().isEmpty()),
          answers("D8", x -> x.v3().status() == 301),
          answers("D9", x -> x.isAbout("%2f") && x.oursIs(400)),
          answers("D10", x -> x.turns(500, 400) && x.ours().body().contains("NAME_INVALID")),
          answers(
              "D10", x -> x.turns(500, 400) && x.isMethod("HEAD") && x.isAbout("a".repeat(256))),
          aspect(
              "D11",
              d -> d.aspect().equals("location") && d.ours().equals(withoutHost(d.theirs()))));

  private static final List<Row> CONTENT =
      List.of(
          answers(
              "D12",
              x ->
                  x.isAbout("/manifests/")
                      && x.isMethod("GET", "HEAD")
                      && x.oursIs(200)
                      && (x.v3().status() == 404 || x.v3().status() == 400)
                      && (x.isMethod("HEAD") || x.v3().body().matches(NOT_ACCEPTED))),
          answers("D13", x -> x.sends("If-None-Match") && x.oursIs(304)),
          answers("D14", x -> x.turns(500, 400) && x.isAbout("/manifests/md5:", "/manifests/sha")),
          answers(
              "D14",
              x ->
                  x.isMethod("PUT")
                      && x.ours().errors("code").equals("[\"DIGEST_INVALID\"]")
                      && x.turns(400, 400)),
          answers(
              "D15", x -> x.isMethod("PUT") && x.isAbout("/manifests/bad") && x.turns(500, 400)),
          answers("D15", x -> x.turns(400, 413)),
          answers("D16", x -> x.isAbout("/manifests/urls")),
          answers("D17", x -> x.isAbout("/referrers/") && x.turns(404, 200)),
          aspect("D17", d -> d.aspect().equals("oci-subject") && d.theirs().isEmpty()),
          answers("D18", x -> x.isAbout("?tag=", "/manifests/x") && x.oursIs(200, 201)),
          answers(
              "D19",
              x ->
                  x.sends("Range: ")
                      && x.isAbout("/blobs/")
                      && x.isMethod("HEAD")
                      && x.oursIs(200)),
          answers("D19", x -> x.v3().status() == 416 && x.oursIs(200, 416) && x.isMethod("GET")),
          answers(
              "D19",
              x ->
                  x.sends("Range: ")
                      && x.v3().header("Content-Type").startsWith("multipart")
                      && x.turns(206, 206)),
          answers("D20", x -> x.turns(412, 200)));

  private static final List<Row> UPLOADS =
      List.of(
          answers(
              "D21",
              x -> x.v3().errors("code").contains("BLOB_UPLOAD_") && x.oursIs(400, 404, 405)),
          answers("D22", x -> x.sends("Content-Range: ") && x.oursIs(202, 400, 416)),
          answers("D21", x -> x.turns(416, 202)),
          answers("D23", x -> x.isMethod("PATCH") && (x.turns(500, 202) || x.turns(202, 415))),
          answers(
              "D24", x -> x.isMethod("POST") && x.isAbout("?digest=") && x.v3().status() == 202),
          answers("D24", x -> x.isMethod("HEAD") && x.isAbout(WHOLE) && x.turns(404, 200)),
          answers("D25", x -> x.isAbout("?mount=") && x.turns(202, 201)));

  private static final List<Row> LISTS =
      List.of(
          aspect("D26", d -> d.aspect().equals("link") && d.ours().isEmpty()),
          answers("D27", x -> x.isAbout("/_catalog?n=") && x.turns(400, 200)),
          answers("D28", x -> x.isAbout("/tags/list") && x.turns(200, 404)),
          answers(
              "D28",
              x -> x.isAbout("/_catalog") && x.ours().body().equals(withoutEmpty(x.v3().body()))));

  private static final List<Row> ACCESS =
      List.of(
          answers("D29", x -> x.turns(401, 405)),
          answers("D30", x -> x.turns(401, 429) && !x.ours().header("Retry-After").isEmpty()),
          answers("D31", x -> x.isAbout("/uploads/0e4a") && x.oursIs(401)),
          answers("D31", x -> x.isMethod("OPTIONS") && x.oursIs(401)),
          answers("D32", x -> x.isAbout("mount=") && x.turns(401, 202)),
          answers("D33", x -> x.sends("Authorization: Bearer") && x.turns(401, 401)));

  static final List<Row> ROWS =
      List.of(GENERAL, CONTENT, UPLOADS, LISTS, ACCESS).stream().flatMap(List::stream).toList();

  private Table() {}

  /** The repository that {@link OtherRequests#deletes} leaves without a manifest. */
  private static String withoutEmpty(String catalog) {
    return catalog.contains(",\"b/other\"") ? catalog.replace(",\"b/other\"", "") : "";
  }

  private static String withoutHost(String location) {
    return location
        .replaceFirst("^https?://[^/]+", "")
        .replaceFirst("\\?_state=<state>(%3D)*$", "");
  }

  /** The rows of the document. */
  static SortedSet<String> documented() throws IOException {
    SortedSet<String> ids = new TreeSet<>();
    Matcher matcher = ROW.matcher(Files.readString(DOCUMENT));
    while (matcher.find()) {
      ids.add(matcher.group(1));
    }
    return ids;
  }
}
