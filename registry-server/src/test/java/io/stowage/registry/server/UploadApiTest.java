package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.RegistryClient.blob;
import static io.stowage.registry.server.RegistryClient.uploads;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.Action;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.server.RegistryClient.Call;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v2/<name>/blobs/uploads/}: end-4, 5, 6, 11, 13 and 14. */
class UploadApiTest extends ApiTest {
  private static final String REPOSITORY = "library/app";
  private static final Content BLOB = Content.random(600);
  private static final Content OTHER = Content.random(599);

  UploadApiTest(Backing backing) {
    super(backing);
  }

  // --- whole pushes

  @ParameterizedTest
  @EnumSource(DigestAlgorithm.class)
  @DisplayName("10-17, 10-19: POST with the blob")
  void push_inOneRequest_storesBlob(DigestAlgorithm algorithm) throws Exception {
    Digest digest = BLOB.digest(algorithm);

    WireResponse pushed =
        registry
            .call("POST", uploads(REPOSITORY) + "?digest=" + digest)
            .with("Content-Type", "application/octet-stream")
            .body(BLOB)
            .send();

    requireStored(pushed, digest);
    assertThat(storage.uploads().sweep(Duration.ZERO)).as("uploads left behind").isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "SHA256, ''",
    "SHA512, ''",
    "SHA256, ?digest-algorithm=sha256",
    "SHA512, ?digest-algorithm=sha512",
    "SHA512, ?digest-algorithm=sha256",
    "SHA256, ?digest-algorithm=sha512"
  })
  @DisplayName("11 digest-algorithm, 10-19: POST, then PUT with the blob")
  void push_inTwoRequests_storesBlob(DigestAlgorithm algorithm, String query) throws Exception {
    Digest digest = BLOB.digest(algorithm);
    WireResponse started = registry.call("POST", uploads(REPOSITORY) + query).send();
    String upload = started.header("Location").orElseThrow();

    requireStored(finish(upload, digest).body(BLOB).send(), digest);
  }

  @ParameterizedTest
  @EnumSource(DigestAlgorithm.class)
  @DisplayName("POST, PATCH for each chunk, PUT")
  void push_inChunks_storesBlob(DigestAlgorithm algorithm) throws Exception {
    String upload = registry.startUpload(REPOSITORY);

    for (int at = 0; at < BLOB.size(); at += 200) {
      WireResponse chunk =
          registry
              .call("PATCH", upload)
              .with("Content-Range", at + "-" + (at + 199))
              .body(BLOB.slice(at, at + 200))
              .send();
      assertThat(chunk.status()).isEqualTo(202);
      assertThat(chunk.header("Range")).contains("0-" + (at + 199));
      assertThat(chunk.header("Location")).contains(upload);
      assertThat(chunk.header("Docker-Upload-UUID")).contains(idOf(upload));
      assertThat(chunk.header("Content-Length")).contains("0");
    }

    requireStored(
        finish(upload, BLOB.digest(algorithm)).body(Content.EMPTY).send(), BLOB.digest(algorithm));
  }

  @ParameterizedTest
  @EnumSource(DigestAlgorithm.class)
  @DisplayName("POST, PATCH as a stream, PUT: what docker does")
  void push_asStream_storesBlob(DigestAlgorithm algorithm) throws Exception {
    Content large = Content.random(1_500_000);
    String upload = registry.startUpload(REPOSITORY);

    WireResponse streamed = registry.call("PATCH", upload).chunkedBody(large.bytes()).send();
    assertThat(streamed.header("Range")).contains("0-1499999");
    WireResponse pushed = finish(upload, large.digest(algorithm)).send();

    assertThat(pushed.status()).isEqualTo(201);
    assertThat(registry.get(blob(REPOSITORY, large.digest(algorithm))).body())
        .isEqualTo(large.bytes());
  }

  @Test
  void push_withLastChunkInThePut_storesBlob() throws Exception {
    String upload = registry.startUpload(REPOSITORY);
    registry.call("PATCH", upload).body(BLOB.slice(0, 400)).send();

    WireResponse pushed =
        finish(upload, BLOB.digest())
            .with("Content-Range", "400-599")
            .body(BLOB.slice(400, 600))
            .send();

    requireStored(pushed, BLOB.digest());
  }

  @Test
  void push_ofEmptyBlob_storesIt() throws Exception {
    Digest nothing = Content.EMPTY.digest();

    WireResponse inOne =
        registry.call("POST", uploads("a") + "?digest=" + nothing).body(Content.EMPTY).send();
    WireResponse inTwo = finish(registry.startUpload("b"), nothing).send();

    assertThat(inOne.status()).isEqualTo(201);
    assertThat(inTwo.status()).isEqualTo(201);
    assertThat(registry.get(blob("a", nothing)).status()).isEqualTo(200);
    assertThat(registry.get(blob("b", nothing)).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("10-17")
  void post_withDigestAndNoBody_startsAnUpload() throws Exception {
    WireResponse started =
        registry
            .call("POST", uploads(REPOSITORY) + "?digest=" + BLOB.digest())
            .body(Content.EMPTY)
            .send();

    assertThat(started.status()).isEqualTo(202);
    String upload = started.header("Location").orElseThrow();
    requireStored(finish(upload, BLOB.digest()).body(BLOB).send(), BLOB.digest());
  }

  @Test
  void push_ofManyAtOnce_storesAll() throws Exception {
    List<Content> blobs = IntStream.range(0, 200).mapToObj(i -> Content.of("blob " + i)).toList();

    List<String> paths =
        atOnce(blobs, blob -> registry.pushBlob("library/r" + blob.size() % 10, blob));

    for (int i = 0; i < 200; i++) {
      assertThat(registry.get(paths.get(i)).body()).isEqualTo(blobs.get(i).bytes());
    }
  }

  @Test
  void push_ofSameBlobAtOnce_succeedsForAll() throws Exception {
    String target = uploads(REPOSITORY) + "?digest=" + BLOB.digest();

    List<WireResponse> pushes =
        atOnce(
            Collections.nCopies(20, BLOB), blob -> registry.call("POST", target).body(blob).send());

    for (WireResponse pushed : pushes) {
      requireStored(pushed, BLOB.digest());
    }
  }

  // --- where an upload stands

  @Test
  @DisplayName("10-9, 10-10")
  void start_tellsWhereToGoOn() throws Exception {
    WireResponse started =
        registry
            .call("POST", uploads(REPOSITORY))
            .with("X-Forwarded-Host", "attacker.test")
            .with("X-Forwarded-Proto", "https")
            .with("Forwarded", "host=attacker.test")
            .body(Content.EMPTY)
            .send();

    assertThat(started.status()).isEqualTo(202);
    String id = started.header("Docker-Upload-UUID").orElseThrow();
    assertThat(started.header("Location")).contains("/v2/library/app/blobs/uploads/" + id);
    assertThat(started.header("Range")).contains("0-0");
    assertThat(started.header("Content-Length")).contains("0");
  }

  @Test
  @DisplayName("10-6")
  void start_withoutSlash_isAccepted() throws Exception {
    WireResponse started = registry.call("POST", "/v2/library/app/blobs/uploads").send();

    assertThat(started.status()).isEqualTo(202);
  }

  @Test
  @DisplayName("10-11: the id is enough, and _state is passed over")
  void status_ofUpload_tellsItsSize() throws Exception {
    String upload = registry.startUpload(REPOSITORY);
    WireResponse empty = registry.get(upload);
    registry.call("PATCH", upload + "?_state=c3RhbGU").body(BLOB).send();

    WireResponse status = registry.get(upload + "?_state=c3RhbGU");

    assertThat(empty.status()).isEqualTo(204);
    assertThat(empty.header("Range")).contains("0-0");
    assertThat(status.status()).isEqualTo(204);
    assertThat(status.header("Range")).contains("0-599");
    assertThat(status.header("Location")).contains(upload);
    assertThat(status.header("Docker-Upload-UUID")).contains(idOf(upload));
    Answers.sameHead(registry.head(upload), registry.get(upload));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"00000000-0000-4000-8000-000000000000", "nonsense", "%2e%2e", "A-B_c.=", "_"})
  void request_forUnknownUpload_isRefused(String id) throws Exception {
    for (String method : List.of("GET", "PATCH", "DELETE")) {
      refused(registry.call(method, uploads(REPOSITORY) + id).send(), 404, "BLOB_UPLOAD_UNKNOWN");
    }
    refused(finish(uploads(REPOSITORY) + id, BLOB.digest()).send(), 404, "BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  @DisplayName("10-11, IS-5")
  void request_forUploadOfAnotherRepository_isRefusedAndChangesNothing() throws Exception {
    String upload = registry.startUpload("a/x");
    registry.call("PATCH", upload).body(BLOB.slice(0, 100)).send();
    String foreign = uploads("b/y") + idOf(upload);

    refused(registry.get(foreign), 404, "BLOB_UPLOAD_UNKNOWN");
    refused(
        registry.call("PATCH", foreign).body(BLOB.slice(0, 9)).send(), 404, "BLOB_UPLOAD_UNKNOWN");
    refused(finish(foreign, BLOB.digest()).body(BLOB).send(), 404, "BLOB_UPLOAD_UNKNOWN");
    refused(registry.delete(foreign), 404, "BLOB_UPLOAD_UNKNOWN");
    assertThat(registry.get(upload).header("Range")).contains("0-99");
  }

  @Test
  @DisplayName("IS-5: nobody can guess an id")
  void start_twice_givesUnrelatedRandomIds() throws Exception {
    String first = idOf(registry.startUpload(REPOSITORY));
    String second = idOf(registry.startUpload(REPOSITORY));

    String random = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    assertThat(List.of(first, second)).allMatch(id -> id.matches(random));
    assertThat(first).isNotEqualTo(second);
  }

  // --- offsets

  @ParameterizedTest
  @ValueSource(strings = {"100-199", "bytes 100-199/600", "bytes 100-199/*"})
  @DisplayName("10-13")
  void chunk_withContentRange_isAppended(String range) throws Exception {
    String upload = uploadOf(100);

    WireResponse chunk =
        registry
            .call("PATCH", upload)
            .with("Content-Range", range)
            .body(BLOB.slice(100, 200))
            .send();

    assertThat(chunk.status()).isEqualTo(202);
    assertThat(chunk.header("Range")).contains("0-199");
  }

  @ParameterizedTest
  @CsvSource({"0-99, false", "101-200, false", "bytes 0-99/600, false", "0-99, true"})
  @DisplayName("10-12, 10-13, 11 closing PUT out of order")
  void chunk_atWrongOffset_isRefusedAndTellsWhereToGoOn(String range, boolean chunked)
      throws Exception {
    String upload = uploadOf(100);

    for (Call call : List.of(registry.call("PATCH", upload), finish(upload, BLOB.digest()))) {
      Call ranged = call.with("Content-Range", range);
      WireResponse refusal =
          (chunked ? ranged.chunkedBody(BLOB.slice(0, 100)) : ranged.body(BLOB.slice(0, 100)))
              .send();
      requireProgress(refusal, upload, 100);
    }

    assertThat(registry.get(upload).header("Range")).contains("0-99");
    requireStored(finish(upload, BLOB.digest()).body(BLOB.slice(100, 600)).send(), BLOB.digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-b", "5", "5-3", "-5", "5-", "bytes", "bytes 0-9/x", "0-9,20-29"})
  void chunk_withMalformedRange_isRefusedAndChangesNothing(String range) throws Exception {
    String upload = uploadOf(100);

    WireResponse refusal =
        registry.call("PATCH", upload).with("Content-Range", range).body(new byte[10]).send();

    refused(refusal, 400, "RANGE_INVALID");
    assertThat(registry.get(upload).header("Range")).contains("0-99");
  }

  @ParameterizedTest
  @ValueSource(strings = {"600-599", "bytes 600-599/*"})
  @DisplayName("some clients say so of an empty last chunk")
  void put_ofEmptyChunkWithBackwardRange_finishes(String range) throws Exception {
    String upload = uploadOf(600);

    WireResponse pushed =
        finish(upload, BLOB.digest()).with("Content-Range", range).body(Content.EMPTY).send();

    requireStored(pushed, BLOB.digest());
  }

  @Test
  void chunk_ofOtherLengthThanItsRange_isRefusedAndChangesNothing() throws Exception {
    String upload = uploadOf(100);

    WireResponse refusal =
        registry
            .call("PATCH", upload)
            .with("Content-Range", "100-199")
            .body(BLOB.slice(100, 150))
            .send();

    refused(refusal, 400, "SIZE_INVALID");
    assertThat(registry.get(upload).header("Range")).contains("0-99");
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 150})
  @DisplayName("10-13: also without Content-Length")
  void chunk_ofUnknownLengthThatBreaksItsRange_isRefused(int length) throws Exception {
    String upload = uploadOf(100);

    WireResponse refusal =
        registry
            .call("PATCH", upload)
            .with("Content-Range", "100-199")
            .chunkedBody(BLOB.slice(100, 100 + length))
            .send();

    refused(refusal, 400, "SIZE_INVALID");
    // What came in order is kept, as it is when a connection ends.
    int size = sizeOf(upload);
    assertThat(size).isBetween(100, 200);
    requireStored(finish(upload, BLOB.digest()).body(BLOB.slice(size, 600)).send(), BLOB.digest());
  }

  @Test
  @DisplayName("10-15")
  void chunk_whoseConnectionEnds_isKeptAsFarAsItCame() throws Exception {
    String upload = uploadOf(100);
    try (WireClient client = registry.connect()) {
      registry.call("PATCH", upload).body(new byte[400]).sendHead(client);
      client.send(BLOB.slice(100, 350));
      await(() -> sizeOf(upload), size -> size == 350);
      client.reset();
    }

    WireResponse goesOn =
        await(
            () ->
                registry
                    .call("PATCH", upload)
                    .with("Content-Range", "350-599")
                    .body(BLOB.slice(350, 600))
                    .send(),
            answer -> answer.status() != 416); // until the server noticed that the other one left

    assertThat(goesOn.status()).isEqualTo(202);
    requireStored(finish(upload, BLOB.digest()).send(), BLOB.digest());
  }

  @Test
  @DisplayName("10-15")
  void put_whoseConnectionEnds_isKeptAsFarAsItCame() throws Exception {
    String upload = registry.startUpload(REPOSITORY);
    try (WireClient client = registry.connect()) {
      finish(upload, BLOB.digest()).body(BLOB).sendHead(client);
      client.send(BLOB.slice(0, 200));
      await(() -> sizeOf(upload), size -> size == 200);
    }

    WireResponse finished =
        await(
            () ->
                finish(upload, BLOB.digest())
                    .with("Content-Range", "200-599")
                    .body(BLOB.slice(200, 600))
                    .send(),
            answer -> answer.status() != 416);

    requireStored(finished, BLOB.digest());
  }

  @Test
  @DisplayName("RE-8, 10-18: of two writers one is refused, and nothing is interleaved")
  void chunk_whileAnotherIsWritten_isRefusedAndNeverInterleaved() throws Exception {
    String upload = registry.startUpload(REPOSITORY);
    try (WireClient first = registry.connect()) {
      registry.call("PATCH", upload).body(BLOB).sendHead(first);
      first.send(BLOB.slice(0, 100));
      await(() -> sizeOf(upload), size -> size == 100);

      WireResponse patch = registry.call("PATCH", upload).body(new byte[50]).send();
      WireResponse put = finish(upload, BLOB.digest()).body(new byte[50]).send();
      first.send(BLOB.slice(100, 600));

      requireProgress(patch, upload, 100);
      requireProgress(put, upload, 100);
      assertThat(first.readResponse("PATCH").status()).isEqualTo(202);
    }
    requireStored(finish(upload, BLOB.digest()).send(), BLOB.digest());
  }

  // --- what is refused

  @Test
  @DisplayName("10-16, PF-4")
  void put_withWrongDigest_storesNothingAndKeepsTheUpload() throws Exception {
    String upload = registry.startUpload(REPOSITORY);

    WireResponse refusal = finish(upload, OTHER.digest()).body(BLOB).send();

    refused(refusal, 400, "DIGEST_INVALID");
    assertThat(registry.head(blob(REPOSITORY, OTHER.digest())).status()).isEqualTo(404);
    assertThat(registry.head(blob(REPOSITORY, BLOB.digest())).status()).isEqualTo(404);
    assertThat(registry.get(upload).header("Range")).contains("0-599");
    requireStored(finish(upload, BLOB.digest()).send(), BLOB.digest());
  }

  @Test
  void post_withWrongDigest_storesNothing() throws Exception {
    WireResponse refusal =
        registry.call("POST", uploads(REPOSITORY) + "?digest=" + OTHER.digest()).body(BLOB).send();

    refused(refusal, 400, "DIGEST_INVALID");
    assertThat(refusal.header("Location")).isEmpty();
    assertThat(registry.head(blob(REPOSITORY, OTHER.digest())).status()).isEqualTo(404);
    assertThat(registry.head(blob(REPOSITORY, BLOB.digest())).status()).isEqualTo(404);
    assertThat(storage.uploads().sweep(Duration.ZERO)).as("uploads left behind").isZero();
  }

  @Test
  void post_whoseConnectionEnds_leavesNothing() throws Exception {
    try (WireClient client = registry.connect()) {
      registry
          .call("POST", uploads(REPOSITORY) + "?digest=" + BLOB.digest())
          .body(BLOB)
          .sendHead(client);
      client.send(BLOB.slice(0, 200));
    }

    // A server that is stopped has no request in flight.
    servers.forEach(server -> server.stop(Duration.ofSeconds(20)));
    assertThat(storage.uploads().sweep(Duration.ZERO)).as("uploads left behind").isZero();
    assertThat(serve(ApiSettings.DEFAULT).head(blob(REPOSITORY, BLOB.digest())).status())
        .isEqualTo(404);
  }

  @Test
  void put_withoutDigest_isRefusedAndKeepsTheUpload() throws Exception {
    String upload = uploadOf(100);

    refused(registry.call("PUT", upload).send(), 400, "DIGEST_INVALID");

    assertThat(registry.get(upload).header("Range")).contains("0-99");
  }

  @ForEachMalformedDigest
  @DisplayName("11 bad digest on push, PF-3")
  void push_byMalformedDigest_isRefused(String digest) throws Exception {
    String upload = registry.startUpload(REPOSITORY);

    refused(
        registry.call("PUT", upload + "?digest=" + digest).body(BLOB).send(),
        400,
        "DIGEST_INVALID");
    refused(
        registry.call("POST", uploads(REPOSITORY) + "?digest=" + digest).body(BLOB).send(),
        400,
        "DIGEST_INVALID");
    assertThat(registry.get(upload).status()).isEqualTo(204);
  }

  @Test
  @DisplayName("PF-5")
  void start_withUnknownAlgorithm_isRefused() throws Exception {
    WireResponse refusal =
        registry.call("POST", uploads(REPOSITORY) + "?digest-algorithm=md5").send();

    refused(refusal, 400, "DIGEST_INVALID");
  }

  @Test
  @DisplayName("10-14")
  void chunk_ofAnyType_isTakenAsBytes() throws Exception {
    String upload = registry.startUpload(REPOSITORY);

    for (String type : List.of("text/plain", "application/json; charset=utf-8", "nonsense")) {
      WireResponse chunk =
          registry.call("PATCH", upload).with("Content-Type", type).body(new byte[1]).send();
      assertThat(chunk.status()).isEqualTo(202);
    }
  }

  @Test
  @DisplayName("PF-22, 10-14: bytes that are encoded are refused, not decoded")
  void push_ofEncodedBytes_isRefusedAndChangesNothing() throws Exception {
    String upload = uploadOf(100);
    List<Call> calls =
        List.of(
            registry.call("PATCH", upload),
            finish(upload, BLOB.digest()),
            registry.call("POST", uploads(REPOSITORY) + "?digest=" + BLOB.digest()));

    for (Call call : calls) {
      refused(call.with("Content-Encoding", "gzip").body(BLOB).send(), 415, "UNSUPPORTED");
    }

    assertThat(registry.get(upload).header("Range")).contains("0-99");
    assertThat(
            registry
                .call("PATCH", upload)
                .with("Content-Encoding", "identity")
                .body(BLOB.slice(100, 200))
                .send()
                .status())
        .isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("RE-3: an upload is not started by a request with a body and no digest")
  void start_withABody_isRefused(boolean chunked) throws Exception {
    for (int length : List.of(1, 65 * 1024)) {
      RegistryClient.Call call = registry.call("POST", uploads(REPOSITORY));
      byte[] body = new byte[length];

      refused((chunked ? call.chunkedBody(body) : call.body(body)).send(), 413, "SIZE_INVALID");
    }
  }

  @Test
  void start_withAnEmptyChunkedBody_isAccepted() throws Exception {
    assertThat(registry.call("POST", uploads(REPOSITORY)).chunkedBody(new byte[0]).send().status())
        .isEqualTo(202);
  }

  @Test
  @DisplayName("10-7")
  void start_inNewRepositoryWithUpperCase_isRefused() throws Exception {
    refused(registry.call("POST", uploads("UPPER/app")).send(), 400, "NAME_INVALID");
    refused(
        registry.call("POST", uploads("UPPER/app") + "?digest=" + BLOB.digest()).body(BLOB).send(),
        400,
        "NAME_INVALID");
  }

  @Test
  @DisplayName("PF-17, 10-44, AZ-12")
  void push_thatIsDenied_isAnsweredBeforeItsBodyAndLeavesNothing() throws Exception {
    RegistryClient reader = serve((identity, action, repository) -> action != Action.PUSH);
    String upload = registry.startUpload(REPOSITORY);
    try (WireClient client = reader.connect()) {
      client.send(
          """
          PUT %s?digest=%s HTTP/1.1
          Host: registry.test
          Expect: 100-continue
          Content-Length: 10737418240

          """
              .formatted(upload, BLOB.digest()));

      WireResponse refusal = client.readResponse();

      refused(refusal, 403, "DENIED");
      assertThat(refusal.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
    refused(
        reader.call("POST", uploads("new") + "?digest=" + BLOB.digest()).body(BLOB).send(),
        403,
        "DENIED");
    assertThat(registry.head(blob("new", BLOB.digest())).status()).isEqualTo(404);
    assertThat(registry.get(upload).header("Range")).contains("0-0");
    assertThat(Bodies.repositories(registry.get("/v2/_catalog"))).isEmpty();
  }

  @Test
  void push_thatWaitsForContinue_isToldToGoOn() throws Exception {
    String upload = registry.startUpload(REPOSITORY);
    try (WireClient client = registry.connect()) {
      finish(upload, BLOB.digest()).with("Expect", "100-continue").body(BLOB).sendHead(client);
      assertThat(client.readHead().status()).isEqualTo(100);
      client.send(BLOB.bytes());

      assertThat(client.readResponse("PUT").status()).isEqualTo(201);
    }
  }

  // --- end

  @Test
  @DisplayName("11 end-14")
  void delete_ofUpload_endsItOnce() throws Exception {
    String upload = uploadOf(100);

    WireResponse ended = registry.delete(upload);

    assertThat(ended.status()).isEqualTo(204);
    assertThat(ended.header("Docker-Upload-UUID")).contains(idOf(upload));
    refused(registry.get(upload), 404, "BLOB_UPLOAD_UNKNOWN");
    refused(registry.call("PATCH", upload).body(BLOB).send(), 404, "BLOB_UPLOAD_UNKNOWN");
    refused(registry.delete(upload), 404, "BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  void delete_whileAChunkIsWritten_endsBoth() throws Exception {
    String upload = registry.startUpload(REPOSITORY);
    try (WireClient writer = registry.connect()) {
      registry.call("PATCH", upload).body(BLOB).sendHead(writer);
      writer.send(BLOB.slice(0, 100));
      await(() -> sizeOf(upload), size -> size == 100);

      assertThat(registry.delete(upload).status()).isEqualTo(204);
      writer.send(BLOB.slice(100, 600));

      refused(writer.readResponse("PATCH"), 404, "BLOB_UPLOAD_UNKNOWN");
    }
    refused(registry.get(upload), 404, "BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  void request_forFinishedUpload_isRefused() throws Exception {
    String upload = registry.startUpload(REPOSITORY);
    finish(upload, BLOB.digest()).body(BLOB).send();

    refused(registry.get(upload), 404, "BLOB_UPLOAD_UNKNOWN");
    refused(finish(upload, BLOB.digest()).body(BLOB).send(), 404, "BLOB_UPLOAD_UNKNOWN");
  }

  // --- mount

  @ParameterizedTest
  @EnumSource(DigestAlgorithm.class)
  void mount_fromRepositoryThatHasIt_makesItAvailable(DigestAlgorithm algorithm) throws Exception {
    registry.pushBlob("a/source", BLOB, algorithm);

    requireStored(mount(registry, BLOB.digest(algorithm), "a/source"), BLOB.digest(algorithm));
  }

  @Test
  @DisplayName("11 anonymous mount")
  void mount_fromAnywhere_makesItAvailable() throws Exception {
    registry.pushBlob("z/source", BLOB);

    requireStored(mount(registry, BLOB.digest(), null), BLOB.digest());
  }

  @Test
  @DisplayName("11 failed mount, IS-3")
  void mount_ofWhatIsNotThere_startsAnUpload() throws Exception {
    registry.pushBlob("a/source", OTHER);
    registry.pushBlob("a/elsewhere", BLOB);

    requireUsableUpload(mount(registry, BLOB.digest(), "a/source"));
    requireUsableUpload(mount(registry, BLOB.digest(), "no/such"));
    requireUsableUpload(mount(registry, Content.of("unheard of").digest(), null));
  }

  @Test
  @DisplayName("IS-3")
  void mount_ofWhatTheCallerMayNotRead_startsAnUpload() throws Exception {
    registry.pushBlob("a/secret", BLOB);
    AccessPolicy noSecrets =
        (identity, action, repository) ->
            repository == null || !repository.value().equals("a/secret");
    RegistryClient stranger = serve(noSecrets);

    requireUsableUpload(mount(stranger, BLOB.digest(), "a/secret"));
    requireUsableUpload(mount(stranger, BLOB.digest(), null));
    assertThat(registry.head(blob(REPOSITORY, BLOB.digest())).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({"sha256:abc, a/source", "md5:00, a/source", "'', a/source", "good, UP:5000/x"})
  @DisplayName("3.2: as a plain POST")
  void mount_ofWhatCanNotExist_startsAnUpload(String mount, String from) throws Exception {
    String digest = mount.equals("good") ? BLOB.digest().toString() : mount;

    WireResponse started =
        registry.call("POST", uploads(REPOSITORY) + "?mount=" + digest + "&from=" + from).send();

    requireUsableUpload(started);
  }

  private WireResponse mount(RegistryClient client, Digest digest, @Nullable String from)
      throws IOException {
    String query = "?mount=" + digest + (from == null ? "" : "&from=" + from);
    return client.call("POST", uploads(REPOSITORY) + query).body(Content.EMPTY).send();
  }

  // --- in short

  private static Call finish(RegistryClient client, String upload, Digest digest) {
    return client.call("PUT", upload + "?digest=" + digest);
  }

  private Call finish(String upload, Digest digest) {
    return finish(registry, upload, digest);
  }

  /** An upload that holds this many bytes of the blob. */
  private String uploadOf(int size) throws IOException {
    String upload = registry.startUpload(REPOSITORY);
    registry.call("PATCH", upload).body(BLOB.slice(0, size)).send();
    return upload;
  }

  private int sizeOf(String upload) throws IOException {
    String range = registry.get(upload).header("Range").orElseThrow();
    int last = Integer.parseInt(range.substring("0-".length()));
    return last == 0 ? 0 : last + 1;
  }

  private static String idOf(String upload) {
    return upload.substring(upload.lastIndexOf('/') + 1);
  }

  private void requireStored(WireResponse pushed, Digest digest) throws IOException {
    assertThat(pushed.status()).as(pushed.text()).isEqualTo(201);
    assertThat(pushed.header("Location")).contains(blob(REPOSITORY, digest));
    assertThat(pushed.header("Docker-Content-Digest")).contains(digest.toString());
    assertThat(pushed.header("Content-Length")).contains("0");
    assertThat(registry.get(blob(REPOSITORY, digest)).body()).isEqualTo(BLOB.bytes());
  }

  private static void requireProgress(WireResponse refusal, String upload, int size) {
    refused(refusal, 416, "RANGE_INVALID");
    assertThat(refusal.header("Location")).contains(upload);
    assertThat(refusal.header("Range")).contains("0-" + (size - 1));
    assertThat(refusal.header("Docker-Upload-UUID")).contains(idOf(upload));
  }

  private void requireUsableUpload(WireResponse started) throws IOException {
    assertThat(started.status()).as(started.text()).isEqualTo(202);
    assertThat(started.header("Docker-Content-Digest")).isEmpty();
    String upload = started.header("Location").orElseThrow();
    assertThat(finish(upload, OTHER.digest()).body(OTHER).send().status()).isEqualTo(201);
  }
}
