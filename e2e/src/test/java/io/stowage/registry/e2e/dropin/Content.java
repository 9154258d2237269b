package io.stowage.registry.e2e.dropin;

import io.stowage.registry.e2e.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A blob or manifest as text.
 *
 * @param type media type
 */
record Content(String type, String text) {
  static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
  static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  static final List<String> TYPES = List.of(OCI, OCI_INDEX, DOCKER, DOCKER_LIST);

  static final Content LAYER =
      new Content("application/vnd.oci.image.layer.v1.tar", "layer ".repeat(100));
  static final Content CONFIG =
      new Content(
          "application/vnd.oci.image.config.v1+json",
          "{\"architecture\":\"amd64\",\"os\":\"linux\"}");
  static final Content IMAGE = image(OCI, CONFIG, LAYER);
  static final Content DOCKER_IMAGE = image(DOCKER, dockerConfig(), LAYER);
  static final Content INDEX = index(OCI_INDEX, IMAGE);
  static final Content LIST = index(DOCKER_LIST, DOCKER_IMAGE);

  private static Content dockerConfig() {
    return new Content("application/vnd.docker.container.image.v1+json", CONFIG.text());
  }

  /** An image manifest of one layer. */
  static Content image(String type, Content config, Content layer) {
    return image(type, config, layer, "");
  }

  /** The same with more fields, each beginning with a comma. */
  static Content image(String type, Content config, Content layer, String more) {
    String text =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]%s}"
            .formatted(type, config.descriptor(), layer.descriptor(), more);
    return new Content(type, text);
  }

  /** An index of one image for amd64. */
  static Content index(String type, Content child) {
    String descriptor = child.descriptor();
    String platform = ",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}";
    String text =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(type, descriptor.substring(0, descriptor.length() - 1) + platform);
    return new Content(type, text);
  }

  /** A blob of bytes that mean nothing. */
  static Content blob(String text) {
    return new Content("application/octet-stream", text);
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  String digest() {
    return Sha256.digest(bytes());
  }

  String descriptor() {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, digest(), bytes().length);
  }
}
