package io.stowage.registry.e2e.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Everything that was pushed to a volume and not deleted again, by whichever server. */
final class Inventory {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Content> blobs = new LinkedHashMap<>();
  private final Map<String, Content> manifests = new LinkedHashMap<>();
  private final SortedMap<String, SortedSet<String>> tags = new TreeMap<>();
  private final Map<String, String> referrers = new LinkedHashMap<>();
  private final List<HalfDone> halfDone = new ArrayList<>();

  /** An upload that its server was stopped in. */
  record HalfDone(String name, String target, String text) {}

  void blob(String name, String digest, Content content) {
    blobs.put("/v2/" + name + "/blobs/" + digest, content);
  }

  /** A manifest that is there by a tag or a digest. */
  void manifest(String name, String reference, Content content) {
    manifests.put("/v2/" + name + "/manifests/" + reference, content);
    SortedSet<String> there = tags.computeIfAbsent(name, _ -> new TreeSet<>());
    if (!reference.contains(":")) {
      there.add(reference);
    }
  }

  void gone(String name, String reference) {
    manifests.remove("/v2/" + name + "/manifests/" + reference);
    tags.getOrDefault(name, new TreeSet<>()).remove(reference);
  }

  void referrer(String name, String subject, String digest) {
    referrers.put("/v2/" + name + "/referrers/" + subject, digest);
  }

  void halfDone(HalfDone upload) {
    halfDone.add(upload);
  }

  /** Hands over the uploads that nobody has finished yet. */
  List<HalfDone> takeHalfDone() {
    List<HalfDone> taken = List.copyOf(halfDone);
    halfDone.clear();
    return taken;
  }

  /** All that can be asked for, with what should come. */
  Map<String, Content> all() {
    Map<String, Content> all = new LinkedHashMap<>(blobs);
    all.putAll(manifests);
    return all;
  }

  /** Reads everything and compares bytes, types and digests, as far as that server tells them. */
  void verify(Remote remote, Edition edition) throws IOException {
    for (Map.Entry<String, Content> entry : all().entrySet()) {
      Remote.Reply reply = remote.get(entry.getKey());
      String what = edition + " " + entry.getKey() + " " + reply;
      assertThat(reply.status()).as(what).isEqualTo(200);
      assertThat(reply.body()).as(what).isEqualTo(entry.getValue().text());
      String reference = entry.getKey().substring(entry.getKey().lastIndexOf('/') + 1);
      boolean told = reference.startsWith(edition == Edition.OURS ? "sha" : "sha256:");
      if (told && reference.contains(":")) {
        assertThat(reply.header("Docker-Content-Digest")).as(what).isEqualTo(reference);
      }
      if (manifests.containsKey(entry.getKey())) {
        assertThat(reply.header("Content-Type")).as(what).isEqualTo(entry.getValue().type());
      }
    }
    verifyLists(remote, edition);
  }

  private void verifyLists(Remote remote, Edition edition) throws IOException {
    SortedSet<String> catalog = strings(remote.get("/v2/_catalog?n=1000"), "repositories");
    if (edition == Edition.OURS) {
      assertThat(catalog).isEqualTo(tags.keySet());
    } else {
      // They also list what holds nothing any more, or blobs only.
      assertThat(catalog).as(edition.toString()).containsAll(tags.keySet());
    }
    for (Map.Entry<String, SortedSet<String>> entry : tags.entrySet()) {
      Remote.Reply list = remote.get("/v2/" + entry.getKey() + "/tags/list");
      assertThat(strings(list, "tags")).as(edition + " " + list).isEqualTo(entry.getValue());
    }
    if (edition == Edition.OURS) {
      for (Map.Entry<String, String> entry : referrers.entrySet()) {
        Remote.Reply list = remote.get(entry.getKey()).expect(200);
        assertThat(list.body()).contains(entry.getValue());
      }
    }
  }

  private static SortedSet<String> strings(Remote.Reply reply, String field) {
    JsonNode list = JSON.readTree(reply.expect(200).body()).path(field);
    return new TreeSet<>(Arrays.asList(JSON.convertValue(list, String[].class)));
  }
}
