package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.RegistryClient.uploads;
import static io.stowage.registry.server.TestLogins.basic;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.api.RequestLimits;
import io.stowage.registry.server.http.TrustedProxies;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How many uploads one identity may have open (security case RE-8). */
final class UploadLimitApiTest extends ApiTest {
  private static final Content BLOB = Content.random(600);
  private static final String APP = "library/app";
  private static final AccessGate MEMBERS = TestLogins.gate(AccessPolicy.MEMBERS);

  /** Requests; with {@code LONG=1} as many as the case names. */
  private static final int FLOOD = "1".equals(System.getenv("LONG")) ? 100_000 : 2_000;

  UploadLimitApiTest(Backing backing) {
    super(backing);
  }

  private static ApiSettings atMost(int uploads) {
    return ApiSettings.DEFAULT.withLimits(
        new RequestLimits(RequestLimits.DEFAULT_BODY_BYTES, RequestLimits.DEFAULT_RANGES, uploads));
  }

  private static RegistryClient.Call start(RegistryClient client) {
    return client.call("POST", uploads(APP));
  }

  private static RegistryClient.Call push(RegistryClient client, Digest digest) {
    return client.call("POST", uploads(APP) + "?digest=" + digest).body(BLOB);
  }

  private static RegistryClient.Call as(RegistryClient.Call call, String user) {
    return call.with("Authorization", basic(user));
  }

  private static void requireRefused(WireResponse response) {
    refused(response, 429, "TOOMANYREQUESTS");
    assertThat(response.header("Retry-After")).contains("30");
  }

  private static String requireStarted(WireResponse response) {
    assertThat(response.status()).as(response.text()).isEqualTo(202);
    return response.header("Location").orElseThrow();
  }

  // --- the limit

  @Test
  @DisplayName("RE-8: who has as many uploads open as are allowed starts no other, of any kind")
  void start_beyondTheLimit_isRefused() throws Exception {
    RegistryClient client = serve(atMost(2));
    String elsewhere = client.startUpload("another/app");
    client.startUpload(APP);

    requireRefused(start(client).send());
    requireRefused(push(client, BLOB.digest()).send());
    requireRefused(client.call("POST", uploads(APP) + "?mount=" + BLOB.digest()).send());
    assertThat(client.call("DELETE", elsewhere).send().status()).isEqualTo(204);
    requireStarted(start(client).send());
    requireRefused(start(client).send());
  }

  @Test
  @DisplayName("RE-8: what needs no upload is not refused")
  void mount_beyondTheLimit_isMade() throws Exception {
    registry.pushBlob("base", BLOB);
    RegistryClient client = serve(atMost(1));
    client.startUpload(APP);

    String mount = uploads(APP) + "?mount=" + BLOB.digest() + "&from=base";
    assertThat(client.call("POST", mount).send().status()).isEqualTo(201);
  }

  @Test
  @DisplayName("RE-8: a flood of uploads ends at a thousand")
  void start_manyTimes_isRefusedFromTheThousandAndFirstOn() throws Exception {
    int started = 0;
    int refused = 0;
    try (WireClient client = registry.connect()) {
      for (int i = 0; i < FLOOD; i++) {
        WireResponse response =
            client
                .send("POST " + uploads(APP) + " HTTP/1.1\nHost: a\nContent-Length: 0\n\n")
                .readResponse("POST");
        started += response.status() == 202 ? 1 : 0;
        refused += response.status() == 429 ? 1 : 0;
      }
    }

    assertThat(started).isEqualTo(RequestLimits.DEFAULT_UPLOADS_PER_IDENTITY);
    assertThat(refused).isEqualTo(FLOOD - started);
  }

  @Test
  @DisplayName("RE-8: many at once don't get past the limit together")
  void start_manyAtOnce_isCountedExactly() throws Exception {
    RegistryClient client = serve(atMost(10));

    List<Integer> statuses =
        atOnce(Collections.nCopies(40, client), it -> start(it).send().status());

    assertThat(Collections.frequency(statuses, 202)).isEqualTo(10);
    assertThat(Collections.frequency(statuses, 429)).isEqualTo(30);
  }

  @Test
  void start_whereThereIsNoLimit_isNeverRefused() throws Exception {
    RegistryClient client = serve(atMost(0));

    for (int i = 0; i < 5; i++) {
      requireStarted(start(client).send());
    }
  }

  // --- what counts

  @Test
  @DisplayName("RE-8: a push in one request counts while it runs")
  void push_inOneRequest_countsUntilItsEnd() throws Exception {
    RegistryClient client = serve(atMost(1));
    try (WireClient slow = client.connect()) {
      push(client, BLOB.digest()).with("Expect", "100-continue").sendHead(slow);
      assertThat(slow.readHead().status()).isEqualTo(100); // so it has begun
      requireRefused(start(client).send());

      slow.send(BLOB.bytes());
      assertThat(slow.readResponse("POST").status()).isEqualTo(201);
    }
    requireStarted(start(client).send());
  }

  @Test
  void upload_thatIsFinished_countsNoMore() throws Exception {
    RegistryClient client = serve(atMost(1));
    for (int i = 0; i < 3; i++) {
      String upload = requireStarted(start(client).send());
      assertThat(client.call("PATCH", upload).body(BLOB.slice(0, 100)).send().status())
          .isEqualTo(202);
      String finish = upload + "?digest=" + BLOB.digest();
      refused(client.call("PUT", finish).send(), 400, "DIGEST_INVALID");
      requireRefused(start(client).send());
      assertThat(client.call("PUT", finish).body(BLOB.slice(100, 600)).send().status())
          .isEqualTo(201);
    }
  }

  @Test
  void push_thatFails_countsNoMore() throws Exception {
    RegistryClient client = serve(atMost(1));
    for (int i = 0; i < 3; i++) {
      WireResponse wrong = push(client, Content.of("another").digest()).send();
      refused(wrong, 400, "DIGEST_INVALID");
    }
    requireStarted(start(client).send());
  }

  @Test
  void start_thatFails_doesNotCount() throws Exception {
    RegistryClient client =
        serve(new FailingUploads(storage, new IOException("broken")), AccessPolicy.OPEN, atMost(1));
    for (int i = 0; i < 3; i++) {
      refused(start(client).send(), 500, "UNKNOWN");
    }
  }

  @Test
  void upload_thatIsSwept_countsNoMore() throws Exception {
    RegistryClient client = serve(atMost(1));
    requireStarted(start(client).send());
    requireRefused(start(client).send());

    storage.uploads().sweep(Duration.ZERO);

    requireStarted(start(client).send());
  }

  // --- for whom

  @Test
  @DisplayName("RE-8: a user's uploads are nobody else's, wherever the user is")
  void start_byAnotherUser_isNotRefused() throws Exception {
    RegistryClient client = serve(MEMBERS, atMost(1));
    requireStarted(as(start(client), "alice").send());

    requireRefused(as(start(client), "alice").send());
    requireStarted(as(start(client), "bob").send());
  }

  @Test
  @DisplayName("RE-8: who is not logged in is counted by address")
  void start_fromAnotherAddress_isNotRefused() throws Exception {
    RegistryClient client = serve(atMost(1), TrustedProxies.of(List.of("127.0.0.1")));
    requireStarted(from(client, "192.0.2.1"));
    requireStarted(from(client, "192.0.2.2"));
    requireStarted(from(client, "2001:db8::1"));

    requireRefused(from(client, "192.0.2.1"));
    requireRefused(from(client, "2001:db8::2"));
    requireStarted(from(client, "2001:db8:0:1::1"));
  }

  private static WireResponse from(RegistryClient client, String address) throws IOException {
    return start(client).with("X-Forwarded-For", address).send();
  }

  // --- over a restart

  @Test
  @DisplayName("RE-8: what a user left before a restart counts")
  void start_byWhoLeftUploads_isRefused() throws Exception {
    RegistryClient before = serve(MEMBERS, atMost(2));
    String first = requireStarted(as(start(before), "alice").send());
    requireStarted(as(start(before), "alice").send());

    RegistryClient after = serve(MEMBERS, atMost(2)); // knows of nothing yet

    await(() -> startAndCancel(after), status -> status == 429);
    requireStarted(as(start(after), "bob").send());
    assertThat(as(after.call("DELETE", first), "alice").send().status()).isEqualTo(204);
    requireStarted(as(start(after), "alice").send());
    requireRefused(as(start(after), "alice").send());
  }

  private static int startAndCancel(RegistryClient client) throws IOException {
    WireResponse response = as(start(client), "alice").send();
    if (response.status() == 202) {
      String upload = response.header("Location").orElseThrow();
      assertThat(as(client.call("DELETE", upload), "alice").send().status()).isEqualTo(204);
    }
    return response.status();
  }
}
