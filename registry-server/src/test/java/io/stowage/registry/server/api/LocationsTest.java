package io.stowage.registry.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.server.route.Router;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class LocationsTest {
  private static final RepositoryName NAME = new RepositoryName("a/blobs");
  private static final Digest DIGEST = Digest.parse("sha512:" + "a".repeat(128));
  private static final Request REQUEST =
      Requests.put(Headers.of("Host", "evil.test"), OptionalLong.of(0));
  private static final UploadId UPLOAD = UploadId.random();

  @Test
  void locations_belowAPrefix_areRoutesOfTheRouter() {
    Locations locations = new Locations(request -> "", "/some/where/");
    Router router = new Router("/some/where/");

    assertThat(router.parse("GET", locations.blob(REQUEST, NAME, DIGEST)))
        .isEqualTo(new Route.Blob(NAME, DIGEST));
    assertThat(router.parse("GET", locations.manifest(REQUEST, NAME, DIGEST)))
        .isEqualTo(new Route.Manifest(NAME, DIGEST));
    assertThat(router.parse("GET", locations.upload(REQUEST, NAME, UPLOAD)))
        .isEqualTo(new Route.Upload(NAME, UPLOAD));
    assertThat(router.parse("GET", locations.personalToken(REQUEST, "0123456xyz")))
        .isEqualTo(new Route.PersonalToken("0123456xyz"));
    assertThat(router.parse("GET", locations.robot(REQUEST, "ci")))
        .isEqualTo(new Route.Robot("ci"));
  }

  @Test
  void locations_byDefault_nameNoHost_AN10() {
    assertThat(Locations.RELATIVE.blob(REQUEST, NAME, DIGEST))
        .isEqualTo("/v2/a/blobs/blobs/" + DIGEST);
  }

  @Test
  void locations_withABase_startWithIt() {
    assertThat(
            new Locations(request -> "https://example.test", "/p/").upload(REQUEST, NAME, UPLOAD))
        .isEqualTo("https://example.test/p/v2/a/blobs/blobs/uploads/" + UPLOAD);
    assertThat(new Locations(request -> "https://example.test", "/p/").robot(REQUEST, "ci"))
        .isEqualTo("https://example.test/p/v2/_stowage/robots/ci");
  }

  @Test
  void nextPage_ofARequest_isItsPathOnly() {
    assertThat(Locations.nextPage(REQUEST, "last=a&n=1"))
        .isEqualTo("</v2/a/blobs/uploads/?last=a&n=1>; rel=\"next\"");
  }
}
