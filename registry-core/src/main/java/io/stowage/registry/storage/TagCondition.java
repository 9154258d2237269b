package io.stowage.registry.storage;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.Tag;
import java.util.Optional;

/**
 * What must hold of a tag before it is set: what the client demands (RFC 9110, section 13.1:
 * If-Match, If-None-Match), and what its rights demand.
 */
public sealed interface TagCondition {
  TagCondition NONE = new None();

  /** Why the tag may not be set, seen where it is now; empty if it may. */
  Optional<RegistryError> refusal(Tag tag, Optional<Digest> current);

  /** The tag may be anywhere or nowhere. */
  record None() implements TagCondition {
    @Override
    public Optional<RegistryError> refusal(Tag tag, Optional<Digest> current) {
      return Optional.empty();
    }
  }

  /** The tag must not exist. */
  record Absent() implements TagCondition {
    @Override
    public Optional<RegistryError> refusal(Tag tag, Optional<Digest> current) {
      return current.map(digest -> new RegistryError.PreconditionFailed(tag, "If-None-Match: *"));
    }
  }

  /** The tag must be on this manifest. */
  record On(Digest expected) implements TagCondition {
    @Override
    public Optional<RegistryError> refusal(Tag tag, Optional<Digest> current) {
      return current.filter(expected::equals).isPresent()
          ? Optional.empty()
          : Optional.of(
              new RegistryError.PreconditionFailed(tag, "If-Match: \"" + expected + "\""));
    }
  }

  /**
   * The tag must not move: it is new, or on this manifest already.
   *
   * @param digest of the manifest that is put
   */
  record Unmoved(Digest digest) implements TagCondition {
    @Override
    public Optional<RegistryError> refusal(Tag tag, Optional<Digest> current) {
      return current.isEmpty() || current.get().equals(digest)
          ? Optional.empty()
          : Optional.of(
              new RegistryError.Denied(
                  "the tag %s is on another manifest, and moving it takes the right tag-overwrite"
                      .formatted(tag)));
    }
  }

  /** Both must hold. */
  record Both(TagCondition first, TagCondition second) implements TagCondition {
    @Override
    public Optional<RegistryError> refusal(Tag tag, Optional<Digest> current) {
      return first.refusal(tag, current).or(() -> second.refusal(tag, current));
    }
  }
}
