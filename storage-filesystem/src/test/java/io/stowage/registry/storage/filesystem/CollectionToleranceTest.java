package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.GarbageCollector.Finding;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.storage.GarbageCollector.Outcome;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a collection makes of old and broken volumes: one test for each thing that is found. Beside
 * it there is always an image that stays, and an unused blob in another repository that goes.
 */
class CollectionToleranceTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final RepositoryName OTHER = new RepositoryName("library/other");
  private static final RepositoryName LOST = new RepositoryName("lost");
  private static final Order DEFAULT = new Order(false, false, Duration.ZERO);
  private static final Order UNTAGGED = new Order(false, true, Duration.ZERO);
  private static final byte[] LAYER = Pushes.bytes("a layer");
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);
  private static final Digest LAYER_SHA512 = DigestVerifier.digestOf(DigestAlgorithm.SHA512, LAYER);
  private static final byte[] LOOSE = Pushes.bytes("a layer that no manifest names");
  private static final Digest LOOSE_DIGEST = Pushes.digestOf(LOOSE);
  private static final byte[] UNUSED = Pushes.bytes("a layer that nobody needs");
  private static final Digest UNUSED_DIGEST = Pushes.digestOf(UNUSED);
  private static final TestManifest IMAGE =
      TestManifest.of("image").withBlob(LAYER_DIGEST, LAYER.length);
  private static final TestManifest BROKEN = TestManifest.of("broken");

  @TempDir(factory = MemoryFolderFactory.class)
  private Path root;

  private FileStorage storage;
  private Layout layout;
  private final List<Finding> findings = new ArrayList<>();

  @BeforeEach
  void pushWhatStaysAndWhatGoes() throws IOException {
    layout = new Layout(root);
    storage = open();
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, IMAGE, "v1");
    Pushes.blob(storage, OTHER, UNUSED);
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  private FileStorage open() throws IOException {
    return FileStorage.open(
        TestDisk.options(root), TestManifest.READER, new TestDisk(), InstantSource.system());
  }

  /** Collects, and makes sure of what is always beside the broken thing. */
  private Outcome collect(Order order) throws IOException {
    Outcome outcome = storage.garbageCollector().collect(order, findings::add);
    assertThat(storage.tags().find(APP, new Tag("v1"))).contains(IMAGE.digest());
    assertThat(storage.manifests().find(APP, IMAGE.digest())).isPresent();
    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isPresent();
    assertThat(layout.layerLink(OTHER, UNUSED_DIGEST)).doesNotExist();
    return outcome;
  }

  private List<String> undecided() {
    return findings.stream()
        .filter(Finding.Undecided.class::isInstance)
        .map(finding -> ((Finding.Undecided) finding).text())
        .toList();
  }

  private static void put(Path file, String text) throws IOException {
    Files.createDirectories(Layout.folderOf(file));
    Files.writeString(file, text);
  }

  private void removeTree(Path path) throws IOException {
    new AtomicFile(layout, new PosixDisk()).deleteTree(path);
  }

  private void pushBrokenBesideALooseBlob() throws IOException {
    Pushes.blob(storage, APP, LOOSE);
    Pushes.manifest(storage, APP, BROKEN);
  }

  private void requireThatAppLostNothing() {
    assertThat(undecided()).hasSize(1).first().asString().contains(BROKEN.digest().toString());
    assertThat(layout.revisionLink(APP, BROKEN.digest())).exists();
    assertThat(layout.layerLink(APP, LOOSE_DIGEST)).exists();
    assertThat(layout.blob(LOOSE_DIGEST)).exists();
    assertThat(layout.blob(UNUSED_DIGEST)).doesNotExist();
  }

  // --- manifests

  @Test
  void manifest_bytesMissing_keepsAllThatItsRepositoryHas() throws IOException {
    pushBrokenBesideALooseBlob();
    removeTree(Layout.folderOf(layout.blob(BROKEN.digest())));

    assertThat(collect(DEFAULT).undecided()).isEqualTo(1);

    requireThatAppLostNothing();
  }

  @Test
  void manifest_bytesTorn_keepsAllThatItsRepositoryHas() throws IOException {
    pushBrokenBesideALooseBlob();
    put(layout.blob(BROKEN.digest()), "test mani");

    assertThat(collect(UNTAGGED).undecided()).isEqualTo(1);

    requireThatAppLostNothing();
    assertThat(layout.blob(BROKEN.digest())).exists();
  }

  @Test
  void manifest_ofUnknownKind_keepsAllThatItsRepositoryHas() throws IOException {
    Pushes.blob(storage, APP, LOOSE);
    byte[] unknown = Pushes.bytes("what the future brings");
    Digest digest = Pushes.digestOf(unknown);
    put(layout.blob(digest), "what the future brings");
    put(layout.revisionLink(APP, digest), digest.toString());

    assertThat(collect(UNTAGGED).undecided()).isEqualTo(1);

    assertThat(undecided().getFirst()).contains(digest.toString());
    assertThat(layout.blob(digest)).exists();
    assertThat(layout.layerLink(APP, LOOSE_DIGEST)).exists();
  }

  @Test
  void manifest_unreadableElsewhere_takesNothingFromOthers() throws IOException {
    pushBrokenBesideALooseBlob();
    put(layout.blob(BROKEN.digest()), "");
    Pushes.manifest(storage, OTHER, TestManifest.of("untagged"));

    assertThat(collect(UNTAGGED).manifestsDeleted()).isEqualTo(1);
  }

  @Test
  void revisionLink_torn_isReadByItsPath() throws IOException {
    put(layout.revisionLink(APP, IMAGE.digest()), "");

    assertThat(collect(UNTAGGED).undecided()).isZero();
  }

  @Test
  void revisionFolder_withoutALink_isNoManifest() throws IOException {
    Pushes.manifest(storage, APP, BROKEN);
    Files.delete(layout.revisionLink(APP, BROKEN.digest()));

    assertThat(collect(DEFAULT).undecided()).isZero();

    assertThat(layout.blob(BROKEN.digest())).doesNotExist();
  }

  @Test
  void revisionLink_aliasOfDistribution_keepsTheBytesAndIsKept() throws IOException {
    Digest alias = IMAGE.digest(DigestAlgorithm.SHA512);
    put(layout.revisionLink(APP, alias), IMAGE.digest().toString());

    assertThat(collect(UNTAGGED).manifestsDeleted()).isZero();
    assertThat(storage.manifests().find(APP, alias)).isPresent();

    Pushes.manifest(storage, APP, BROKEN);
    put(
        layout.revisionLink(APP, BROKEN.digest(DigestAlgorithm.SHA512)),
        BROKEN.digest().toString());
    Outcome outcome = storage.garbageCollector().collect(UNTAGGED, findings::add);
    assertThat(outcome.manifestsDeleted()).isEqualTo(2);
    assertThat(layout.blob(BROKEN.digest())).doesNotExist();
  }

  // --- layer links

  @Test
  void layerLink_emptyAndNamed_stays() throws IOException {
    put(layout.layerLink(APP, LAYER_DIGEST), "");

    assertThat(collect(DEFAULT).undecided()).isZero();
  }

  @Test
  void layerLink_emptyAndNotNamed_goes() throws IOException {
    Pushes.blob(storage, APP, LOOSE);
    put(layout.layerLink(APP, LOOSE_DIGEST), "");

    collect(DEFAULT);

    assertThat(layout.layerLink(APP, LOOSE_DIGEST)).doesNotExist();
    assertThat(layout.blob(LOOSE_DIGEST)).doesNotExist();
  }

  private void pushBySha512() throws IOException {
    put(layout.layerLink(APP, LAYER_SHA512), LAYER_DIGEST.toString());
    removeTree(Layout.folderOf(layout.revisionLink(APP, IMAGE.digest())));
    removeTree(layout.tag(APP, new Tag("v1")));
    TestManifest image = TestManifest.of("by sha512").withBlob(LAYER_SHA512, LAYER.length);
    Pushes.manifest(storage, APP, image, "v1");
  }

  @Test
  void layerLink_aliasOfDistribution_keepsTheBytesItLeadsTo() throws IOException {
    pushBySha512();

    storage.garbageCollector().collect(UNTAGGED, findings::add);

    assertThat(Pushes.read(storage.blobs().find(APP, LAYER_SHA512).orElseThrow())).isEqualTo(LAYER);
    assertThat(layout.layerLink(APP, LAYER_DIGEST)).exists();
  }

  @Test
  void layerLink_danglingAlias_goesUnlessItIsNamed() throws IOException {
    Digest unused = DigestVerifier.digestOf(DigestAlgorithm.SHA512, UNUSED);
    put(layout.layerLink(APP, unused), LOOSE_DIGEST.toString());

    collect(DEFAULT);

    assertThat(layout.layerLink(APP, unused)).doesNotExist();
  }

  @Test
  void layers_folderMissing_isNoProblem() throws IOException {
    Pushes.manifest(storage, new RepositoryName("bare"), BROKEN, "v1");
    removeTree(layout.layers(new RepositoryName("bare")));

    assertThat(collect(UNTAGGED).undecided()).isZero();

    assertThat(storage.manifests().find(new RepositoryName("bare"), BROKEN.digest())).isPresent();
  }

  @Test
  void layers_folderOfAForeignAlgorithm_isPassedOver() throws IOException {
    put(layout.layers(APP).resolve("tarsum/v1/sha256/abc/link"), "sha256:abc");

    assertThat(collect(UNTAGGED).undecided()).isZero();
  }

  // --- tags

  @Test
  void tagLink_torn_keepsTheManifestsOfItsRepository() throws IOException {
    Pushes.blob(storage, APP, LOOSE);
    Pushes.manifest(storage, APP, BROKEN, "broken");
    put(layout.currentLink(APP, new Tag("broken")), "sha256:12");

    Outcome outcome = collect(UNTAGGED);

    assertThat(outcome.undecided()).isEqualTo(1);
    assertThat(undecided().getFirst()).contains("library/app").contains("broken");
    assertThat(storage.manifests().find(APP, BROKEN.digest())).isPresent();
    assertThat(layout.blob(LOOSE_DIGEST)).doesNotExist();
  }

  @Test
  void tagLink_tornByDefault_isNobodysBusiness() throws IOException {
    Pushes.manifest(storage, APP, BROKEN, "broken");
    put(layout.currentLink(APP, new Tag("broken")), "");

    assertThat(collect(DEFAULT).undecided()).isZero();
  }

  @Test
  void tag_withoutCurrentLink_isNoTag() throws IOException {
    Pushes.manifest(storage, APP, BROKEN, "broken");
    removeTree(Layout.folderOf(layout.currentLink(APP, new Tag("broken"))));

    assertThat(collect(UNTAGGED).manifestsDeleted()).isEqualTo(1);

    assertThat(findings)
        .contains(new Finding.ManifestEligible(APP, BROKEN.digest(), List.of(new Tag("broken"))));
  }

  @Test
  void tag_onAManifestThatIsGone_keepsNothing() throws IOException {
    put(layout.currentLink(APP, new Tag("dangling")), LOOSE_DIGEST.toString());

    assertThat(collect(UNTAGGED).undecided()).isZero();
  }

  @Test
  void tags_filesAmongThem_arePassedOver() throws IOException {
    put(layout.tags(APP).resolve(".hidden"), "x");
    put(layout.tags(APP).resolve("plain"), "x");
    put(layout.tags(APP).resolve(".nfs0000000000000001"), "x");

    assertThat(collect(UNTAGGED).undecided()).isZero();
  }

  @Test
  void tags_folderMissing_isTold() throws IOException {
    Pushes.manifest(storage, OTHER, BROKEN);
    removeTree(layout.tags(OTHER));

    assertThat(collect(UNTAGGED).manifestsDeleted()).isEqualTo(1);

    assertThat(findings).contains(new Finding.TagsMissing(OTHER));
  }

  // --- blobs

  @Test
  void blobFolder_withoutData_goes() throws IOException {
    Files.createDirectories(Layout.folderOf(layout.blob(LOOSE_DIGEST)));

    collect(DEFAULT);

    assertThat(Layout.folderOf(layout.blob(LOOSE_DIGEST))).doesNotExist();
    assertThat(findings).contains(new Finding.BlobDeleted(LOOSE_DIGEST, 0));
  }

  @Test
  void blobFolder_withATemporaryFileOfRegistry3_goesWithIt() throws IOException {
    put(Layout.temporaryBeside(layout.blob(LOOSE_DIGEST)), "half");

    collect(DEFAULT);

    assertThat(Layout.folderOf(layout.blob(LOOSE_DIGEST))).doesNotExist();
  }

  @Test
  void blobs_strayFiles_arePassedOver() throws IOException {
    List<Path> strays =
        List.of(
            layout.blobs().resolve("data"),
            layout.blobs().resolve("sha256/data"),
            layout.blobs().resolve("sha256/ab/data"),
            layout.blobs().resolve("sha256/zz/" + LOOSE_DIGEST.hex() + "/data"),
            layout.blobs().resolve("md5/ab/abcd/data"));
    for (Path stray : strays) {
      put(stray, "stray");
    }

    assertThat(collect(DEFAULT).undecided()).isZero();

    assertThat(strays).allSatisfy(stray -> assertThat(stray).exists());
  }

  @Test
  void blobFolder_emptyShard_stays() throws IOException {
    collect(DEFAULT);

    assertThat(Layout.folderOf(Layout.folderOf(layout.blob(UNUSED_DIGEST)))).isDirectory();
  }

  // --- repositories

  @Test
  void repositories_folderMissing_countsNothing() throws IOException {
    removeTree(layout.repositories());
    removeTree(layout.blobs());

    storage.garbageCollector().collect(UNTAGGED, findings::add);

    assertThat(findings).containsExactly(new Finding.Counted(0, 0, 0));
  }

  @Test
  void repository_nameOfNothingWithContent_isPassedOver() throws IOException {
    put(layout.repositories().resolve("old~/_uploads/x/data"), "x");
    put(layout.repositories().resolve("a:b/sha256/x/link"), "x");
    put(layout.repositories().resolve(".nfs0001"), "x");

    assertThat(collect(UNTAGGED).undecided()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"moved..away", "-moved", ".moved", "moved~"})
  void repository_nameOutsideTheGrammar_keepsWhatIsLinkedThere(String name) throws IOException {
    RepositoryName moved = new RepositoryName("moved");
    Pushes.blob(storage, moved, LOOSE);
    TestManifest image = TestManifest.of("moved").withBlob(LOOSE_DIGEST, LOOSE.length);
    Pushes.manifest(storage, moved, image);
    Files.move(layout.repository(moved), layout.repositories().resolve(name));

    assertThat(collect(UNTAGGED).undecided()).isEqualTo(1);

    assertThat(undecided().getFirst()).contains(name);
    assertThat(layout.blob(LOOSE_DIGEST)).exists();
    assertThat(layout.blob(image.digest())).exists();
  }

  @Test
  void repository_folderThatCannotBeListed_keepsAllBytes() throws IOException {
    Path loop = layout.repositories().resolve("loop");
    Files.createSymbolicLink(loop, loop);

    Outcome outcome = collect(DEFAULT);

    assertThat(outcome.undecided()).isEqualTo(1);
    assertThat(outcome.linksDeleted()).isEqualTo(1);
    assertThat(outcome.blobsDeleted()).isZero();
    assertThat(undecided().getFirst()).startsWith("loop: ");
    assertThat(layout.blob(UNUSED_DIGEST)).exists();
  }

  @Test
  void repositories_folderMissing_keepsAllBytes() throws IOException {
    Files.move(layout.repositories(), layout.repositories().resolveSibling("not mounted"));

    Outcome outcome = storage.garbageCollector().collect(UNTAGGED, findings::add);

    assertThat(outcome.undecided()).isEqualTo(1);
    assertThat(outcome.blobsDeleted()).isZero();
    assertThat(undecided().getFirst()).contains(layout.repositories().toString());
  }

  @Test
  void repository_partThatCannotBeLookedAt_keepsAllBytes() throws IOException {
    Pushes.blob(storage, LOST, LOOSE);
    loopInPlaceOf(layout.layers(LOST));

    assertThat(collect(UNTAGGED).undecided()).isEqualTo(1);

    assertThat(undecided().getFirst()).startsWith("lost: ");
    assertThat(layout.blob(LOOSE_DIGEST)).exists();
  }

  @Test
  void revision_thatCannotBeLookedAt_keepsAllBytes() throws IOException {
    Pushes.blob(storage, LOST, LOOSE);
    TestManifest image = TestManifest.of("lost").withBlob(LOOSE_DIGEST, LOOSE.length);
    Pushes.manifest(storage, LOST, image);
    loopInPlaceOf(Layout.folderOf(layout.revisionLink(LOST, image.digest())));

    assertThat(collect(DEFAULT).undecided()).isEqualTo(1);

    assertThat(undecided().getFirst()).startsWith("lost: ");
    assertThat(layout.blob(image.digest())).exists();
    assertThat(layout.layerLink(LOST, LOOSE_DIGEST)).exists();
    assertThat(layout.blob(LOOSE_DIGEST)).exists();
  }

  @Test
  void tag_thatCannotBeLookedAt_keepsItsManifest() throws IOException {
    Pushes.manifest(storage, LOST, BROKEN, "v2");
    loopInPlaceOf(Layout.folderOf(layout.currentLink(LOST, new Tag("v2"))));

    assertThat(collect(UNTAGGED).undecided()).isEqualTo(1);

    assertThat(layout.revisionLink(LOST, BROKEN.digest())).exists();
    assertThat(layout.blob(BROKEN.digest())).exists();
  }

  /** Not even root can look behind it, as others can't behind a folder without their rights. */
  private void loopInPlaceOf(Path folder) throws IOException {
    removeTree(folder);
    Files.createSymbolicLink(folder, folder);
  }

  @Test
  void repository_nestedInAnother_isItsOwn() throws IOException {
    RepositoryName nested = new RepositoryName("library/app/nested");
    Pushes.blob(storage, nested, LAYER);

    collect(DEFAULT);

    assertThat(layout.layerLink(nested, LAYER_DIGEST)).doesNotExist();
    assertThat(findings).contains(new Finding.Repository(nested));
  }

  @Test
  void repository_withUploadsOnly_isNotMentioned() throws IOException {
    RepositoryName fresh = new RepositoryName("fresh");
    storage.uploads().start(fresh, DigestAlgorithm.SHA256).close();

    collect(UNTAGGED);

    assertThat(findings).doesNotContain(new Finding.Repository(fresh));
  }
}
