package io.stowage.registry.e2e.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.e2e.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes as they are found after years: large, damaged, tidied up by hand. */
class DamageDropIn {
  private static final int MANY = 10_000;

  @TempDir(factory = Scratch.class)
  Path folder;

  @Test
  void volume_withTenThousandTags_isServedWhole() throws IOException {
    Path data = folder.resolve("many");
    try (RegistryProcess server = Edition.V3.start(data, Conversations.DELETES)) {
      new Workload(new Remote(server), Edition.V3, new Inventory(), "many").push();
    }
    Tree tree = new Tree(data);
    String digest = Files.readString(tree.tag("many", "v1").resolve("current/link"));
    for (int i = 0; i < MANY; i++) {
      tree.putTag("many", "build-%05d".formatted(i), digest);
    }
    long start = System.nanoTime();
    try (RegistryProcess server = Edition.OURS.start(data, Conversations.DELETES)) {
      Remote remote = new Remote(server);
      assertThat(tagsByPages(remote)).isEqualTo(MANY + 2);
      long millis = (System.nanoTime() - start) / 1_000_000;
      System.out.printf("measured: start and %d tags listed by pages: %d ms%n", MANY, millis);
      for (int i = 0; i < MANY; i += 997) {
        Remote.Reply reply = remote.get("/v2/many/manifests/build-%05d".formatted(i));
        assertThat(reply.expect(200).header("Docker-Content-Digest")).isEqualTo(digest);
      }
    }
    try (RegistryProcess server = Edition.V3.start(data, Conversations.DELETES)) {
      assertThat(tagsByPages(new Remote(server))).isEqualTo(MANY + 2);
    }
  }

  private static int tagsByPages(Remote remote) throws IOException {
    int count = 0;
    String page = "/v2/many/tags/list?n=1000";
    while (!page.isEmpty()) {
      Remote.Reply reply = remote.get(page).expect(200);
      String list = reply.body().replaceFirst(".*\\[", "");
      count += list.startsWith("]") ? 0 : list.split(",", -1).length;
      page = reply.header("Link").replaceFirst("^<([^>]*)>.*$", "$1");
    }
    return count;
  }

  @Test
  void volume_damagedByHand_servesAllThatIsWhole() throws IOException {
    Path data = folder.resolve("damaged");
    Inventory inventory = new Inventory();
    try (RegistryProcess server = Edition.V3.start(data, Conversations.DELETES)) {
      new Workload(new Remote(server), Edition.V3, inventory, "hurt").push();
      new Workload(new Remote(server), Edition.V3, inventory, "whole").push();
      new Workload(new Remote(server), Edition.V3, inventory, "doomed").push();
    }
    damage(new Tree(data), inventory);
    Map<String, Integer> before = read(Edition.V3, data, inventory);
    assertThat(before).containsValues(200, 404, 500);
    try (RegistryProcess server = Edition.OURS.start(data, Conversations.DELETES)) {
      Remote remote = new Remote(server);
      for (String target : inventory.all().keySet()) {
        List<Integer> allowed =
            Objects.equals(before.get(target), 200) ? List.of(200) : List.of(200, 404);
        assertThat(status(remote, target, inventory)).as(target).isIn(allowed);
      }
      removeWhileServing(new Tree(data), remote, inventory);
    }
    for (Edition edition : List.of(Edition.V3, Edition.V2)) {
      assertThat(read(edition, data, inventory)).containsEntry("/v2/whole/manifests/v1", 200);
    }
  }

  /** What the server makes of everything: the status, or 0 if the bytes are not those pushed. */
  private static Map<String, Integer> read(Edition edition, Path data, Inventory inventory)
      throws IOException {
    Map<String, Integer> statuses = new LinkedHashMap<>();
    try (RegistryProcess server = edition.start(data, Conversations.DELETES)) {
      for (String target : inventory.all().keySet()) {
        statuses.put(target, status(new Remote(server), target, inventory));
      }
    }
    return statuses;
  }

  private static int status(Remote remote, String target, Inventory inventory) throws IOException {
    Remote.Reply reply = remote.get(target);
    Content expected = Objects.requireNonNull(inventory.all().get(target));
    return reply.status() == 200 && !reply.body().equals(expected.text()) ? 0 : reply.status();
  }

  /** One of each kind that is found on old volumes. */
  private static void damage(Tree tree, Inventory inventory) throws IOException {
    List<String> layers = digests(inventory, "/v2/hurt/blobs/");
    Tree.write(tree.layer("hurt", layers.get(0)), "");
    Tree.write(tree.layer("hurt", layers.get(1)), layers.get(1).substring(0, 20));
    Tree.write(tree.blob(digests(inventory, "/v2/hurt/app/blobs/").get(0)).resolve("data"), "");
    Files.delete(tree.blob(digests(inventory, "/v2/hurt/multi/blobs/").get(0)).resolve("data"));
    Tree.write(tree.tag("hurt", "v1").resolve("current/link"), "");
    Tree.write(tree.tag("hurt", "latest").resolve("current/link.1.tmp"), "sha256:");
    Tree.write(tree.tag("hurt", ".nfs0001"), "a file among the tags");
    Files.createDirectories(tree.tag("hurt/moved", "empty"));
    tree.putTag("hurt/moved", "dangling", Content.blob("never pushed").digest());
    List<String> moved = digests(inventory, "/v2/hurt/moved/manifests/");
    Tree.write(tree.revision("hurt/moved", moved.get(0)), "");
    Tree.write(tree.blob(moved.get(1)).resolve("data"), "");
    Path uploads = tree.repository("hurt/app").resolve("_uploads");
    Tree.write(uploads.resolve("11111111-1111-4111-8111-111111111111/hashstates/sha256/0"), "");
    Tree.write(uploads.resolve("22222222-2222-4222-8222-222222222222/data"), "no start");
    Files.createDirectories(tree.repository("hurt/nothing/_manifests"));
  }

  private static List<String> digests(Inventory inventory, String prefix) {
    return inventory.all().keySet().stream()
        .filter(target -> target.startsWith(prefix + "sha256:"))
        .map(target -> target.substring(prefix.length()))
        .toList();
  }

  private static void removeWhileServing(Tree tree, Remote remote, Inventory inventory)
      throws IOException {
    remote.get("/v2/doomed/manifests/v1").expect(200);
    Tree.remove(tree.repository("doomed"));
    for (String target : inventory.all().keySet()) {
      if (target.startsWith("/v2/doomed/")) {
        remote.get(target).expect(404);
      }
    }
    remote.get("/v2/doomed/tags/list").expect(404);
    assertThat(remote.get("/v2/_catalog").expect(200).body())
        .contains("\"whole\"", "\"hurt\"")
        .doesNotContain("doomed", "nothing");
    String tags = remote.get("/v2/hurt/moved/tags/list").expect(200).body();
    assertThat(tags).contains("stays").doesNotContain("dangling", "empty");
    assertThat(remote.get("/v2/hurt/tags/list").expect(200).body())
        .isEqualTo("{\"name\":\"hurt\",\"tags\":[\"latest\"]}\n");
  }
}
