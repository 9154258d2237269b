package io.stowage.registry.server;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Bytes to push.
 *
 * @param bytes never changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Content(byte[] bytes) {
  static final Content EMPTY = new Content(new byte[0]);

  static Content of(String text) {
    return new Content(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes that no compression makes shorter; the same ones for the same length. */
  static Content random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return new Content(bytes);
  }

  int size() {
    return bytes.length;
  }

  /** The digest by sha256. */
  Digest digest() {
    return digest(DigestAlgorithm.SHA256);
  }

  Digest digest(DigestAlgorithm algorithm) {
    return DigestVerifier.digestOf(algorithm, bytes);
  }

  /** The bytes from one offset to another, which is not included. */
  byte[] slice(int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }

  /** A descriptor of plain content, as JSON. */
  String descriptor() {
    return descriptor(MediaType.OCTET_STREAM.value());
  }

  /** A descriptor of this type, as JSON. */
  String descriptor(String mediaType) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digest(), size());
  }
}
