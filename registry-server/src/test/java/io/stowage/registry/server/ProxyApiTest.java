package io.stowage.registry.server;

import static io.stowage.registry.server.RegistryClient.uploads;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.api.Locations;
import io.stowage.registry.server.http.TrustedProxies;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** URLs behind a proxy, and behind nobody that is one. */
final class ProxyApiTest extends ApiTest {
  private static final TrustedProxies LOOPBACK = TrustedProxies.of(List.of("127.0.0.1"));

  ProxyApiTest(Backing backing) {
    super(backing);
  }

  @Test
  @DisplayName("AN-10, AN-11: no answer names a host that a stranger gave")
  void an10_forwardedHostOfAStranger_isInNoAnswer() throws Exception {
    RegistryClient absolute = serve(absolute("/"), TrustedProxies.NONE);

    for (RegistryClient client : List.of(registry, absolute)) {
      WireResponse started = start(client, "/v2/library/app/blobs/uploads/");
      assertThat(started.status()).isEqualTo(202);
      assertThat(started.fields().toString()).doesNotContain("attacker");
      WireResponse listed = attack(client.call("GET", "/v2/_catalog?n=1")).send();
      assertThat(listed.fields().toString()).doesNotContain("attacker");
    }
    assertThat(start(absolute, uploads("library/app")).header("Location").orElseThrow())
        .startsWith("http://registry.test/v2/library/app/blobs/uploads/");
  }

  @Test
  void location_behindATrustedProxy_isAsTheClientCallsIt() throws Exception {
    RegistryClient absolute = serve(absolute("/"), LOOPBACK);

    assertThat(
            absolute
                .call("POST", uploads("library/app"))
                .with("X-Forwarded-For", "192.0.2.7")
                .with("X-Forwarded-Proto", "https")
                .with("X-Forwarded-Host", "hub.test:8443")
                .send()
                .header("Location")
                .orElseThrow())
        .startsWith("https://hub.test:8443/v2/library/app/blobs/uploads/");
  }

  @Test
  void link_belowAPrefix_hasThePrefix() throws Exception {
    registry.pushNamed("library/app", "one", "a");
    registry.pushNamed("library/app", "one", "b");
    RegistryClient prefixed = serve(absolute("/some/where/"), TrustedProxies.NONE);

    assertThat(prefixed.get("/some/where/v2/library/app/tags/list?n=1").header("Link"))
        .contains("</some/where/v2/library/app/tags/list?last=a&n=1>; rel=\"next\"");
  }

  private static WireResponse start(RegistryClient client, String path) throws IOException {
    return attack(client.call("POST", path)).send();
  }

  private static RegistryClient.Call attack(RegistryClient.Call call) {
    return call.with("X-Forwarded-Host", "attacker.test")
        .with("X-Forwarded-Proto", "https")
        .with("Forwarded", "host=attacker.test;proto=https");
  }

  /** With whole URLs, as distribution gives them by default. */
  private static ApiSettings absolute(String prefix) {
    ApiSettings d = ApiSettings.DEFAULT;
    return new ApiSettings(
        d.deleteEnabled(),
        d.readOnly(),
        d.rules(),
        d.maxManifestBytes(),
        d.maxCatalogEntries(),
        d.maxTags(),
        d.limits(),
        new Locations(Locations.Origin::ofConnection, prefix),
        d.crossOrigin(),
        d.headers(),
        d.unavailability());
  }
}
