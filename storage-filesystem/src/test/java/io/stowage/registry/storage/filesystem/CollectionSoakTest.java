package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.GarbageCollector.Finding;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that race for the same content while collections follow one another. In each round some
 * push and delete what others ask for at the same time, so that it becomes garbage and is wanted
 * again in the same moment. Whoever was told that something is there must get through.
 */
class CollectionSoakTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final RepositoryName OTHER = new RepositoryName("library/other");
  private static final int ROUNDS = 60;
  private static final int KEPT = 20;

  /** One client in one round. */
  private interface Client {
    void run(int round) throws IOException;
  }

  /** A manifest that was acknowledged and that nobody deletes, but for its pusher. */
  private record Acknowledged(RepositoryName repository, TestManifest manifest) {}

  @TempDir(factory = MemoryFolderFactory.class)
  private Path root;

  private FileStorage storage;
  private final Map<String, Queue<Acknowledged>> acknowledged = new ConcurrentHashMap<>();
  private final AtomicLong promises = new AtomicLong();

  @BeforeEach
  void openEmptyVolume() throws IOException {
    storage = FileStorage.open(TestDisk.options(root), TestManifest.READER);
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  @Test
  void clients_whileCollectionsRun_getWhatTheyWereToldIsThere() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    List<Client> clients =
        List.of(
            this::pushAndDelete,
            round -> confirmOrUpload(APP, round, "first"),
            round -> confirmOrUpload(APP, round, "second"),
            round -> mountOrUpload(round),
            this::tagAndUntagAChild,
            this::indexTheChild,
            this::signAndDelete);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Long> collector = threads.submit(() -> collectUntil(done));
      for (int round = 0; round < ROUNDS; round++) {
        int number = round;
        List<Future<?>> running = new ArrayList<>();
        for (Client client : clients) {
          running.add(threads.submit(() -> runClient(client, number)));
        }
        for (Future<?> client : running) {
          client.get();
        }
      }
      done.set(true);
      assertThat(collector.get()).isGreaterThan(ROUNDS / 10L);
    }
    assertThat(promises.get()).as("how often somebody was told yes").isGreaterThan(ROUNDS);
    requireNothingMissingAndNothingLeft();
  }

  private Void runClient(Client client, int round) throws IOException {
    client.run(round);
    return null;
  }

  private long collectUntil(AtomicBoolean done) throws IOException {
    long collections = 0;
    while (!done.get()) {
      boolean untagged = collections++ % 3 != 0;
      storage
          .garbageCollector()
          .collect(new Order(false, untagged, Duration.ofHours(1)), this::requireDecided);
    }
    return collections;
  }

  private void requireDecided(Finding finding) {
    assertThat(finding).isNotInstanceOf(Finding.Undecided.class);
  }

  // --- blobs

  private static byte[] layer(int round) {
    return Pushes.bytes("the layer that all want in round " + round);
  }

  private static TestManifest image(String who, int round) {
    byte[] layer = layer(round);
    return TestManifest.of(who + " in round " + round)
        .withBlob(Pushes.digestOf(layer), layer.length);
  }

  private void pushAndDelete(int round) throws IOException {
    Pushes.blob(storage, APP, layer(round));
    Pushes.manifest(storage, APP, image("deleted", round), "deleted");
    assertThat(storage.manifests().delete(APP, image("deleted", round).digest())).isPresent();
  }

  private void confirmOrUpload(RepositoryName repository, int round, String who)
      throws IOException {
    Digest digest = Pushes.digestOf(layer(round));
    for (int attempt = 0; attempt < 3; attempt++) {
      if (storage.blobs().confirm(repository, digest).isPresent()) {
        promises.incrementAndGet();
      } else {
        Pushes.blob(storage, repository, layer(round));
      }
      push(repository, image(who + attempt, round), who);
    }
  }

  private void mountOrUpload(int round) throws IOException {
    if (storage.blobs().mount(APP, OTHER, Pushes.digestOf(layer(round))).isPresent()) {
      promises.incrementAndGet();
    } else {
      Pushes.blob(storage, OTHER, layer(round));
    }
    push(OTHER, image("mounted", round), "mounted");
  }

  // --- manifests

  private static TestManifest child(int round) {
    return TestManifest.of("the child that all want in round " + round);
  }

  private void tagAndUntagAChild(int round) throws IOException {
    Tag tag = new Tag("child-" + round);
    Pushes.manifest(storage, APP, child(round), tag.name());
    storage.tags().delete(APP, tag);
  }

  private void indexTheChild(int round) throws IOException {
    if (storage.manifests().confirm(APP, child(round).digest()).isPresent()) {
      promises.incrementAndGet();
    } else {
      Pushes.manifest(storage, APP, child(round));
    }
    push(APP, TestManifest.of("index of round " + round).withManifest(child(round)), "index");
  }

  /** The signature must live as long as its subject, and go with it. */
  private void signAndDelete(int round) throws IOException {
    TestManifest subject = TestManifest.of("signed in round " + round);
    TestManifest signature =
        TestManifest.of("signature of round " + round).withSubject(subject.digest());
    Pushes.manifest(storage, APP, subject, "signed-" + round);
    Pushes.manifest(storage, APP, signature);
    remember(APP, subject, "signed");
    remember(APP, signature, "signature");
  }

  private void push(RepositoryName repository, TestManifest manifest, String who)
      throws IOException {
    Pushes.manifest(storage, repository, manifest, "tag-" + manifest.digest().hex());
    remember(repository, manifest, who);
  }

  /** Keeps the last few of each client, and deletes those before. */
  private void remember(RepositoryName repository, TestManifest manifest, String who)
      throws IOException {
    Queue<Acknowledged> mine =
        acknowledged.computeIfAbsent(who, w -> new ConcurrentLinkedQueue<>());
    mine.add(new Acknowledged(repository, manifest));
    while (mine.size() > KEPT) {
      Acknowledged old = mine.remove();
      assertThat(storage.manifests().delete(old.repository(), old.manifest().digest())).isPresent();
    }
  }

  // --- the end

  private void requireNothingMissingAndNothingLeft() throws IOException {
    storage.garbageCollector().collect(new Order(false, true, Duration.ZERO), this::requireDecided);
    Set<Digest> needed = new HashSet<>();
    for (Acknowledged one : acknowledged.values().stream().flatMap(Queue::stream).toList()) {
      TestManifest manifest = one.manifest();
      needed.add(manifest.digest());
      needed.addAll(manifest.facts().contents());
      assertThat(storage.manifests().find(one.repository(), manifest.digest())).isPresent();
      for (Digest digest : manifest.blobs().stream().map(blob -> blob.digest()).toList()) {
        assertThat(storage.blobs().find(one.repository(), digest)).isPresent();
      }
      for (Digest digest : manifest.manifests().stream().map(kept -> kept.digest()).toList()) {
        assertThat(storage.manifests().find(one.repository(), digest)).isPresent();
      }
    }
    TreeRules.check(root);
    try (Stream<String> files = TreeRules.files(root).stream()) {
      assertThat(files.filter(file -> file.endsWith("/data"))).hasSize(needed.size());
    }
  }
}
