package io.stowage.registry.server;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A manifest or an index to push.
 *
 * @param mediaType the {@code Content-Type} to push it with
 */
record Document(String mediaType, Content content) {
  /** The config of whatever has none: an empty object (image-spec, manifest.md). */
  static final Content EMPTY_CONFIG = Content.of("{}");

  static Document of(MediaType mediaType, String json) {
    return new Document(mediaType.value(), Content.of(json));
  }

  static Document image(Content config, Content... layers) {
    return image(MediaType.OCI_MANIFEST, config, layers);
  }

  static Document image(MediaType mediaType, Content config, Content... layers) {
    return of(
        mediaType,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                mediaType,
                config.descriptor("application/vnd.oci.image.config.v1+json"),
                Arrays.stream(layers).map(Content::descriptor).collect(Collectors.joining(","))));
  }

  /** An image without layers whose bytes hold this text; needs only {@link #EMPTY_CONFIG}. */
  static Document named(String note) {
    return of(
        MediaType.OCI_MANIFEST,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[],\"annotations\":{\"note\":\"%s\"}}"
            .formatted(
                MediaType.OCI_MANIFEST,
                EMPTY_CONFIG.descriptor("application/vnd.oci.empty.v1+json"),
                note));
  }

  static Document index(Document... children) {
    return index(MediaType.OCI_INDEX, children);
  }

  static Document index(MediaType mediaType, Document... children) {
    return of(
        mediaType,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(
                mediaType,
                Arrays.stream(children).map(Document::child).collect(Collectors.joining(","))));
  }

  /** An artifact that refers to a manifest, which need not exist. */
  static Document referrer(Digest subject, String artifactType, String note) {
    return of(
        MediaType.OCI_MANIFEST,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"artifactType\":\"%s\",\"config\":%s,\"layers\":[],\"subject\":%s,\"annotations\":{\"note\":\"%s\"}}"
            .formatted(
                MediaType.OCI_MANIFEST,
                artifactType,
                EMPTY_CONFIG.descriptor("application/vnd.oci.empty.v1+json"),
                subject(subject),
                note));
  }

  /** A descriptor of a manifest of which only the digest matters, as JSON. */
  static String subject(Digest digest) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":7}"
        .formatted(MediaType.OCI_MANIFEST, digest);
  }

  /** An entry of an index, for linux on amd64, as JSON. */
  private String child() {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}"
        .formatted(mediaType, digest(), content.size());
  }

  Digest digest() {
    return content.digest();
  }
}
