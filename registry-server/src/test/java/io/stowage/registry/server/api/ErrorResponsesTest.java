package io.stowage.registry.server.api;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.json.Json;
import io.stowage.registry.server.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ErrorResponsesTest {
  private static final Digest DIGEST = new Digest(DigestAlgorithm.SHA256, "a".repeat(64));
  private static final RepositoryName NAME = new RepositoryName("a/b");
  private static final UploadId UPLOAD = UploadId.parse("0f8fad5b-d9cb-469f-a165-70867728950e");
  private static final SortedSet<String> ALLOWED = new TreeSet<>(List.of("PUT", "GET"));

  /** A sample of every error with the status that clients rely on. */
  private static final Map<RegistryError, Integer> STATUS =
      Map.ofEntries(
          entry(new RegistryError.DigestInvalid("x", "rule"), 400),
          entry(new RegistryError.DigestMismatch(DIGEST, DIGEST), 400),
          entry(new RegistryError.NameInvalid("x", "rule"), 400),
          entry(new RegistryError.TagInvalid("x", "rule"), 400),
          entry(new RegistryError.SizeInvalid(1, 2), 400),
          entry(new RegistryError.ManifestInvalid("reason"), 400),
          entry(new RegistryError.ManifestBlobUnknown(DIGEST), 400),
          entry(new RegistryError.PaginationNumberInvalid("x"), 400),
          entry(new RegistryError.RangeMalformed("x", "rule"), 400),
          entry(new RegistryError.RequestInvalid("x", "rule"), 400),
          entry(new RegistryError.Unauthorized("Basic realm=\"r\"", List.of()), 401),
          entry(new RegistryError.LoginFailed("Basic realm=\"r\""), 401),
          entry(new RegistryError.ClassNotAllowed("plugin"), 403),
          entry(new RegistryError.Denied("reason"), 403),
          entry(new RegistryError.NameUnknown(NAME), 404),
          entry(new RegistryError.BlobUnknown(DIGEST), 404),
          entry(new RegistryError.BlobUploadUnknown("x"), 404),
          entry(new RegistryError.ManifestUnknown(NAME, "x"), 404),
          entry(new RegistryError.CredentialUnknown("x"), 404),
          entry(new RegistryError.RouteUnknown("/x"), 404),
          entry(new RegistryError.MethodUnsupported("BREW", ALLOWED), 405),
          entry(new RegistryError.OperationDisabled("reason", ALLOWED), 405),
          entry(new RegistryError.PreconditionFailed(new Tag("t"), "If-None-Match: *"), 412),
          entry(new RegistryError.ManifestTooLarge(10, 11), 413),
          entry(new RegistryError.BodyTooLarge(0), 413),
          entry(new RegistryError.EncodingUnsupported("gzip"), 415),
          entry(new RegistryError.RangeMismatch(NAME, UPLOAD, 10, "reason"), 416),
          entry(new RegistryError.RangeNotSatisfiable("bytes=9-", 5), 416),
          entry(new RegistryError.TooManyRequests("reason", Duration.ofSeconds(7)), 429),
          entry(new RegistryError.Internal("id"), 500),
          entry(new RegistryError.Unavailable("reason", Duration.ofSeconds(7)), 503),
          entry(new RegistryError.StorageFailed("input/output error", "id"), 500),
          entry(new RegistryError.StorageFull(), 507));

  private static final Request REQUEST = Requests.put(Headers.EMPTY, OptionalLong.of(0));

  private final ErrorResponses responses = new ErrorResponses(Locations.RELATIVE);

  /** The specification's envelope of errors, with details of any form. */
  record Envelope(List<Entry> errors) {
    record Entry(String code, String message, @Nullable Object detail) {}
  }

  static Stream<RegistryError> samples() {
    return STATUS.keySet().stream();
  }

  @Test
  void samples_ofTheseTests_areAllErrorsThereAre() {
    assertThat(samples().<Class<?>>map(Object::getClass))
        .containsExactlyInAnyOrder(RegistryError.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void of_everyError_hasItsStatusAndIsTheJsonOfTheSpecification(RegistryError error)
      throws JsonException {
    Response response = responses.of(REQUEST, List.of(error));

    assertThat(response.status()).isEqualTo(STATUS.get(error)).isBetween(400, 599);
    assertThat(response.headers().all("Content-Type")).containsExactly("application/json");
    assertThat(envelope(response).errors())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.code()).isEqualTo(error.code().name());
              assertThat(entry.message()).isEqualTo(error.message());
              assertThat(entry.detail() == null).isEqualTo(error.detail() == null);
            });
    assertThat(text(response)).endsWith("}\n");
  }

  @Test
  void of_several_hasTheStatusOfTheFirstAndAllInOrder() throws JsonException {
    Response response =
        responses.of(
            REQUEST,
            List.of(
                new RegistryError.ManifestBlobUnknown(DIGEST), new RegistryError.StorageFull()));

    assertThat(response.status()).isEqualTo(400);
    assertThat(envelope(response).errors())
        .extracting(Envelope.Entry::code)
        .containsExactly("MANIFEST_BLOB_UNKNOWN", "DENIED");
  }

  @Test
  void of_missingContent_namesTheDigestAsTheDetail() throws JsonException {
    Response response =
        responses.of(
            REQUEST, Collections.nCopies(3, new RegistryError.ManifestBlobUnknown(DIGEST)));

    assertThat(envelope(response).errors())
        .extracting(Envelope.Entry::detail)
        .containsOnly(DIGEST.toString());
  }

  @Test
  void of_wrongMethod_tellsTheAllowedOnesSorted() {
    assertThat(header(new RegistryError.MethodUnsupported("BREW", ALLOWED), "Allow"))
        .isEqualTo("GET, PUT");
    assertThat(header(new RegistryError.OperationDisabled("off", ALLOWED), "Allow"))
        .isEqualTo("GET, PUT");
  }

  @Test
  void of_chunkThatDoesNotContinue_tellsWhereTheUploadStands() {
    RegistryError error = new RegistryError.RangeMismatch(NAME, UPLOAD, 10, "reason");

    assertThat(header(error, "Range")).isEqualTo("0-9");
    assertThat(header(error, "Location")).isEqualTo("/v2/a/b/blobs/uploads/" + UPLOAD);
    assertThat(header(error, "Docker-Upload-UUID")).isEqualTo(UPLOAD.value());
    assertThat(header(new RegistryError.RangeMismatch(NAME, UPLOAD, 0, "reason"), "Range"))
        .isEqualTo("0-0");
  }

  @Test
  void of_rangeBeyondTheEnd_tellsTheSize() {
    assertThat(header(new RegistryError.RangeNotSatisfiable("bytes=9-", 5), "Content-Range"))
        .isEqualTo("bytes */5");
  }

  @Test
  void of_unauthorized_challenges() {
    assertThat(
            header(
                new RegistryError.Unauthorized("Basic realm=\"r\"", List.of()), "WWW-Authenticate"))
        .isEqualTo("Basic realm=\"r\"");
    assertThat(header(new RegistryError.LoginFailed("Basic realm=\"r\""), "WWW-Authenticate"))
        .isEqualTo("Basic realm=\"r\"");
  }

  @ParameterizedTest
  @CsvSource({"PT7S,7", "PT7.001S,8", "PT0.5S,1", "PT0S,1", "PT2M,120"})
  void of_tooMuchOrNotNow_tellsWhenToComeBack(Duration after, String seconds) {
    assertThat(header(new RegistryError.TooManyRequests("reason", after), "Retry-After"))
        .isEqualTo(seconds);
    assertThat(header(new RegistryError.Unavailable("reason", after), "Retry-After"))
        .isEqualTo(seconds);
  }

  @Test
  void of_longValueOfWideCharacters_isValidUtf8() throws JsonException {
    for (int before = 0; before < 2; before++) {
      String value = "x".repeat(before) + "\ud83d\ude00".repeat(1000);

      assertThat(
              envelope(responses.of(REQUEST, List.of(new RegistryError.RouteUnknown(value))))
                  .errors())
          .hasSize(1);
    }
  }

  private String header(RegistryError error, String name) {
    return responses.of(REQUEST, List.of(error)).headers().first(name).orElseThrow();
  }

  private static Envelope envelope(Response response) throws JsonException {
    return Json.read(text(response).getBytes(StandardCharsets.UTF_8), Envelope.class);
  }

  private static String text(Response response) {
    return switch (response.body()) {
      case ResponseBody.Bytes(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
      case ResponseBody.Empty _, ResponseBody.Slice _, ResponseBody.Sequence _ ->
          throw new AssertionError("no bytes: " + response.body());
    };
  }
}
