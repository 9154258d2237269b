package io.stowage.registry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.GarbageCollector.Finding;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.storage.GarbageCollector.Outcome;
import io.stowage.registry.storage.ManifestPut;
import io.stowage.registry.storage.TagCondition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link io.stowage.registry.storage.GarbageCollector} promises. */
public abstract class GarbageCollectorContract extends StorageContract {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Order DEFAULT = new Order(false, false, Duration.ZERO);
  private static final Order UNTAGGED = new Order(false, true, Duration.ZERO);
  private static final byte[] LAYER = Pushes.bytes("a layer");
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);
  private static final byte[] OTHER_LAYER = Pushes.bytes("another layer");
  private static final Digest OTHER_DIGEST = Pushes.digestOf(OTHER_LAYER);

  private final List<Finding> findings = new ArrayList<>();

  private Outcome collect(Order order) throws IOException {
    findings.clear();
    return storage.garbageCollector().collect(order, findings::add);
  }

  private <T extends Finding> List<T> found(Class<T> kind) {
    return findings.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private Finding.Counted counted() {
    assertThat(found(Finding.Counted.class)).hasSize(1);
    return found(Finding.Counted.class).getFirst();
  }

  private boolean has(RepositoryName repository, TestManifest manifest) throws IOException {
    return storage.manifests().find(repository, manifest.digest()).isPresent();
  }

  private boolean has(RepositoryName repository, Digest blob) throws IOException {
    return storage.blobs().find(repository, blob).isPresent();
  }

  private TestManifest image(String note) throws IOException {
    Pushes.blob(storage, APP, Pushes.bytes("layer of " + note));
    return TestManifest.of(note)
        .withBlob(Pushes.digestOf(Pushes.bytes("layer of " + note)), ("layer of " + note).length());
  }

  private static Digest layerOf(TestManifest image) {
    return image.blobs().getFirst().digest();
  }

  // --- what is left alone

  @Test
  void collect_emptyStorage_countsNothing() throws IOException {
    assertThat(collect(UNTAGGED)).isEqualTo(new Outcome(0, 0, 0, 0, 0));
    assertThat(findings).containsExactly(new Finding.Counted(0, 0, 0));
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void collect_taggedImage_keepsAllOfIt(boolean untagged) throws IOException {
    TestManifest image = image("kept");
    Pushes.manifest(storage, APP, image, "v1");

    Outcome outcome = collect(new Order(false, untagged, Duration.ZERO));

    assertThat(outcome).isEqualTo(new Outcome(0, 0, 0, 0, 0));
    assertThat(findings)
        .containsExactly(
            new Finding.Repository(APP),
            new Finding.ManifestKept(APP, image.digest()),
            new Finding.BlobKept(APP, layerOf(image)),
            new Finding.Counted(2, 0, 0));
    assertThat(has(APP, image)).isTrue();
    assertThat(has(APP, layerOf(image))).isTrue();
  }

  @Test
  void collect_untaggedImageByDefault_keepsAllOfIt() throws IOException {
    TestManifest image = image("untagged");
    Pushes.manifest(storage, APP, image);

    assertThat(collect(DEFAULT).freedBytes()).isZero();

    assertThat(has(APP, image)).isTrue();
    assertThat(has(APP, layerOf(image))).isTrue();
  }

  // --- what goes

  @Test
  void collect_blobThatNoManifestNames_takesLinkAndBytes() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    Outcome outcome = collect(DEFAULT);

    assertThat(outcome).isEqualTo(new Outcome(0, 1, 1, LAYER.length, 0));
    assertThat(findings)
        .containsExactly(
            new Finding.Repository(APP),
            new Finding.Counted(0, 1, 0),
            new Finding.LinkEligible(APP, LAYER_DIGEST),
            new Finding.LinkDeleted(APP, LAYER_DIGEST),
            new Finding.BlobEligible(LAYER_DIGEST),
            new Finding.BlobDeleted(LAYER_DIGEST, LAYER.length));
    assertThat(has(APP, LAYER_DIGEST)).isFalse();
  }

  @Test
  void collect_deletedImage_takesAllOfItsBytes() throws IOException {
    TestManifest image = image("deleted");
    Pushes.manifest(storage, APP, image, "v1");
    storage.manifests().delete(APP, image.digest());

    Outcome outcome = collect(DEFAULT);

    assertThat(outcome.blobsDeleted()).isEqualTo(2);
    assertThat(outcome.freedBytes())
        .isEqualTo(image.bytes().length + image.blobs().getFirst().size());
    assertThat(found(Finding.BlobDeleted.class))
        .extracting(Finding.BlobDeleted::digest)
        .containsExactlyInAnyOrder(image.digest(), layerOf(image));
  }

  @Test
  void collect_unlinkedBlob_takesItsBytes() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    storage.blobs().delete(APP, LAYER_DIGEST);

    assertThat(collect(DEFAULT)).isEqualTo(new Outcome(0, 0, 1, LAYER.length, 0));
  }

  @Test
  void collect_blobOfTwoImages_goesWithTheLastOne() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    TestManifest one = TestManifest.of("one").withBlob(LAYER_DIGEST, LAYER.length);
    TestManifest two = TestManifest.of("two").withBlob(LAYER_DIGEST, LAYER.length);
    Pushes.manifest(storage, APP, one, "v1");
    Pushes.manifest(storage, APP, two, "v2");

    storage.manifests().delete(APP, one.digest());
    collect(DEFAULT);
    assertThat(has(APP, LAYER_DIGEST)).isTrue();

    storage.manifests().delete(APP, two.digest());
    collect(DEFAULT);
    assertThat(has(APP, LAYER_DIGEST)).isFalse();
  }

  @Test
  void collect_blobOfTwoRepositoriesNamedInOne_takesTheOthersLinkOnly() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    storage.blobs().mount(APP, OTHER, LAYER_DIGEST);
    Pushes.manifest(
        storage, APP, TestManifest.of("one").withBlob(LAYER_DIGEST, LAYER.length), "v1");

    Outcome outcome = collect(DEFAULT);

    assertThat(outcome).isEqualTo(new Outcome(0, 1, 0, 0, 0));
    assertThat(has(APP, LAYER_DIGEST)).isTrue();
    assertThat(has(OTHER, LAYER_DIGEST)).isFalse();
  }

  @Test
  void collect_manifestInTwoRepositoriesDeletedInOne_keepsItsBytes() throws IOException {
    TestManifest empty = TestManifest.of("in both");
    Pushes.manifest(storage, APP, empty, "v1");
    Pushes.manifest(storage, OTHER, empty, "v1");
    storage.manifests().delete(APP, empty.digest());

    assertThat(collect(DEFAULT).blobsDeleted()).isZero();

    assertThat(has(OTHER, empty)).isTrue();
  }

  @Test
  void collect_indexWithAPlainBlob_keepsTheBlob() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    TestManifest cache =
        new TestManifest(
            "a build cache",
            MediaType.OCI_INDEX,
            null,
            null,
            List.of(),
            TestManifest.of("").withBlob(LAYER_DIGEST, LAYER.length).blobs());
    storage
        .manifests()
        .put(
            new ManifestPut(
                APP,
                cache.digest(),
                cache.bytes(),
                cache.facts(),
                List.of(new Tag("cache")),
                TagCondition.NONE,
                cache.manifests(),
                List.of()));

    collect(UNTAGGED);

    assertThat(has(APP, LAYER_DIGEST)).isTrue();
  }

  @Test
  void collect_again_findsNothingMore() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, image("untagged"));
    Pushes.manifest(storage, APP, image("tagged"), "v1");
    collect(UNTAGGED);

    assertThat(collect(UNTAGGED)).isEqualTo(new Outcome(0, 0, 0, 0, 0));
    assertThat(counted()).isEqualTo(new Finding.Counted(2, 0, 0));
  }

  @Test
  void collect_dryRun_changesNothingAndFindsTheSame() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, image("untagged"));
    Pushes.manifest(storage, APP, image("tagged"), "v1");

    assertThat(collect(new Order(true, true, Duration.ZERO))).isEqualTo(new Outcome(0, 0, 0, 0, 0));
    List<Finding> dry = List.copyOf(findings);
    assertThat(has(APP, LAYER_DIGEST)).isTrue();

    assertThat(collect(UNTAGGED)).extracting(Outcome::blobsDeleted).isEqualTo(3L);
    findings.removeIf(
        finding ->
            finding instanceof Finding.ManifestDeleted
                || finding instanceof Finding.LinkDeleted
                || finding instanceof Finding.BlobDeleted);
    assertThat(findings).containsExactlyElementsOf(dry);
  }

  @Test
  void collect_anything_countsWhatFollows() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, image("untagged"));
    Pushes.manifest(storage, APP, image("tagged"), "v1");
    Pushes.manifest(storage, OTHER, TestManifest.of("untagged"));

    collect(UNTAGGED);

    assertThat(counted().blobsEligible()).isEqualTo(found(Finding.BlobEligible.class).size());
    assertThat(counted().blobsEligible()).isEqualTo(found(Finding.BlobDeleted.class).size());
    assertThat(counted().manifestsEligible())
        .isEqualTo(found(Finding.ManifestEligible.class).size())
        .isEqualTo(found(Finding.ManifestDeleted.class).size());
    assertThat(counted().blobsKept())
        .isEqualTo(found(Finding.ManifestKept.class).size() + found(Finding.BlobKept.class).size());
  }

  @Test
  void collect_listenerFails_endsThere() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    assertThatThrownBy(
            () ->
                storage
                    .garbageCollector()
                    .collect(
                        DEFAULT,
                        finding -> {
                          throw new IOException("nobody listens");
                        }))
        .isInstanceOf(IOException.class)
        .hasMessage("nobody listens");

    assertThat(has(APP, LAYER_DIGEST)).isTrue();
    assertThat(collect(DEFAULT).blobsDeleted()).isEqualTo(1);
  }

  // --- untagged manifests

  @Test
  void collectUntagged_untaggedImage_takesAllOfIt() throws IOException {
    TestManifest image = image("untagged");
    Pushes.manifest(storage, APP, image);

    Outcome outcome = collect(UNTAGGED);

    assertThat(outcome.manifestsDeleted()).isEqualTo(1);
    assertThat(outcome.linksDeleted()).isEqualTo(1);
    assertThat(outcome.blobsDeleted()).isEqualTo(2);
    assertThat(findings)
        .contains(
            new Finding.TagsMissing(APP),
            new Finding.ManifestEligible(APP, image.digest(), List.of()),
            new Finding.ManifestDeleted(APP, image.digest()));
    assertThat(storage.repositories().exists(APP)).isFalse();
  }

  @Test
  void collectUntagged_tagMovedAway_tellsWhereItWas() throws IOException {
    TestManifest former = image("former");
    Pushes.manifest(storage, APP, former, "v1", "latest");
    Pushes.manifest(storage, APP, image("present"), "v1", "latest");

    collect(UNTAGGED);

    assertThat(found(Finding.ManifestEligible.class))
        .containsExactly(
            new Finding.ManifestEligible(
                APP, former.digest(), List.of(new Tag("latest"), new Tag("v1"))));
    assertThat(found(Finding.TagsMissing.class)).isEmpty();
    assertThat(has(APP, former)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void collectUntagged_index_keepsItsChildren(boolean indexTagged, boolean childTagged)
      throws IOException {
    TestManifest child = image("child");
    TestManifest index = TestManifest.of("index").withManifest(child);
    Pushes.manifest(storage, APP, child, childTagged ? new String[] {"child"} : new String[0]);
    Pushes.manifest(storage, APP, index, indexTagged ? new String[] {"index"} : new String[0]);

    collect(UNTAGGED);

    assertThat(has(APP, index)).isEqualTo(indexTagged);
    assertThat(has(APP, child)).isEqualTo(indexTagged || childTagged);
    assertThat(has(APP, layerOf(child))).isEqualTo(indexTagged || childTagged);
  }

  @Test
  void collectUntagged_nestedIndex_keepsAllBelow() throws IOException {
    TestManifest child = image("child");
    TestManifest inner = TestManifest.of("inner").withManifest(child);
    TestManifest outer = TestManifest.of("outer").withManifest(inner);
    Pushes.manifest(storage, APP, child);
    Pushes.manifest(storage, APP, inner);
    Pushes.manifest(storage, APP, outer, "v1");

    assertThat(collect(UNTAGGED).manifestsDeleted()).isZero();
    assertThat(has(APP, layerOf(child))).isTrue();

    storage.tags().delete(APP, new Tag("v1"));
    assertThat(collect(UNTAGGED).manifestsDeleted()).isEqualTo(3);
    assertThat(has(APP, layerOf(child))).isFalse();
  }

  @Test
  void collectUntagged_childOfTwoIndexes_staysWithOneOfThem() throws IOException {
    TestManifest child = image("child");
    TestManifest one = TestManifest.of("one").withManifest(child);
    TestManifest two = TestManifest.of("two").withManifest(child);
    Pushes.manifest(storage, APP, child);
    Pushes.manifest(storage, APP, one);
    Pushes.manifest(storage, APP, two, "v2");

    collect(UNTAGGED);

    assertThat(has(APP, one)).isFalse();
    assertThat(has(APP, two)).isTrue();
    assertThat(has(APP, child)).isTrue();
  }

  @Test
  void collectUntagged_referrers_liveAsLongAsTheirSubject() throws IOException {
    TestManifest image = image("signed");
    TestManifest signature = TestManifest.of("signature").withSubject(image.digest());
    TestManifest countersignature = TestManifest.of("counter").withSubject(signature.digest());
    Pushes.manifest(storage, APP, image, "v1");
    Pushes.manifest(storage, APP, signature);
    Pushes.manifest(storage, APP, countersignature);

    assertThat(collect(UNTAGGED).manifestsDeleted()).isZero();

    storage.tags().delete(APP, new Tag("v1"));
    assertThat(collect(UNTAGGED).manifestsDeleted()).isEqualTo(3);
    assertThat(storage.referrers().list(APP, image.digest(), Set.of(), null, 10).items()).isEmpty();
  }

  @Test
  void collectUntagged_referrerOfAnIndexChild_stays() throws IOException {
    TestManifest child = image("child");
    TestManifest signature = TestManifest.of("signature").withSubject(child.digest());
    Pushes.manifest(storage, APP, child);
    Pushes.manifest(storage, APP, signature);
    Pushes.manifest(storage, APP, TestManifest.of("index").withManifest(child), "v1");

    assertThat(collect(UNTAGGED).manifestsDeleted()).isZero();
  }

  @Test
  void collectUntagged_referrerOfNothing_goes() throws IOException {
    TestManifest signature = TestManifest.of("signature").withSubject(LAYER_DIGEST);
    Pushes.manifest(storage, APP, signature);
    Pushes.manifest(storage, APP, image("other"), "v1");

    assertThat(collect(UNTAGGED).manifestsDeleted()).isEqualTo(1);
    assertThat(has(APP, signature)).isFalse();
  }

  @Test
  void collectUntagged_taggedReferrerOfADroppedSubject_staysAlone() throws IOException {
    TestManifest image = image("signed");
    TestManifest signature = TestManifest.of("signature").withSubject(image.digest());
    Pushes.manifest(storage, APP, image);
    Pushes.manifest(storage, APP, signature, "signature");

    collect(UNTAGGED);

    assertThat(has(APP, image)).isFalse();
    assertThat(has(APP, signature)).isTrue();
  }

  /** The tag is a tag like others: registry:3 knows signatures by nothing else. */
  @Test
  void collectUntagged_fallbackTagOfADroppedSubject_keepsTheReferrersItLists() throws IOException {
    TestManifest image = image("signed");
    TestManifest signature = TestManifest.of("signature").withSubject(image.digest());
    TestManifest list = TestManifest.of("referrers").withManifest(signature);
    Pushes.manifest(storage, APP, image);
    Pushes.manifest(storage, APP, signature);
    Pushes.manifest(storage, APP, list, "sha256-" + image.digest().hex());

    collect(UNTAGGED);

    assertThat(has(APP, image)).isFalse();
    assertThat(has(APP, signature)).isTrue();
    assertThat(has(APP, list)).isTrue();
  }

  /** Digests make no circles, but an index about a child of the index that it lists is one. */
  @Test
  void collectUntagged_circleOfIndexAndReferrer_livesAndGoesAsOne() throws IOException {
    TestManifest child = image("child");
    TestManifest index = TestManifest.of("index").withManifest(child);
    TestManifest about = TestManifest.of("about").withManifest(index).withSubject(child.digest());
    Pushes.manifest(storage, APP, child);
    Pushes.manifest(storage, APP, index);
    Pushes.manifest(storage, APP, about, "v1");

    assertThat(collect(UNTAGGED).manifestsDeleted()).isZero();

    storage.tags().delete(APP, new Tag("v1"));
    assertThat(collect(UNTAGGED).manifestsDeleted()).isEqualTo(3);
  }

  @Test
  void collectUntagged_manyManifests_takesAllAndLeavesOthers() throws IOException {
    List<TestManifest> children = new ArrayList<>();
    TestManifest index = TestManifest.of("index");
    for (int i = 0; i < 150; i++) {
      TestManifest child = TestManifest.of("child " + i);
      Pushes.manifest(storage, APP, child);
      children.add(child);
      index = i % 2 == 0 ? index.withManifest(child) : index;
    }
    Pushes.manifest(storage, APP, index, "v1");

    assertThat(collect(UNTAGGED).manifestsDeleted()).isEqualTo(75);

    for (int i = 0; i < 150; i++) {
      assertThat(has(APP, children.get(i))).isEqualTo(i % 2 == 0);
    }
  }

  // --- those who rely on what they were told

  @Test
  void collect_blobUploadedInTime_staysUntilAManifestNamedIt() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    assertThat(collect(new Order(false, false, LONG)).blobsDeleted()).isZero();
    assertThat(findings).contains(new Finding.BlobKept(APP, LAYER_DIGEST));

    TestManifest image = TestManifest.of("image").withBlob(LAYER_DIGEST, LAYER.length);
    Pushes.manifest(storage, APP, image, "v1");
    storage.manifests().delete(APP, image.digest());
    assertThat(collect(new Order(false, false, LONG)).blobsDeleted()).isEqualTo(2);
  }

  @Test
  void collect_blobMountedInTime_staysInTheTarget() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    storage.blobs().mount(APP, OTHER, LAYER_DIGEST);
    TestManifest image = TestManifest.of("image").withBlob(LAYER_DIGEST, LAYER.length);
    Pushes.manifest(storage, APP, image, "v1");
    storage.manifests().delete(APP, image.digest());

    collect(new Order(false, false, LONG));

    assertThat(has(APP, LAYER_DIGEST)).isFalse();
    assertThat(has(OTHER, LAYER_DIGEST)).isTrue();
  }

  @Test
  void collect_blobConfirmedInTime_staysAlthoughItsManifestIsGone() throws IOException {
    TestManifest image = image("image");
    Pushes.manifest(storage, APP, image, "v1");
    assertThat(storage.blobs().confirm(APP, layerOf(image))).isPresent();
    storage.manifests().delete(APP, image.digest());

    collect(new Order(false, false, LONG));
    assertThat(has(APP, layerOf(image))).isTrue();

    collect(DEFAULT);
    assertThat(storage.blobs().confirm(APP, layerOf(image))).isEmpty();
  }

  @Test
  void collect_blobUploadedASecondTime_staysAlthoughAnotherManifestNamedIt() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.blob(storage, APP, LAYER);
    TestManifest image = TestManifest.of("image").withBlob(LAYER_DIGEST, LAYER.length);
    Pushes.manifest(storage, APP, image, "v1");
    storage.manifests().delete(APP, image.digest());

    collect(new Order(false, false, LONG));

    assertThat(has(APP, LAYER_DIGEST)).isTrue();
  }

  /** Who puts a tag on an old manifest has made no use of what another one is just uploading. */
  @Test
  void collect_blobNamedByAManifestThatWasThere_staysForItsUploader() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    TestManifest image = TestManifest.of("image").withBlob(LAYER_DIGEST, LAYER.length);
    Pushes.manifest(storage, APP, image, "v1");
    storage.blobs().delete(APP, LAYER_DIGEST);
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, image, "v2");
    storage.manifests().delete(APP, image.digest());

    collect(new Order(false, false, LONG));

    assertThat(has(APP, LAYER_DIGEST)).isTrue();
  }

  @Test
  void collect_blobAskedForAndNotThere_isNotReliedOn() throws IOException {
    assertThat(storage.blobs().confirm(APP, LAYER_DIGEST)).isEmpty();
    Pushes.blob(storage, APP, LAYER);
    TestManifest image = TestManifest.of("image").withBlob(LAYER_DIGEST, LAYER.length);
    Pushes.manifest(storage, APP, image, "v1");
    storage.manifests().delete(APP, image.digest());

    collect(new Order(false, false, LONG));

    assertThat(has(APP, LAYER_DIGEST)).isFalse();
  }

  @Test
  void collect_blobRead_isNotReliedOn() throws IOException {
    TestManifest image = image("image");
    Pushes.manifest(storage, APP, image, "v1");
    assertThat(has(APP, layerOf(image))).isTrue();
    storage.manifests().delete(APP, image.digest());

    collect(new Order(false, false, LONG));

    assertThat(has(APP, layerOf(image))).isFalse();
  }

  @Test
  void collectUntagged_manifestPutByDigestInTime_staysUntilAnIndexNamedIt() throws IOException {
    TestManifest child = image("child");
    Pushes.manifest(storage, APP, child);
    assertThat(collect(new Order(false, true, LONG)).manifestsDeleted()).isZero();

    TestManifest index = TestManifest.of("index").withManifest(child);
    Pushes.manifest(storage, APP, index, "v1");
    storage.manifests().delete(APP, index.digest());
    assertThat(collect(new Order(false, true, LONG)).manifestsDeleted()).isEqualTo(1);
    assertThat(has(APP, layerOf(child))).isFalse();
  }

  @Test
  void collectUntagged_manifestPutWithATag_goesWithTheTag() throws IOException {
    TestManifest image = image("image");
    Pushes.manifest(storage, APP, image, "v1");
    storage.tags().delete(APP, new Tag("v1"));

    assertThat(collect(new Order(false, true, LONG)).manifestsDeleted()).isEqualTo(1);
  }

  @Test
  void collectUntagged_indexConfirmedInTime_staysWithAllBelow() throws IOException {
    TestManifest child = image("child");
    TestManifest index = TestManifest.of("index").withManifest(child);
    TestManifest signature = TestManifest.of("signature").withSubject(index.digest());
    Pushes.manifest(storage, APP, child, "child");
    Pushes.manifest(storage, APP, index, "v1");
    Pushes.manifest(storage, APP, signature, "signature");
    assertThat(storage.manifests().confirm(APP, index.digest())).isPresent();
    for (String tag : List.of("child", "v1", "signature")) {
      storage.tags().delete(APP, new Tag(tag));
    }

    assertThat(collect(new Order(false, true, LONG)).manifestsDeleted()).isZero();
    assertThat(has(APP, layerOf(child))).isTrue();

    assertThat(collect(UNTAGGED).manifestsDeleted()).isEqualTo(3);
  }

  @Test
  void collect_pushedAgainAfterwards_isThereAgain() throws IOException {
    TestManifest image = TestManifest.of("image").withBlob(OTHER_DIGEST, OTHER_LAYER.length);
    for (int i = 0; i < 3; i++) {
      Pushes.blob(storage, APP, OTHER_LAYER);
      Pushes.manifest(storage, APP, image, "v1");
      assertThat(Pushes.read(storage.blobs().find(APP, OTHER_DIGEST).orElseThrow()))
          .isEqualTo(OTHER_LAYER);
      assertThat(storage.tags().find(APP, new Tag("v1"))).contains(image.digest());
      storage.manifests().delete(APP, image.digest());
      assertThat(collect(UNTAGGED).blobsDeleted()).isEqualTo(2);
    }
  }
}
