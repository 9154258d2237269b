package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.Sha256;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Somebody who pulls what others are about to change: a tag may be gone, or on another image, but
 * what comes is whole. For one thread.
 */
final class Puller {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Random random;
  private final Ledger ledger;

  Puller(Random seeds, Ledger ledger) {
    this.random = new Random(seeds.nextLong());
    this.ledger = ledger;
  }

  /** Pulls the image of some tag; false if there is none to pull. */
  boolean step(Caller caller) throws IOException {
    List<Map.Entry<Ledger.Tag, Image>> tags = List.copyOf(ledger.tags().entrySet());
    if (tags.isEmpty()) {
      return false;
    }
    Ledger.Tag tag = tags.get(random.nextInt(tags.size())).getKey();
    Answer manifest = caller.get("/v2/" + tag.repository() + "/manifests/" + tag.name());
    if (!whole(manifest, manifest.header("Docker-Content-Digest"))) {
      return true;
    }
    JsonNode image = JSON.readTree(manifest.body());
    for (JsonNode named : List.of(image.path("config"), image.path("layers").path(0))) {
      String digest = named.path("digest").asString();
      whole(caller.get("/v2/" + tag.repository() + "/blobs/" + digest), digest);
    }
    String subject = manifest.header("Docker-Content-Digest");
    Answer referrers = caller.get("/v2/" + tag.repository() + "/referrers/" + subject);
    // A repository whose last manifest was deleted is not there.
    if (referrers.status() != 503 && referrers.status() != 404) {
      referrers.expect(200);
    }
    return true;
  }

  /** What was deleted, or asked for while the server stops, isn't there; nothing else is wrong. */
  private static boolean whole(Answer answer, String digest) {
    if (answer.status() == 404 || answer.status() == 503) {
      return false;
    }
    if (answer.status() != 200 || !Sha256.digest(answer.body()).equals(digest)) {
      throw new AssertionError("torn, not " + digest + ": " + answer);
    }
    return true;
  }
}
