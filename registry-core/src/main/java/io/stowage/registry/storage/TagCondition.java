package io.stowage.registry.storage;

import io.stowage.registry.oci.Digest;
import java.util.Optional;

/** What must hold of a tag before it is set (RFC 9110, section 13.1: If-Match, If-None-Match). */
public sealed interface TagCondition {
  TagCondition NONE = new None();

  /** Whether the tag may be set, seen where it is now. */
  boolean allows(Optional<Digest> current);

  /** As the request spelled it, for messages. */
  String text();

  /** The tag may be anywhere or nowhere. */
  record None() implements TagCondition {
    @Override
    public boolean allows(Optional<Digest> current) {
      return true;
    }

    @Override
    public String text() {
      return "none";
    }
  }

  /** The tag must not exist. */
  record Absent() implements TagCondition {
    @Override
    public boolean allows(Optional<Digest> current) {
      return current.isEmpty();
    }

    @Override
    public String text() {
      return "If-None-Match: *";
    }
  }

  /** The tag must be on this manifest. */
  record On(Digest expected) implements TagCondition {
    @Override
    public boolean allows(Optional<Digest> current) {
      return current.filter(expected::equals).isPresent();
    }

    @Override
    public String text() {
      return "If-Match: \"" + expected + "\"";
    }
  }
}
