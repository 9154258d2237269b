package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.filesystem.VolumeFinding.Damage;
import io.stowage.registry.storage.filesystem.VolumeFinding.LinkName;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check finds and a repair does: one test for each kind of broken thing. */
class VolumeCheckTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final byte[] LAYER = Pushes.bytes("a layer");
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);
  private static final Digest LAYER_SHA512 = DigestVerifier.digestOf(DigestAlgorithm.SHA512, LAYER);
  private static final TestManifest ONE =
      TestManifest.of("one").withBlob(LAYER_DIGEST, LAYER.length);
  private static final TestManifest INDEX = TestManifest.of("index").withManifest(ONE);
  private static final Tag V1 = new Tag("v1");
  private static final Digest OTHER = Pushes.digestOf(Pushes.bytes("other"));
  private static final Duration AGE = Duration.ofHours(1);
  private static final Duration GRACE = Duration.ofHours(2);
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir private Path root;
  private final TestDisk disk = new TestDisk();
  private FileStorage storage;
  private Layout layout;

  @BeforeEach
  void pushOneImageAndItsIndex() throws IOException {
    layout = new Layout(root);
    storage =
        FileStorage.open(TestDisk.options(root), TestManifest.READER, disk, InstantSource.system());
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, ONE, "v1");
    Pushes.manifest(storage, APP, INDEX, "index");
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  /** What happens while a check walks. */
  private interface Meanwhile {
    void happen() throws IOException;
  }

  /** What a run told. */
  private record Heard(List<VolumeFinding> found, List<VolumeFinding> mended, Meanwhile meanwhile)
      implements VolumeCheck.Listener {
    Heard(Meanwhile meanwhile) {
      this(new ArrayList<>(), new ArrayList<>(), meanwhile);
    }

    Heard() {
      this(() -> {});
    }

    @Override
    public void found(VolumeFinding finding) {
      found.add(finding);
    }

    @Override
    public void mended(VolumeFinding finding, String how) {
      mended.add(finding);
    }

    @Override
    public void proceed() throws IOException {
      meanwhile.happen();
    }
  }

  private List<VolumeFinding> check() throws IOException {
    return run(new VolumeCheck.Order(true, false, AGE, GRACE)).found();
  }

  private Heard repair() throws IOException {
    return run(new VolumeCheck.Order(true, true, AGE, GRACE));
  }

  private Heard run(VolumeCheck.Order order) throws IOException {
    Heard heard = new Heard();
    storage.check().run(order, heard);
    return heard;
  }

  /** Makes sure that it is found, that looking changes nothing, and that nothing can be done. */
  private void isFoundAndLeftAlone(VolumeFinding... findings) throws IOException {
    Map<String, String> before = tree();
    assertThat(check()).containsExactlyInAnyOrder(findings);
    Heard repair = repair();
    assertThat(repair.found()).containsExactlyInAnyOrder(findings);
    assertThat(repair.mended()).isEmpty();
    assertThat(tree()).isEqualTo(before);
  }

  /** Makes sure that it is found and mended, and that there is nothing to mend a second time. */
  private void isFoundAndMended(VolumeFinding... findings) throws IOException {
    Map<String, String> before = tree();
    assertThat(check()).containsExactlyInAnyOrder(findings);
    assertThat(tree()).isEqualTo(before);
    assertThat(repair().mended()).containsExactlyInAnyOrder(findings);
    assertThat(check()).isEmpty();
    assertThat(repair().found()).isEmpty();
  }

  private Map<String, String> tree() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path :
          all.filter(path -> !path.startsWith(layout.own()) || isQuarantined(path)).toList()) {
        boolean file = Files.isRegularFile(path);
        files.put(root.relativize(path).toString(), file ? Files.readString(path) : "");
      }
    }
    return files;
  }

  private boolean isQuarantined(Path path) {
    return path.startsWith(layout.quarantine());
  }

  private static Path put(Path file, String text) throws IOException {
    Files.createDirectories(Layout.folderOf(file));
    return Files.writeString(file, text);
  }

  private void removeTree(Path path) throws IOException {
    new AtomicFile(layout, new PosixDisk()).deleteTree(path);
  }

  private void requireWholeImage() throws IOException {
    assertThat(storage.tags().find(APP, V1)).contains(ONE.digest());
    assertThat(storage.manifests().find(APP, ONE.digest())).isPresent();
    assertThat(Pushes.read(storage.blobs().find(APP, LAYER_DIGEST).orElseThrow())).isEqualTo(LAYER);
    TreeRules.check(root);
  }

  // --- the walk

  @Test
  void check_soundVolume_findsNothingAndCounts() throws IOException {
    Heard heard = new Heard();

    VolumeCheck.Outcome outcome =
        storage.check().run(new VolumeCheck.Order(true, false, AGE, GRACE), heard);

    assertThat(heard.found()).isEmpty();
    assertThat(outcome)
        .isEqualTo(
            new VolumeCheck.Outcome(
                1, 2, 3, LAYER.length + ONE.bytes().length + INDEX.bytes().length));
  }

  @Test
  void check_emptyVolume_findsNothing(@TempDir Path empty) throws IOException {
    try (FileStorage other =
        FileStorage.open(FileStorageOptions.of(empty).withReadOnly(true), TestManifest.READER)) {
      Heard heard = new Heard();
      other.check().run(new VolumeCheck.Order(true, false, AGE, GRACE), heard);
      assertThat(heard.found()).isEmpty();
    }
  }

  @Test
  void check_rootThatIsNotThere_isRefused() throws IOException {
    Path missing = root.resolve("missing");
    try (FileStorage other =
        FileStorage.open(FileStorageOptions.of(missing).withReadOnly(true), TestManifest.READER)) {
      assertThatThrownBy(
              () -> other.check().run(new VolumeCheck.Order(true, false, AGE, GRACE), new Heard()))
          .isInstanceOf(NoSuchFileException.class);
    }
  }

  @Test
  void repair_ofAReadOnlyStorage_isRefused() throws IOException {
    try (FileStorage other =
        FileStorage.open(TestDisk.options(root).withReadOnly(true), TestManifest.READER)) {
      assertThatThrownBy(
              () -> other.check().run(new VolumeCheck.Order(true, true, AGE, GRACE), new Heard()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void check_listenerThatThrows_endsTheCheck() {
    Heard tired =
        new Heard(
            () -> {
              throw new IOException("enough");
            });

    assertThatThrownBy(
            () -> storage.check().run(new VolumeCheck.Order(true, false, AGE, GRACE), tired))
        .hasMessage("enough");
  }

  @Test
  void check_whileThingsComeAndGo_reportsNoneOfThem() throws IOException {
    AtomicInteger round = new AtomicInteger();
    Heard heard =
        new Heard(
            () -> {
              int n = round.incrementAndGet();
              if (n > 100) {
                return; // or the walk would never see the end of what it makes
              }
              Pushes.manifest(storage, APP, TestManifest.of("round " + n), "moving", "tag" + n);
              storage.manifests().delete(APP, TestManifest.of("round " + (n - 1)).digest());
            });

    storage.check().run(new VolumeCheck.Order(true, false, AGE, GRACE), heard);

    assertThat(round.get()).isGreaterThan(100);
    // Of what was deleted, only the bytes are left.
    assertThat(heard.found()).hasOnlyElementsOfType(VolumeFinding.Unreferenced.class);
  }

  @Test
  void check_whatCannotBeRead_isReportedAndTheRestIsChecked() throws IOException {
    Path link = layout.revisionLink(APP, INDEX.digest());
    Files.delete(link);
    Files.createSymbolicLink(link, link); // a circle
    put(layout.blob(LAYER_DIGEST), "a lAyer");

    assertThat(check())
        .contains(
            new VolumeFinding.WrongBytes(LAYER_DIGEST, LAYER.length, layout.blob(LAYER_DIGEST)))
        .anySatisfy(
            finding ->
                assertThat(finding)
                    .isInstanceOfSatisfying(
                        VolumeFinding.Unreadable.class,
                        unreadable -> assertThat(unreadable.where()).isEqualTo(link)));
  }

  @Test
  void repair_afterAChangeThatCouldNotBeTakenBack_takesItBackFirst() throws IOException {
    boolean[] dead = {false};
    disk.hook(
        event -> {
          dead[0] |= event.path().equals(layout.currentLink(APP, V1));
          if (dead[0]) {
            throw new IOException("the disk is gone");
          }
        });
    assertThatThrownBy(() -> Pushes.manifest(storage, APP, TestManifest.of("two"), "v1"))
        .hasMessage("the disk is gone");
    disk.hook(event -> {});
    Files.writeString(layout.blob(LAYER_DIGEST), "a LAYER");

    assertThat(repair().mended()).hasSize(1);

    assertThat(layout.blob(LAYER_DIGEST)).doesNotExist();
    assertThat(layout.revisionLink(APP, TestManifest.of("two").digest())).doesNotExist();
  }

  @Test
  void repair_thatDiesAtAnyPoint_leavesReadableWhatWas() throws IOException {
    boolean died = true;
    for (int n = 0; died; n++) {
      put(layout.layerLink(APP, LAYER_DIGEST), "");
      put(layout.currentLink(APP, new Tag("gone")), OTHER.toString());
      removeTree(Layout.historyIn(layout.tag(APP, V1)));
      disk.dieAt(n);
      repair();
      died = disk.failed();
      disk.watch();

      assertThat(storage.tags().find(APP, V1)).contains(ONE.digest());
      assertThat(storage.manifests().find(APP, ONE.digest())).isPresent();
      assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isPresent();
      repair();
      assertThat(check()).isEmpty();
    }
    requireWholeImage();
  }

  // --- links

  @Test
  void layerLink_empty_isWrittenAnewIfTheBytesVerify() throws IOException {
    Path link = put(layout.layerLink(APP, LAYER_DIGEST), "");

    isFoundAndMended(new VolumeFinding.TornLink(new LinkName.Layer(APP, LAYER_DIGEST), link));
    requireWholeImage();
  }

  @Test
  void layerLink_emptyAndTheBytesDoNotVerify_isLeftForAPush() throws IOException {
    Path link = put(layout.layerLink(APP, OTHER), "");

    isFoundAndLeftAlone(new VolumeFinding.TornLink(new LinkName.Layer(APP, OTHER), link));
  }

  @Test
  void revisionLink_partial_isWrittenAnewWithItsTime() throws IOException {
    Path link = put(layout.revisionLink(APP, ONE.digest()), "sha256:01");
    Files.setLastModifiedTime(link, LONG_AGO);

    isFoundAndMended(new VolumeFinding.TornLink(new LinkName.Revision(APP, ONE.digest()), link));
    assertThat(Files.getLastModifiedTime(link)).isEqualTo(LONG_AGO);
    requireWholeImage();
  }

  @Test
  void layerLink_toOtherContent_isWrittenAnew() throws IOException {
    Path link = put(layout.layerLink(APP, LAYER_DIGEST), OTHER.toString());

    isFoundAndMended(
        new VolumeFinding.MisdirectedLink(new LinkName.Layer(APP, LAYER_DIGEST), OTHER, link));
    requireWholeImage();
  }

  @Test
  void links_withWhiteSpace_areWrittenAnew() throws IOException {
    Path current = put(layout.currentLink(APP, V1), ONE.digest() + "\n");
    Path layer = put(layout.layerLink(APP, LAYER_DIGEST), LAYER_DIGEST + " ");

    isFoundAndMended(
        new VolumeFinding.PaddedLink(new LinkName.Current(APP, V1), ONE.digest(), current),
        new VolumeFinding.PaddedLink(new LinkName.Layer(APP, LAYER_DIGEST), LAYER_DIGEST, layer));
    requireWholeImage();
  }

  @Test
  void historyLink_empty_isWrittenAnew() throws IOException {
    Path link = put(layout.indexLink(APP, V1, OTHER), "");

    isFoundAndMended(new VolumeFinding.TornLink(new LinkName.History(APP, V1, OTHER), link));
    assertThat(link).hasContent(OTHER.toString());
  }

  @Test
  void layerLink_whoseBytesAreGoneAndNobodyNames_isLeftOver() throws IOException {
    Path link = put(layout.layerLink(APP, OTHER), OTHER.toString());

    isFoundAndLeftAlone(new VolumeFinding.LayerWithoutBytes(APP, OTHER, link));
  }

  @Test
  void alias_sound_isOdd() throws IOException {
    Path link = put(layout.layerLink(APP, LAYER_SHA512), LAYER_DIGEST.toString());

    isFoundAndLeftAlone(new VolumeFinding.Alias(APP, LAYER_SHA512, LAYER_DIGEST, link));
  }

  @Test
  void alias_ofGoneBytes_isSetAside() throws IOException {
    Path link = put(layout.layerLink(APP, LAYER_SHA512), OTHER.toString());

    isFoundAndMended(new VolumeFinding.DanglingAlias(APP, LAYER_SHA512, OTHER, link));
    assertThat(quarantined()).containsExactly(root.relativize(link).toString());
  }

  private List<String> quarantined() throws IOException {
    try (Stream<Path> all = Files.walk(layout.quarantine())) {
      return all.filter(Files::isRegularFile)
          .map(layout.quarantine()::relativize)
          .map(path -> path.subpath(1, path.getNameCount()).toString())
          .sorted()
          .toList();
    }
  }

  // --- tags

  @Test
  void tag_whoseManifestWasDeleted_isSetAside() throws IOException {
    removeTree(Layout.folderOf(layout.revisionLink(APP, INDEX.digest())));
    removeTree(Layout.folderOf(layout.blob(INDEX.digest())));
    Tag tag = new Tag("index");
    Path link = layout.currentLink(APP, tag);

    isFoundAndMended(new VolumeFinding.DanglingTag(APP, tag, INDEX.digest(), false, link));
    assertThat(layout.tag(APP, tag)).doesNotExist();
    assertThat(quarantined()).contains(root.relativize(link).toString());
    assertThat(storage.tags().list(APP, null, 10).items()).containsExactly(V1);
    requireWholeImage();
  }

  @Test
  void tag_whoseManifestIsDamaged_staysForTheManifestToComeBack() throws IOException {
    Tag tag = new Tag("index");
    Files.delete(layout.blob(INDEX.digest()));
    Files.delete(Layout.folderOf(layout.blob(INDEX.digest())));

    isFoundAndLeftAlone(
        new VolumeFinding.DanglingTag(APP, tag, INDEX.digest(), true, layout.currentLink(APP, tag)),
        new VolumeFinding.DamagedManifest(
            APP, INDEX.digest(), Damage.NO_BYTES, layout.revisionLink(APP, INDEX.digest())));
  }

  /** Behind a circle of links not even root can look, as others can't without their rights. */
  @Test
  void tag_whoseManifestCannotBeLookedAt_stays() throws IOException {
    Path link = layout.revisionLink(APP, INDEX.digest());
    removeTree(Layout.folderOf(link));
    Files.createSymbolicLink(Layout.folderOf(link), Layout.folderOf(link));

    Heard repair = repair();

    assertThat(repair.mended()).isEmpty();
    assertThat(repair.found())
        .extracting(VolumeFinding::where)
        .contains(link, layout.currentLink(APP, new Tag("index")));
    assertThat(layout.currentLink(APP, new Tag("index"))).exists();
  }

  @Test
  void tag_torn_isLeftForAPush() throws IOException {
    Path link = put(layout.currentLink(APP, V1), "sha256:0123");

    isFoundAndLeftAlone(new VolumeFinding.TornLink(new LinkName.Current(APP, V1), link));
  }

  @Test
  void tag_withoutCurrentLink_isSetAside() throws IOException {
    removeTree(Layout.folderOf(layout.currentLink(APP, V1)));

    isFoundAndMended(new VolumeFinding.TagWithoutLink(APP, V1, layout.tag(APP, V1)));
    assertThat(layout.tag(APP, V1)).doesNotExist();
  }

  @Test
  void tag_withoutHistory_getsIt() throws IOException {
    removeTree(Layout.historyIn(layout.tag(APP, V1)));

    isFoundAndMended(
        new VolumeFinding.TagWithoutHistory(APP, V1, ONE.digest(), layout.currentLink(APP, V1)));
    requireWholeImage();
  }

  // --- manifests

  @Test
  void manifest_whoseBytesAreWrong_isFoundAndItsBytesAreSetAside() throws IOException {
    Path blob = put(layout.blob(INDEX.digest()), "damaged");
    Tag tag = new Tag("index");
    VolumeFinding bytes = new VolumeFinding.WrongBytes(INDEX.digest(), 7, blob);

    assertThat(check())
        .containsExactlyInAnyOrder(
            bytes,
            new VolumeFinding.DanglingTag(
                APP, tag, INDEX.digest(), true, layout.currentLink(APP, tag)),
            new VolumeFinding.DamagedManifest(
                APP, INDEX.digest(), Damage.WRONG_BYTES, layout.revisionLink(APP, INDEX.digest())));
    assertThat(repair().mended()).containsExactly(bytes);
    assertThat(quarantined()).containsExactly(root.relativize(blob).toString());

    Pushes.manifest(storage, APP, INDEX, "index");
    assertThat(check()).isEmpty();
  }

  @Test
  void manifest_thatIsNone_isFound() throws IOException {
    Path link = put(layout.revisionLink(APP, LAYER_DIGEST), LAYER_DIGEST.toString());

    isFoundAndLeftAlone(
        new VolumeFinding.DamagedManifest(APP, LAYER_DIGEST, Damage.NO_MANIFEST, link));
  }

  @Test
  void manifest_namingABlobThatIsNotLinked_isFound() throws IOException {
    removeTree(Layout.folderOf(layout.layerLink(APP, LAYER_DIGEST)));

    isFoundAndLeftAlone(
        new VolumeFinding.MissingContent(
            APP, ONE.digest(), ONE.blobs().getFirst(), layout.revisionLink(APP, ONE.digest())));
  }

  @Test
  void index_namingAChildThatIsNotThere_isFound() throws IOException {
    removeTree(Layout.folderOf(layout.revisionLink(APP, ONE.digest())));
    removeTree(layout.tag(APP, V1));

    isFoundAndLeftAlone(
        new VolumeFinding.MissingContent(
            APP,
            INDEX.digest(),
            INDEX.manifests().getFirst(),
            layout.revisionLink(APP, INDEX.digest())),
        new VolumeFinding.Unreferenced(LAYER_DIGEST, LAYER.length, layout.blob(LAYER_DIGEST)));
  }

  @Test
  void manifest_namingABlobOfAnotherSize_isFound() throws IOException {
    TestManifest wrong = TestManifest.of("wrong").withBlob(LAYER_DIGEST, 99);
    put(layout.blob(wrong.digest()), new String(wrong.bytes(), StandardCharsets.UTF_8));
    Path link = put(layout.revisionLink(APP, wrong.digest()), wrong.digest().toString());

    isFoundAndLeftAlone(
        new VolumeFinding.WrongSize(
            APP, wrong.digest(), wrong.blobs().getFirst(), LAYER.length, link));
  }

  @Test
  void repository_withoutLayers_getsThem() throws IOException {
    RepositoryName index = new RepositoryName("index");
    TestManifest empty = TestManifest.of("empty");
    Pushes.manifest(storage, index, empty, "v1");
    removeTree(layout.layers(index));

    isFoundAndMended(new VolumeFinding.RepositoryWithoutLayers(index, layout.repository(index)));
    requireWholeImage();
  }

  // --- blobs

  @Test
  void blob_ofTheSameLengthWithOtherBytes_isSetAsideAndHealedByAPush() throws IOException {
    Path blob = put(layout.blob(LAYER_DIGEST), "a lAyer");
    VolumeFinding wrong = new VolumeFinding.WrongBytes(LAYER_DIGEST, LAYER.length, blob);

    assertThat(check()).containsExactly(wrong);
    assertThat(repair().mended()).containsExactly(wrong);
    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isEmpty();
    assertThat(quarantined()).containsExactly(root.relativize(blob).toString());
    Pushes.blob(storage, APP, LAYER);
    assertThat(check()).isEmpty();
  }

  @Test
  void quickCheck_seesEmptyBlobsAndNotOthers() throws IOException {
    VolumeCheck.Order quick = new VolumeCheck.Order(false, false, AGE, GRACE);
    Path blob = put(layout.blob(LAYER_DIGEST), "a lAyer");
    assertThat(run(quick).found()).isEmpty();

    put(blob, "");

    assertThat(run(quick).found()).contains(new VolumeFinding.WrongBytes(LAYER_DIGEST, 0, blob));
  }

  @Test
  void blobFolder_withoutData_isLeftOver() throws IOException {
    Path folder = Files.createDirectories(Layout.folderOf(layout.blob(OTHER)));

    isFoundAndLeftAlone(new VolumeFinding.BlobWithoutData(OTHER, folder));
  }

  @Test
  void data_atUnexpectedPlaces_isFound() throws IOException {
    Path shard = layout.blobs().resolve("sha256/ab");
    Path high = put(shard.resolve("data"), "x");
    Path odd = put(shard.resolve("odd/data"), "x");
    Path deep = put(layout.blobs().resolve("sha256/zz/zz/data"), "x");

    isFoundAndLeftAlone(
        new VolumeFinding.MisplacedData(high),
        new VolumeFinding.ForeignName(Layout.folderOf(odd)),
        new VolumeFinding.MisplacedData(odd),
        new VolumeFinding.ForeignName(layout.blobs().resolve("sha256/zz")),
        new VolumeFinding.MisplacedData(deep));
  }

  // --- the rest

  @Test
  void names_outsideTheGrammar_areOdd() throws IOException {
    Path file = put(layout.tags(APP).resolve(".nfs01"), "");
    Path tag = Files.createDirectory(layout.tags(APP).resolve("no tag"));
    Path repository = layout.repositories().resolve("sp ace");
    Files.createDirectories(repository.resolve("_layers"));
    Path hex = Files.createDirectories(layout.layers(APP).resolve("sha256/0123"));
    Path sums = Files.createDirectories(layout.layers(APP).resolve("tarsum.v1"));

    isFoundAndLeftAlone(
        Stream.of(file, tag, repository, hex, sums)
            .map(VolumeFinding.ForeignName::new)
            .toArray(VolumeFinding[]::new));
  }

  @Test
  void names_thatDifferByCaseAlone_areOdd() throws IOException {
    Pushes.manifest(storage, APP, ONE, "V1");

    isFoundAndLeftAlone(new VolumeFinding.CaseCollision("V1", layout.tag(APP, V1)));
  }

  @Test
  void blob_thatNoManifestNames_isLeftOverOnceItIsOld() throws IOException {
    byte[] garbage = Pushes.bytes("garbage");
    Digest digest = Pushes.digestOf(garbage);
    Path file = layout.blob(digest);
    Pushes.blob(storage, APP, garbage);
    assertThat(check()).isEmpty();

    old(layout.layerLink(APP, digest));

    isFoundAndLeftAlone(new VolumeFinding.Unreferenced(digest, garbage.length, file));
  }

  @Test
  void leftovers_olderThanTheAge_areRemoved() throws IOException {
    Path upload = layout.upload(APP, new UploadId("019375a1-7c1d-7abc-8def-0123456789ab"));
    old(put(upload.resolve("hashstates/sha256/0"), "state"));
    Path ours = old(put(layout.newTemporary(), "12345678"));
    Path theirs = old(put(layout.layerLink(APP, LAYER_DIGEST).resolveSibling("link.1.tmp"), "1"));
    Path young = put(layout.newTemporary(), "young");
    storage.uploads().start(APP, DigestAlgorithm.SHA256).close();

    isFoundAndMended(
        new VolumeFinding.LeakedUpload(5, upload),
        new VolumeFinding.StrayTemporary(8, ours),
        new VolumeFinding.StrayTemporary(1, theirs));
    assertThat(upload).doesNotExist();
    assertThat(ours).doesNotExist();
    assertThat(theirs).doesNotExist();
    assertThat(young).exists();
  }

  private static Path old(Path path) throws IOException {
    return Files.setLastModifiedTime(path, LONG_AGO);
  }
}
