package io.stowage.registry.notifications;

import io.stowage.registry.event.RegistryEvent;
import io.stowage.registry.event.RegistryEvent.Cause;
import io.stowage.registry.event.RegistryEvent.Kind;
import io.stowage.registry.event.RegistryEvent.Target;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import java.time.Instant;

/** Events to send, which differ by the tag that they are about. */
final class Events {
  static final Source SOURCE = new Source("registry.test:5000", "this-instance");
  static final RepositoryName APP = new RepositoryName("library/app");
  static final Digest DIGEST = Digest.parse("sha256:" + "a1".repeat(32));
  static final Cause CAUSE =
      new Cause("r1", "192.0.2.7:40000", "registry.test", "PUT", "docker/27", "alice");

  private Events() {}

  static RegistryEvent push(String tag, Instant time) {
    return of(Kind.PUSH, tag, time);
  }

  static RegistryEvent of(Kind kind, String tag, Instant time) {
    Descriptor content = new Descriptor(MediaType.OCI_MANIFEST.value(), DIGEST, 410);
    Target target =
        Target.of(APP, content, "http://registry.test/v2/library/app/manifests/" + DIGEST)
            .named(new Tag(tag));
    return RegistryEvent.of(time, kind, target, CAUSE);
  }

  /** The push of a blob, named by a tag so that tests can tell it. */
  static RegistryEvent blob(String tag, Instant time) {
    Descriptor content = new Descriptor(MediaType.OCTET_STREAM.value(), DIGEST, 7);
    return RegistryEvent.of(
        time, Kind.PUSH, Target.of(APP, content, "http://r/").named(new Tag(tag)), CAUSE);
  }
}
