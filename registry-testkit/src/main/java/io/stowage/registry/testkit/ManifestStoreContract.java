package io.stowage.registry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.ManifestPut;
import io.stowage.registry.storage.ManifestStore;
import io.stowage.registry.storage.StoredManifest;
import io.stowage.registry.storage.TagCondition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What {@link ManifestStore} promises. */
public abstract class ManifestStoreContract extends StorageContract {
  private static final byte[] LAYER = Pushes.bytes("a layer");
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);
  private static final TestManifest ONE = TestManifest.of("one");
  private static final TestManifest TWO = TestManifest.of("two");
  private static final Tag V1 = new Tag("v1");

  private ManifestStore manifests() {
    return storage.manifests();
  }

  private Optional<Digest> tag(String name) throws IOException {
    return storage.tags().find(APP, new Tag(name));
  }

  // --- put and find

  @Test
  void find_putManifest_givesExactlyItsBytes() throws IOException {
    Pushes.manifest(storage, APP, ONE);

    StoredManifest found = manifests().find(APP, ONE.digest()).orElseThrow();

    assertThat(found.bytes()).isEqualTo(ONE.bytes());
    assertThat(found.digest()).isEqualTo(ONE.digest());
    assertThat(found.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
  }

  @Test
  void find_inAnotherRepository_isAbsent() throws IOException {
    Pushes.manifest(storage, APP, ONE);

    assertThat(manifests().find(OTHER, ONE.digest())).isEmpty();
  }

  @Test
  void find_blobThatIsNoManifest_isAbsent() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    assertThat(manifests().find(APP, LAYER_DIGEST)).isEmpty();
  }

  @Test
  void put_bySha512_isThereUnderThatDigestOnly() throws IOException {
    Digest sha512 = ONE.digest(DigestAlgorithm.SHA512);

    manifests().put(Pushes.put(APP, ONE, DigestAlgorithm.SHA512, TagCondition.NONE, "v1"));

    assertThat(manifests().find(APP, sha512).orElseThrow().digest()).isEqualTo(sha512);
    assertThat(manifests().find(APP, ONE.digest())).isEmpty();
    assertThat(tag("v1")).contains(sha512);
  }

  @Test
  void put_withoutATag_setsNone() throws IOException {
    Pushes.manifest(storage, APP, ONE);

    assertThat(storage.tags().list(APP, null, 10).items()).isEmpty();
  }

  @Test
  void put_severalTags_setsAll() throws IOException {
    Pushes.manifest(storage, APP, ONE, "a", "b", "c");

    assertThat(tag("a")).contains(ONE.digest());
    assertThat(tag("b")).contains(ONE.digest());
    assertThat(tag("c")).contains(ONE.digest());
  }

  @Test
  void put_sameTagTwice_setsItOnce() throws IOException {
    Pushes.manifest(storage, APP, ONE, "a", "a");

    assertThat(storage.tags().list(APP, null, 10).items()).containsExactly(new Tag("a"));
  }

  @Test
  void put_tagOfAnotherManifest_movesItAndKeepsBoth() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");

    Pushes.manifest(storage, APP, TWO, "v1");

    assertThat(tag("v1")).contains(TWO.digest());
    assertThat(manifests().find(APP, ONE.digest())).isPresent();
  }

  @Test
  void put_again_changesNothing() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");

    Pushes.manifest(storage, APP, ONE, "v1");

    assertThat(manifests().find(APP, ONE.digest()).orElseThrow().bytes()).isEqualTo(ONE.bytes());
    assertThat(storage.tags().list(APP, null, 10).items()).containsExactly(V1);
  }

  @Test
  void put_intoANewNameOutsideTheSpecification_isRefused() {
    RepositoryName legacy = new RepositoryName("UPPER/app");

    assertThat(errorsOf(() -> Pushes.manifest(storage, legacy, ONE)))
        .singleElement()
        .isInstanceOf(RegistryError.NameInvalid.class);
  }

  // --- what it requires

  @Test
  void put_blobsThatAreThere_isAccepted() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    TestManifest manifest = ONE.withBlob(LAYER_DIGEST, LAYER.length);

    Pushes.manifest(storage, APP, manifest, "v1");

    assertThat(tag("v1")).contains(manifest.digest());
  }

  @Test
  void put_missingContent_namesEachOnceAndStoresNothing() throws IOException {
    Digest missing = Pushes.digestOf(Pushes.bytes("missing"));
    TestManifest manifest =
        ONE.withBlob(LAYER_DIGEST, LAYER.length)
            .withBlob(missing, 7)
            .withBlob(missing, 7)
            .withManifest(TWO);

    assertThat(errorsOf(() -> Pushes.manifest(storage, APP, manifest, "v1")))
        .containsExactly(
            new RegistryError.ManifestBlobUnknown(LAYER_DIGEST),
            new RegistryError.ManifestBlobUnknown(missing),
            new RegistryError.ManifestBlobUnknown(TWO.digest()));
    assertThat(manifests().find(APP, manifest.digest())).isEmpty();
    assertThat(tag("v1")).isEmpty();
    assertThat(storage.repositories().exists(APP)).isFalse();
  }

  @Test
  void put_blobOfAnotherRepository_isUnknownHere() throws IOException {
    Pushes.blob(storage, OTHER, LAYER);
    TestManifest manifest = ONE.withBlob(LAYER_DIGEST, LAYER.length);

    assertThat(errorsOf(() -> Pushes.manifest(storage, APP, manifest)))
        .containsExactly(new RegistryError.ManifestBlobUnknown(LAYER_DIGEST));
  }

  @Test
  void put_blobWhereAManifestIsRequired_isUnknown() throws IOException {
    Pushes.blob(storage, APP, TWO.bytes());

    assertThat(errorsOf(() -> Pushes.manifest(storage, APP, ONE.withManifest(TWO))))
        .containsExactly(new RegistryError.ManifestBlobUnknown(TWO.digest()));
  }

  @Test
  void put_contentOfAnotherSize_isInvalid() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    assertThat(errorsOf(() -> Pushes.manifest(storage, APP, ONE.withBlob(LAYER_DIGEST, 3))))
        .singleElement()
        .isInstanceOf(RegistryError.ManifestInvalid.class);
    assertThat(storage.repositories().exists(APP)).isFalse();
  }

  @Test
  void put_childrenThatAreThere_isAccepted() throws IOException {
    Pushes.manifest(storage, APP, ONE);
    Pushes.manifest(storage, APP, TWO);
    TestManifest index = TestManifest.of("index").withManifest(ONE).withManifest(TWO);

    Pushes.manifest(storage, APP, index, "v1");

    assertThat(manifests().find(APP, index.digest()).orElseThrow().mediaType())
        .isEqualTo(MediaType.OCI_INDEX);
  }

  // --- conditions

  @Test
  void put_ifAbsentAndTheTagIsThere_changesNothing() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");

    assertThat(
            errorsOf(() -> manifests().put(Pushes.put(APP, TWO, new TagCondition.Absent(), "v1"))))
        .containsExactly(new RegistryError.PreconditionFailed(V1, "If-None-Match: *"));
    assertThat(tag("v1")).contains(ONE.digest());
    assertThat(manifests().find(APP, TWO.digest())).isEmpty();
  }

  @Test
  void put_ifAbsentAndOneOfTheTagsIsThere_setsNone() throws IOException {
    Pushes.manifest(storage, APP, ONE, "b");

    errorsOf(() -> manifests().put(Pushes.put(APP, TWO, new TagCondition.Absent(), "a", "b", "c")));

    assertThat(storage.tags().list(APP, null, 10).items()).containsExactly(new Tag("b"));
    assertThat(tag("b")).contains(ONE.digest());
  }

  @Test
  void put_ifOnTheExpectedManifest_moves() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");

    manifests().put(Pushes.put(APP, TWO, new TagCondition.On(ONE.digest()), "v1"));

    assertThat(tag("v1")).contains(TWO.digest());
  }

  @Test
  void put_ifOnAnotherManifest_changesNothing() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");

    errorsOf(() -> manifests().put(Pushes.put(APP, TWO, new TagCondition.On(TWO.digest()), "v1")));

    assertThat(tag("v1")).contains(ONE.digest());
  }

  @Test
  void az2_put_thatMustNotMoveATag_makesItOrLeavesIt() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");

    assertThat(errorsOf(() -> manifests().put(unmoved(TWO, "v1"))))
        .hasOnlyElementsOfType(RegistryError.Denied.class);
    manifests().put(unmoved(ONE, "v1"));
    manifests().put(unmoved(TWO, "v2"));

    assertThat(tag("v1")).contains(ONE.digest());
    assertThat(tag("v2")).contains(TWO.digest());
  }

  @Test
  void az3_put_thatMustNotMoveOneOfManyTags_setsNone() throws IOException {
    Pushes.manifest(storage, APP, ONE, "b");

    assertThat(errorsOf(() -> manifests().put(unmoved(TWO, "a", "b", "c"))))
        .hasOnlyElementsOfType(RegistryError.Denied.class);

    assertThat(storage.tags().list(APP, null, 10).items()).containsExactly(new Tag("b"));
    assertThat(manifests().find(APP, TWO.digest())).isEmpty();
  }

  private static ManifestPut unmoved(TestManifest manifest, String... tags) {
    return Pushes.put(APP, manifest, new TagCondition.Unmoved(manifest.digest()), tags);
  }

  @Test
  void put_ifAbsentByManyAtOnce_letsOneWin()
      throws InterruptedException, ExecutionException, IOException {
    List<Callable<Boolean>> rivals = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      TestManifest mine = TestManifest.of("rival " + i);
      rivals.add(() -> accepted(mine));
    }

    assertThat(atOnce(rivals)).containsOnlyOnce(true);
    assertThat(manifests().find(APP, tag("v1").orElseThrow())).isPresent();
  }

  private boolean accepted(TestManifest manifest) throws IOException {
    try {
      manifests().put(Pushes.put(APP, manifest, new TagCondition.Absent(), "v1"));
      return true;
    } catch (RegistryException e) {
      assertThat(e.errors()).hasOnlyElementsOfType(RegistryError.PreconditionFailed.class);
      return false;
    }
  }

  @Test
  void put_sameTagsByManyAtOnce_leavesAllTagsOnOneManifest()
      throws InterruptedException, ExecutionException, IOException {
    List<Callable<Boolean>> rivals = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      TestManifest mine = TestManifest.of("rival " + i);
      String[] tags = i % 2 == 0 ? new String[] {"a", "b", "c"} : new String[] {"c", "b", "a"};
      rivals.add(
          () -> {
            Pushes.manifest(storage, APP, mine, tags);
            return true;
          });
    }
    atOnce(rivals);

    Digest winner = tag("a").orElseThrow();
    assertThat(tag("b")).contains(winner);
    assertThat(tag("c")).contains(winner);
    assertThat(manifests().find(APP, winner)).isPresent();
  }

  // --- delete

  @Test
  void delete_manifest_removesItWithItsTagsAndNoOthers() throws IOException {
    Pushes.manifest(storage, APP, ONE, "b", "a");
    Pushes.manifest(storage, APP, TWO, "c");

    assertThat(manifests().delete(APP, ONE.digest())).contains(List.of(new Tag("a"), new Tag("b")));

    assertThat(manifests().find(APP, ONE.digest())).isEmpty();
    assertThat(tag("a")).isEmpty();
    assertThat(tag("b")).isEmpty();
    assertThat(tag("c")).contains(TWO.digest());
    assertThat(storage.tags().list(APP, null, 10).items()).containsExactly(new Tag("c"));
  }

  @Test
  void delete_tagThatMovedAway_isKept() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");
    Pushes.manifest(storage, APP, TWO, "v1");

    assertThat(manifests().delete(APP, ONE.digest())).contains(List.of());

    assertThat(tag("v1")).contains(TWO.digest());
  }

  @Test
  void delete_inOneRepository_keepsItInAnother() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");
    Pushes.manifest(storage, OTHER, ONE, "v1");

    manifests().delete(APP, ONE.digest());

    assertThat(manifests().find(OTHER, ONE.digest())).isPresent();
  }

  @Test
  void delete_childOfAnIndex_keepsTheIndex() throws IOException {
    Pushes.manifest(storage, APP, ONE);
    TestManifest index = TestManifest.of("index").withManifest(ONE);
    Pushes.manifest(storage, APP, index, "v1");

    manifests().delete(APP, ONE.digest());

    assertThat(manifests().find(APP, index.digest())).isPresent();
    assertThat(tag("v1")).contains(index.digest());
  }

  @Test
  void delete_unknownManifest_saysSo() throws IOException {
    assertThat(manifests().delete(APP, ONE.digest())).isEmpty();
  }

  @Test
  void delete_thenPutAgain_bringsBackNoOldTag() throws IOException {
    Pushes.manifest(storage, APP, ONE, "old");
    manifests().delete(APP, ONE.digest());

    Pushes.manifest(storage, APP, ONE, "new");

    assertThat(storage.tags().list(APP, null, 10).items()).containsExactly(new Tag("new"));
  }

  @Test
  void putAndDelete_ofTheSameManifestAtOnce_leaveNoTagOnNothing()
      throws InterruptedException, ExecutionException, IOException {
    for (int round = 0; round < 8; round++) {
      List<Callable<Boolean>> rivals = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String tag = "t" + i;
        rivals.add(
            () -> {
              Pushes.manifest(storage, APP, ONE, tag, "shared");
              return true;
            });
        rivals.add(() -> manifests().delete(APP, ONE.digest()).isPresent());
      }
      atOnce(rivals);

      boolean there = manifests().find(APP, ONE.digest()).isPresent();
      for (String tag : List.of("t0", "t1", "t2", "t3", "shared")) {
        assertThat(there || tag(tag).isEmpty()).as("tag %s names something", tag).isTrue();
      }
    }
  }

  @Test
  void putAndDeleteOfABlob_atOnce_leaveNoManifestWithoutIt()
      throws InterruptedException, ExecutionException, IOException {
    TestManifest manifest = ONE.withBlob(LAYER_DIGEST, LAYER.length);
    for (int round = 0; round < 8; round++) {
      Pushes.blob(storage, APP, LAYER);
      List<Boolean> done =
          atOnce(
              List.of(
                  () -> putOrRefused(manifest), () -> storage.blobs().delete(APP, LAYER_DIGEST)));

      boolean accepted = done.get(0);
      assertThat(manifests().find(APP, manifest.digest()).isPresent()).isEqualTo(accepted);
      manifests().delete(APP, manifest.digest());
    }
  }

  private boolean putOrRefused(TestManifest manifest) throws IOException {
    try {
      Pushes.manifest(storage, APP, manifest, "v1");
      return true;
    } catch (RegistryException e) {
      assertThat(e.errors()).containsExactly(new RegistryError.ManifestBlobUnknown(LAYER_DIGEST));
      return false;
    }
  }
}
