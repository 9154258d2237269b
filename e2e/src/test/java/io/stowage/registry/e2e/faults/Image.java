package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * An image of one layer, all of whose bytes follow from two seeds, so that a ledger need not keep
 * them. Images of one layer seed share the layer.
 *
 * @param layerBytes length of the layer
 */
record Image(String repository, long layerSeed, int layerBytes, long seed) {
  static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

  byte[] layer() {
    byte[] bytes = new byte[layerBytes];
    new Random(layerSeed).nextBytes(bytes);
    return bytes;
  }

  byte[] config() {
    return "{\"architecture\":\"amd64\",\"os\":\"linux\",\"author\":\"%d\"}"
        .formatted(seed)
        .getBytes(StandardCharsets.UTF_8);
  }

  byte[] manifest() {
    String text =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                TYPE,
                descriptor("application/vnd.oci.image.config.v1+json", config()),
                descriptor("application/vnd.oci.image.layer.v1.tar", layer()));
    return text.getBytes(StandardCharsets.UTF_8);
  }

  String digest() {
    return Sha256.digest(manifest());
  }

  private static String descriptor(String type, byte[] content) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, Sha256.digest(content), content.length);
  }
}
