package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.Answers.sameHead;
import static io.stowage.registry.server.RegistryClient.blob;
import static io.stowage.registry.server.RegistryClient.uploads;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.api.RequestLimits;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v2/<name>/blobs/<digest>}: end-2 and end-10. */
class BlobApiTest extends ApiTest {
  private static final String REPOSITORY = "library/app";
  private static final Content BLOB = Content.random(600);

  BlobApiTest(Backing backing) {
    super(backing);
  }

  // --- pull

  @ParameterizedTest
  @EnumSource(DigestAlgorithm.class)
  @DisplayName("10-19, 11 mandatory digest header, PF-18")
  void pull_ofWhole_givesBytesAndFieldsByTheAlgorithmAskedFor(DigestAlgorithm algorithm)
      throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB, algorithm);

    WireResponse pulled = registry.get(path);

    assertThat(pulled.status()).isEqualTo(200);
    assertThat(pulled.body()).isEqualTo(BLOB.bytes());
    assertThat(pulled.header("Content-Length")).contains("600");
    assertThat(pulled.header("Content-Type")).contains("application/octet-stream");
    assertThat(pulled.header("Accept-Ranges")).contains("bytes");
    assertThat(pulled.header("Cache-Control")).contains("max-age=31536000");
    assertThat(pulled.header("Docker-Content-Digest")).contains(BLOB.digest(algorithm).toString());
    assertThat(pulled.header("ETag")).contains("\"" + BLOB.digest(algorithm) + "\"");
    sameHead(registry.head(path), pulled);
  }

  @Test
  void pull_ofLargeBlob_givesEveryByte() throws Exception {
    Content large = Content.random(3_000_001);

    WireResponse pulled = registry.get(registry.pushBlob(REPOSITORY, large));

    assertThat(pulled.body()).isEqualTo(large.bytes());
  }

  @Test
  void pull_ofEmptyBlob_givesNothing() throws Exception {
    String path = registry.pushBlob(REPOSITORY, Content.EMPTY);

    assertThat(registry.get(path).status()).isEqualTo(200);
    assertThat(registry.head(path).header("Content-Length")).contains("0");
    // No range can be satisfied, and the whole is as short as any part.
    assertThat(registry.call("GET", path).with("Range", "bytes=0-0").send().status())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("containerd decodes what is encoded, so nothing ever is")
  void pull_thatAcceptsEncodings_isNotEncoded() throws Exception {
    Content text = Content.of("a".repeat(5000));
    String path = registry.pushBlob(REPOSITORY, text);

    WireResponse pulled =
        registry.call("GET", path).with("Accept-Encoding", "zstd, gzip, deflate").send();

    assertThat(pulled.header("Content-Encoding")).isEmpty();
    assertThat(pulled.body()).isEqualTo(text.bytes());
  }

  @Test
  void pull_ofUnknown_isRefusedWithItsDigest() throws Exception {
    WireResponse refusal = registry.get(blob(REPOSITORY, BLOB.digest()));

    assertThat(refused(refusal, 404, "BLOB_UNKNOWN").detail()).isEqualTo(BLOB.digest().toString());
    sameHead(registry.head(blob(REPOSITORY, BLOB.digest())), refusal);
  }

  @Test
  @DisplayName("IS-2, IS-4")
  void pull_ofBlobOfAnotherRepository_isRefused() throws Exception {
    registry.pushBlob("a/secret", BLOB);

    assertThat(registry.head(blob("b/x", BLOB.digest())).status()).isEqualTo(404);
    refused(registry.get(blob("b/x", BLOB.digest())), 404, "BLOB_UNKNOWN");
  }

  @ForEachMalformedDigest
  void request_forMalformedDigest_isRefused(String digest) throws Exception {
    String target = "/v2/" + REPOSITORY + "/blobs/" + digest;

    refused(registry.get(target), 400, "DIGEST_INVALID");
    refused(registry.delete(target), 400, "DIGEST_INVALID");
  }

  // --- parts

  @ParameterizedTest
  @CsvSource({
    "bytes=0-9, 0, 9",
    "bytes=0-0, 0, 0",
    "bytes=-5, 595, 599",
    "bytes=-9999, 0, 599",
    "bytes=590-, 590, 599",
    "bytes=590-9999, 590, 599",
    "BYTES=1-2, 1, 2",
    "'bytes=700-800,5-6', 5, 6",
  })
  @DisplayName("PF-19: one range")
  void pull_ofOneRange_givesItsBytes(String range, int first, int last) throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    WireResponse part = registry.call("GET", path).with("Range", range).send();

    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(BLOB.slice(first, last + 1));
    assertThat(part.header("Content-Range")).contains("bytes " + first + "-" + last + "/600");
    assertThat(part.header("Content-Type")).contains("application/octet-stream");
    assertThat(part.header("Docker-Content-Digest")).contains(BLOB.digest().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=600-", "bytes=600-700", "bytes=700-800,900-", "bytes=-0"})
  @DisplayName("PF-19, 10-22: ranges past the end")
  void pull_ofRangePastTheEnd_isRefusedAndTellsTheSize(String range) throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    WireResponse refusal = registry.call("GET", path).with("Range", range).send();

    refused(refusal, 416, "RANGE_INVALID");
    assertThat(refusal.header("Content-Range")).contains("bytes */600");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes", "bytes=", "bytes=a-b", "bytes=-", "lines=1-2", "bytes=1", "bytes=--1"})
  void pull_ofWhatIsNoRange_givesTheWhole(String range) throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    WireResponse pulled = registry.call("GET", path).with("Range", range).send();

    assertThat(pulled.status()).isEqualTo(200);
    assertThat(pulled.body()).isEqualTo(BLOB.bytes());
  }

  @Test
  void pull_ofSeveralRanges_givesEachByteExactlyInOrder() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    WireResponse parts =
        registry.call("GET", path).with("Range", "bytes=500-599, 0-9,-1,20-20").send();

    // -1 overlaps 500-599, so all of them are put in order and joined.
    assertThat(parts.status()).isEqualTo(206);
    assertThat(parts.body()).isEqualTo(multipart(parts, "0-9", "20-20", "500-599"));
    assertThat(parts.header("Docker-Content-Digest")).contains(BLOB.digest().toString());
    assertThat(parts.header("Content-Range")).isEmpty();
  }

  @Test
  void pull_ofSeparateRanges_keepsTheOrderAskedFor() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    WireResponse parts = registry.call("GET", path).with("Range", "bytes=-3,100-149,0-0").send();

    assertThat(parts.body()).isEqualTo(multipart(parts, "597-599", "100-149", "0-0"));
  }

  @Test
  @DisplayName("10-23")
  void pull_ofSixteenRanges_givesAll() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);
    String[] ranges =
        IntStream.range(0, 16).mapToObj(i -> 20 * i + "-" + (20 * i + 4)).toArray(String[]::new);

    WireResponse parts =
        registry.call("GET", path).with("Range", "bytes=" + String.join(",", ranges)).send();

    assertThat(parts.body()).isEqualTo(multipart(parts, ranges));
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 1000})
  @DisplayName("PF-19, 10-23: too many ranges are the whole")
  void pull_ofTooManyRanges_givesTheWhole(int count) throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);
    String ranges = IntStream.range(0, count).mapToObj(i -> "0-").collect(Collectors.joining(","));

    WireResponse pulled = registry.call("GET", path).with("Range", "bytes=" + ranges).send();

    assertThat(pulled.status()).isEqualTo(200);
    assertThat(pulled.body()).isEqualTo(BLOB.bytes());
  }

  @Test
  @DisplayName("PF-19: how many ranges are too many is for the operator to say")
  void pull_ofMoreRangesThanTheOperatorGives_givesTheWhole() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);
    RegistryClient client =
        serve(
            ApiSettings.DEFAULT.withLimits(
                new RequestLimits(RequestLimits.DEFAULT_BODY_BYTES, 2, 0)));

    assertThat(client.call("GET", path).with("Range", "bytes=0-0,5-5").send().status())
        .isEqualTo(206);
    WireResponse pulled = client.call("GET", path).with("Range", "bytes=0-0,5-5,9-9").send();
    assertThat(pulled.status()).isEqualTo(200);
    assertThat(pulled.body()).isEqualTo(BLOB.bytes());
  }

  @Test
  @DisplayName("10-23")
  void pull_ofOverlappingRanges_givesNoByteTwice() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    WireResponse part =
        registry.call("GET", path).with("Range", "bytes=0-99,50-149,100-199,10-20").send();

    assertThat(part.header("Content-Range")).contains("bytes 0-199/600");
    assertThat(part.body()).isEqualTo(BLOB.slice(0, 200));
  }

  @Test
  void head_withRange_tellsOfTheWhole() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    WireResponse head = registry.call("HEAD", path).with("Range", "bytes=0-9").send();

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).contains("600");
  }

  @Test
  void pull_ofRangeIfUnchanged_dependsOnTheEntityTag() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);
    RegistryClient.Call call = registry.call("GET", path).with("Range", "bytes=0-9");

    assertThat(call.with("If-Range", "\"" + BLOB.digest() + "\"").send().status()).isEqualTo(206);
    assertThat(call.with("If-Range", "\"another\"").send().status()).isEqualTo(200);
  }

  /** The exact body that these ranges make (RFC 9110, section 14.6). */
  private static byte[] multipart(WireResponse response, String... ranges) {
    String type = response.header("Content-Type").orElseThrow();
    assertThat(type).matches("multipart/byteranges; boundary=[A-Za-z0-9:-]{1,70}");
    String boundary = type.substring(type.indexOf('=') + 1);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String lineEnd = "";
    for (String range : ranges) {
      String head =
          lineEnd
              + "--"
              + boundary
              + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes "
              + range
              + "/600\r\n\r\n";
      body.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      String[] ends = range.split("-", 2);
      body.writeBytes(BLOB.slice(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1));
      lineEnd = "\r\n";
    }
    body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return body.toByteArray();
  }

  // --- conditions

  @ParameterizedTest
  @ValueSource(strings = {"\"%s\"", "%s", "W/\"%s\"", "\"x\", \"%s\"", "*"})
  void pull_ofWhatTheClientHas_saysSo(String tags) throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    WireResponse unchanged =
        registry.call("GET", path).with("If-None-Match", tags.formatted(BLOB.digest())).send();

    assertThat(unchanged.status()).isEqualTo(304);
    assertThat(unchanged.header("ETag")).contains("\"" + BLOB.digest() + "\"");
    assertThat(unchanged.header("Docker-Content-Digest")).contains(BLOB.digest().toString());
    assertThat(unchanged.header("Cache-Control")).contains("max-age=31536000");
  }

  @Test
  void pull_ofWhatTheClientHasNot_givesIt() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    WireResponse pulled = registry.call("GET", path).with("If-None-Match", "\"other\"").send();

    assertThat(pulled.body()).isEqualTo(BLOB.bytes());
  }

  @Test
  void pull_ofUnknownThatTheClientHas_isRefused() throws Exception {
    WireResponse refusal =
        registry
            .call("GET", blob(REPOSITORY, BLOB.digest()))
            .with("If-None-Match", "\"" + BLOB.digest() + "\"")
            .send();

    refused(refusal, 404, "BLOB_UNKNOWN");
  }

  // --- delete

  @Test
  void delete_ofBlob_takesItAwayOnce() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    WireResponse deleted = registry.delete(path);

    assertThat(deleted.status()).isEqualTo(202);
    assertThat(deleted.header("Content-Length")).contains("0");
    refused(registry.get(path), 404, "BLOB_UNKNOWN");
    refused(registry.delete(path), 404, "BLOB_UNKNOWN");
  }

  @Test
  @DisplayName("IS-1")
  void delete_inOneRepository_leavesTheOthersAndStaysDeleted() throws Exception {
    String a = registry.pushBlob("a/app", BLOB);
    String b = registry.pushBlob("b/app", BLOB);

    registry.delete(a);

    assertThat(registry.get(b).body()).isEqualTo(BLOB.bytes());
    refused(registry.get(a), 404, "BLOB_UNKNOWN");
    assertThat(registry.head(b).status()).isEqualTo(200);
    assertThat(registry.head(a).status()).isEqualTo(404);
  }

  @Test
  @DisplayName("IS-9")
  void delete_byOneAlgorithm_leavesTheOther() throws Exception {
    String sha256 = registry.pushBlob(REPOSITORY, BLOB, DigestAlgorithm.SHA256);
    String sha512 = registry.pushBlob(REPOSITORY, BLOB, DigestAlgorithm.SHA512);

    registry.delete(sha256);

    refused(registry.get(sha256), 404, "BLOB_UNKNOWN");
    assertThat(registry.get(sha512).body()).isEqualTo(BLOB.bytes());
  }

  @Test
  void push_afterDelete_bringsItBack() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);
    registry.delete(path);

    registry.pushBlob(REPOSITORY, BLOB);

    assertThat(registry.get(path).body()).isEqualTo(BLOB.bytes());
  }

  @Test
  void pulls_onOneConnection_areServedOneAfterAnother() throws Exception {
    String path = registry.pushBlob(REPOSITORY, BLOB);

    try (WireClient client = registry.connect()) {
      assertThat(client.get(path).body()).isEqualTo(BLOB.bytes());
      assertThat(client.request("HEAD", path).status()).isEqualTo(200);
      assertThat(client.request("POST", uploads(REPOSITORY)).status()).isEqualTo(202);
      assertThat(client.get(path).body()).isEqualTo(BLOB.bytes());
    }
  }
}
