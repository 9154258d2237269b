package io.stowage.registry.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.event.RegistryEvent;
import io.stowage.registry.event.RegistryEvent.Cause;
import io.stowage.registry.event.RegistryEvent.Kind;
import io.stowage.registry.event.RegistryEvent.Target;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The bodies, byte for byte. The expected ones were printed by distribution 3.1.2's own {@code
 * notifications} package for the same values.
 */
class EnvelopeTest {
  private static final UUID ID = UUID.fromString("019aaf14-5b5f-7000-8000-000000000001");
  private static final Instant TIME = Instant.parse("2026-11-23T07:04:48.775889400Z");
  private static final RepositoryName REPOSITORY = new RepositoryName("ev/a");
  private static final String HEX = "ab".repeat(32);
  private static final Digest DIGEST = Digest.parse("sha256:" + HEX);

  private static String body(RegistryEvent event, Source source) {
    return new String(Envelope.of(event, source), StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("8.1: fields, order, indentation and escapes are distribution's")
  void of_manifestWithEverything_isDistributionsBody() {
    Target target =
        Target.of(
                REPOSITORY,
                new Descriptor(MediaType.OCI_MANIFEST.value(), DIGEST, 410),
                "http://h/v2/ev/a/manifests/" + DIGEST)
            .named(new Tag("latest"))
            .from(new RepositoryName("ev/b"))
            .naming(List.of(new Descriptor("application/x", DIGEST, 2)));
    Cause cause =
        new Cause(
            "r1", "192.0.2.7:40000", "h", "PUT", "a<b>&\"\\ \u2028 é\t\b\f\u001f\u007f", "alice");

    String body =
        body(
            new RegistryEvent(ID, TIME, Kind.PUSH, target, cause),
            new Source("hostname:5000", "i1"));

    assertThat(body)
        .isEqualTo(
            """
            {
               "events": [
                  {
                     "id": "019aaf14-5b5f-7000-8000-000000000001",
                     "timestamp": "2026-11-23T07:04:48.7758894Z",
                     "action": "push",
                     "target": {
                        "mediaType": "application/vnd.oci.image.manifest.v1+json",
                        "digest": "sha256:HEX",
                        "size": 410,
                        "length": 410,
                        "repository": "ev/a",
                        "fromRepository": "ev/b",
                        "url": "http://h/v2/ev/a/manifests/sha256:HEX",
                        "tag": "latest",
                        "references": [
                           {
                              "mediaType": "application/x",
                              "digest": "sha256:HEX",
                              "size": 2
                           }
                        ]
                     },
                     "request": {
                        "id": "r1",
                        "addr": "192.0.2.7:40000",
                        "host": "h",
                        "method": "PUT",
                        "useragent": "a\\u003cb\\u003e\\u0026\\"\\\\ \\u2028 é\\t\\b\\f\\u001f\u007f"
                     },
                     "actor": {
                        "name": "alice"
                     },
                     "source": {
                        "addr": "hostname:5000",
                        "instanceID": "i1"
                     }
                  }
               ]
            }"""
                .replace("HEX", HEX));
  }

  @Test
  @DisplayName("8.1: what is not known is left out, but for what distribution always writes")
  void of_deletedTag_isDistributionsBody() {
    RegistryEvent event =
        new RegistryEvent(
            ID,
            Instant.parse("2026-11-23T07:04:48Z"),
            Kind.DELETE,
            Target.gone(REPOSITORY, new Tag("latest")),
            new Cause("r1", "", "", "DELETE", "", ""));

    assertThat(body(event, new Source("", "")))
        .isEqualTo(
            """
            {
               "events": [
                  {
                     "id": "019aaf14-5b5f-7000-8000-000000000001",
                     "timestamp": "2026-11-23T07:04:48Z",
                     "action": "delete",
                     "target": {
                        "mediaType": "",
                        "digest": "",
                        "size": 0,
                        "repository": "ev/a",
                        "tag": "latest"
                     },
                     "request": {
                        "id": "r1",
                        "method": "DELETE",
                        "useragent": ""
                     },
                     "actor": {},
                     "source": {}
                  }
               ]
            }""");
  }

  @Test
  void newId_ofLaterEvent_sortsBehind() {
    RegistryEvent first = Events.push("a", TIME);
    RegistryEvent later = Events.push("a", TIME.plusMillis(1));

    assertThat(first.id().version()).isEqualTo(7);
    assertThat(first.id().variant()).isEqualTo(2);
    assertThat(first.id().toString()).isLessThan(later.id().toString());
    assertThat(Events.push("a", TIME).id()).isNotEqualTo(first.id());
  }
}
