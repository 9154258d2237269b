package io.stowage.registry.oci;

/**
 * What a manifest says of content that it names (image-spec, descriptor.md), as far as a registry
 * must know it. The manifest's own bytes keep the rest.
 *
 * @param mediaType the type as written
 * @param digest the content's digest
 * @param size the content's length in bytes, not negative
 */
public record Descriptor(String mediaType, Digest digest, long size) {
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("size: " + size + " (expected: 0 or more)");
    }
  }
}
