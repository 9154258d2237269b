package io.stowage.registry.oci;

import io.stowage.registry.error.RegistryException;

/** What may follow {@code /manifests/} in a request path: a tag or a digest. */
public sealed interface Reference permits Tag, Digest {

  /** The reference as it stands in a request path. */
  @Override
  String toString();

  /**
   * Parses a reference. A text with a colon is a digest, because no tag may contain one.
   *
   * @throws RegistryException if the text is neither a tag nor a digest
   */
  static Reference parse(String text) {
    return text.indexOf(':') >= 0 ? Digest.parse(text) : Tag.parse(text);
  }
}
