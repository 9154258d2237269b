package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.Referrer;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found on old and broken volumes: one test for each kind; named after what is found. */
class ToleranceTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final RepositoryName NESTED = new RepositoryName("library/app/nested");
  private static final byte[] LAYER = Pushes.bytes("a layer");
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);
  private static final Digest LAYER_SHA512 = DigestVerifier.digestOf(DigestAlgorithm.SHA512, LAYER);
  private static final TestManifest ONE =
      TestManifest.of("one").withBlob(LAYER_DIGEST, LAYER.length);
  private static final TestManifest TWO = TestManifest.of("two");
  private static final Tag V1 = new Tag("v1");
  private static final UploadId FOREIGN = new UploadId("019375a1-7c1d-7abc-8def-0123456789ab");

  @TempDir private Path root;
  private FileStorage storage;
  private Layout layout;

  @BeforeEach
  void pushOneImage() throws IOException {
    layout = new Layout(root);
    storage = open();
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, ONE, "v1");
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  private FileStorage open() throws IOException {
    return FileStorage.open(
        TestDisk.options(root), TestManifest.READER, new TestDisk(), InstantSource.system());
  }

  private void restart() throws IOException {
    storage.close();
    storage = open();
  }

  private List<String> tags() throws IOException {
    return storage.tags().list(APP, null, 100).items().stream().map(Tag::name).toList();
  }

  private List<String> catalog() throws IOException {
    return storage.repositories().list(name -> true, null, 100).items().stream()
        .map(RepositoryName::value)
        .toList();
  }

  private static void put(Path file, String text) throws IOException {
    Files.createDirectories(Layout.folderOf(file));
    Files.writeString(file, text);
  }

  private void removeTree(Path path) throws IOException {
    new AtomicFile(layout, new PosixDisk()).deleteTree(path);
  }

  private void requireWholeImage() throws IOException {
    assertThat(storage.tags().find(APP, V1)).contains(ONE.digest());
    assertThat(storage.manifests().find(APP, ONE.digest()).orElseThrow().bytes())
        .isEqualTo(ONE.bytes());
    assertThat(Pushes.read(storage.blobs().find(APP, LAYER_DIGEST).orElseThrow())).isEqualTo(LAYER);
    TreeRules.check(root);
  }

  // --- links

  @Test
  void tagLink_empty_countsAsAbsentAndIsHealedByAPush() throws IOException {
    put(layout.currentLink(APP, V1), "");

    assertThat(storage.tags().find(APP, V1)).isEmpty();
    assertThat(tags()).isEmpty();
    assertThat(storage.manifests().find(APP, ONE.digest())).isPresent();

    Pushes.manifest(storage, APP, ONE, "v1");
    requireWholeImage();
  }

  @Test
  void tagLink_partial_hindersNoDeleteInItsRepository() throws IOException {
    Pushes.manifest(storage, APP, TWO, "v2");
    put(layout.currentLink(APP, V1), "sha256:0123");

    assertThat(storage.manifests().delete(APP, TWO.digest())).isPresent();
    assertThat(storage.tags().delete(APP, V1)).isTrue();
  }

  @Test
  void layerLink_emptyAndTheDataVerifies_isRebuiltByTheManifestThatNamesIt() throws IOException {
    put(layout.layerLink(APP, LAYER_DIGEST), "");

    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isPresent();

    Pushes.manifest(storage, APP, ONE, "v1");
    requireWholeImage();
  }

  @Test
  void layerLink_emptyAndTheDataDoesNotVerify_isAbsent() throws IOException {
    put(layout.layerLink(APP, LAYER_DIGEST), "");
    put(layout.blob(LAYER_DIGEST), "a lAyer");

    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isEmpty();
  }

  @Test
  void revisionLink_partialAndTheDataVerifies_isPresentAndHealedByAPush() throws IOException {
    put(layout.revisionLink(APP, ONE.digest()), "sha256:01");

    assertThat(storage.manifests().find(APP, ONE.digest())).isPresent();
    assertThat(tags()).containsExactly("v1");

    Pushes.manifest(storage, APP, ONE, "v1");
    requireWholeImage();
  }

  @Test
  void link_withTrailingWhiteSpace_isTrimmed() throws IOException {
    put(layout.currentLink(APP, V1), ONE.digest() + "\n");
    put(layout.revisionLink(APP, ONE.digest()), ONE.digest() + " \r\n");
    put(layout.layerLink(APP, LAYER_DIGEST), LAYER_DIGEST + "\n");

    assertThat(storage.tags().find(APP, V1)).contains(ONE.digest());
    assertThat(storage.manifests().find(APP, ONE.digest())).isPresent();
    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isPresent();

    Pushes.manifest(storage, APP, ONE, "v1");
    requireWholeImage();
  }

  @Test
  void link_thatIsAFolder_isBrokenAndNoCrash() throws IOException {
    removeTree(layout.currentLink(APP, V1));
    Files.createDirectory(layout.currentLink(APP, V1));

    assertThat(storage.tags().find(APP, V1)).isEmpty();
    assertThat(tags()).isEmpty();
  }

  // --- data

  @Test
  void layerData_empty_isAbsentAndReplacedByAPush() throws IOException {
    put(layout.blob(LAYER_DIGEST), "");

    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isEmpty();

    Pushes.blob(storage, APP, LAYER);
    requireWholeImage();
  }

  @Test
  void layerData_shorter_isReplacedByAPush() throws IOException {
    put(layout.blob(LAYER_DIGEST), "a la");

    Pushes.blob(storage, APP, LAYER);
    requireWholeImage();
  }

  @Test
  @DisplayName("IS-7: a layer with a flipped bit is healed by a push")
  void layerData_flippedBitOfTheSameLength_isReplacedByAPush() throws IOException {
    byte[] flipped = LAYER.clone();
    flipped[0] ^= 1;
    Files.write(layout.blob(LAYER_DIGEST), flipped);

    Pushes.blob(storage, APP, LAYER);
    requireWholeImage();
  }

  @Test
  void layerData_shorter_isMissingForTheManifestThatNamesItAndReplacedByAPush() throws IOException {
    put(layout.blob(LAYER_DIGEST), "a la");

    assertThatThrownBy(() -> Pushes.manifest(storage, APP, ONE, "v1"))
        .isInstanceOfSatisfying(
            RegistryException.class,
            refused ->
                assertThat(refused.errors())
                    .containsExactly(new RegistryError.ManifestBlobUnknown(LAYER_DIGEST)));

    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, ONE, "v1");
    requireWholeImage();
  }

  @Test
  void manifestData_empty_isAbsentAndReplacedByAPush() throws IOException {
    put(layout.blob(ONE.digest()), "");

    assertThat(storage.manifests().find(APP, ONE.digest())).isEmpty();
    assertThat(storage.repositories().exists(APP)).isFalse();

    Pushes.manifest(storage, APP, ONE, "v1");
    requireWholeImage();
  }

  @Test
  @DisplayName("IS-7: a manifest with a flipped bit is never served, and healed by a push")
  void manifestData_flippedBitOfTheSameLength_isAbsentAndReplacedByAPush() throws IOException {
    byte[] damaged = ONE.bytes();
    damaged[20] ^= 1;
    assertThat(storage.manifests().find(APP, ONE.digest())).isPresent();
    Files.write(layout.blob(ONE.digest()), damaged);

    assertThat(storage.manifests().find(APP, ONE.digest())).isEmpty();

    Pushes.manifest(storage, APP, ONE, "v1");
    requireWholeImage();
  }

  @Test
  void blobFolder_withoutData_isAbsentAndFilledByAPush() throws IOException {
    Files.delete(layout.blob(LAYER_DIGEST));

    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isEmpty();

    Pushes.blob(storage, APP, LAYER);
    requireWholeImage();
  }

  @Test
  void revision_whoseBlobIsMissing_isAbsentAndNotListed() throws IOException {
    removeTree(Layout.folderOf(layout.blob(ONE.digest())));

    assertThat(storage.manifests().find(APP, ONE.digest())).isEmpty();
    assertThat(storage.repositories().exists(APP)).isFalse();
    assertThat(catalog()).isEmpty();
  }

  @Test
  void revision_thatIsNoManifest_isAbsent() throws IOException {
    put(layout.revisionLink(APP, LAYER_DIGEST), LAYER_DIGEST.toString());

    assertThat(storage.manifests().find(APP, LAYER_DIGEST)).isEmpty();
  }

  // --- tags

  @Test
  void tag_onADigestWithoutRevision_isNotListedAndCanBeDeleted() throws IOException {
    Pushes.manifest(storage, APP, TWO, "v2");
    removeTree(Layout.folderOf(layout.revisionLink(APP, ONE.digest())));

    assertThat(tags()).containsExactly("v2");
    assertThat(storage.manifests().find(APP, ONE.digest())).isEmpty();
    assertThat(storage.tags().delete(APP, V1)).isTrue();
  }

  @Test
  void tag_withoutCurrentLink_isNotListedAndCanBeDeletedOrSet() throws IOException {
    removeTree(Layout.folderOf(layout.currentLink(APP, V1)));

    assertThat(tags()).isEmpty();
    Pushes.manifest(storage, APP, ONE, "v1");
    requireWholeImage();

    removeTree(Layout.folderOf(layout.currentLink(APP, V1)));
    assertThat(storage.tags().delete(APP, V1)).isTrue();
    assertThat(layout.tag(APP, V1)).doesNotExist();
  }

  @Test
  void tagsFolder_missing_isAnEmptyList() throws IOException {
    removeTree(layout.tags(APP));

    assertThat(tags()).isEmpty();
  }

  @Test
  void manifestsFolder_empty_isNotListed() throws IOException {
    removeTree(layout.manifests(APP));
    Files.createDirectory(layout.manifests(APP));

    assertThat(catalog()).isEmpty();
    assertThatThrownBy(this::tags).isInstanceOf(RegistryException.class);
  }

  @Test
  void layersFolder_missing_isMadeByTheNextPush() throws IOException {
    removeTree(layout.layers(APP));

    Pushes.manifest(storage, APP, TWO, "v2");

    assertThat(layout.layers(APP)).isDirectory();
  }

  @Test
  void tagsFolder_withPlainFilesAndBadNames_listsTagsOnly() throws IOException {
    put(layout.tags(APP).resolve(".hidden"), "");
    put(layout.tags(APP).resolve(".nfs0001"), "");
    put(layout.tags(APP).resolve("plainfile"), "");
    Files.createDirectory(layout.tags(APP).resolve("no tag"));

    assertThat(tags()).containsExactly("v1");
    assertThat(storage.manifests().delete(APP, ONE.digest())).isPresent();
  }

  // --- leftovers

  @Test
  void temporaryFiles_ofRegistry3_areIgnoredAndSweptByAge() throws IOException {
    Path old = layout.currentLink(APP, V1).resolveSibling("link." + FOREIGN + ".tmp");
    Path young = layout.blob(LAYER_DIGEST).resolveSibling("data." + FOREIGN + ".tmp");
    put(old, "sha");
    put(young, "a l");
    age(old);

    requireReadable();
    assertThat(storage.uploads().sweep(Duration.ofHours(1))).isEqualTo(1);

    assertThat(old).doesNotExist();
    assertThat(young).exists();
    age(young);
    assertThat(storage.uploads().sweep(Duration.ofHours(1))).isEqualTo(1);
    assertThat(young).doesNotExist();
  }

  @Test
  void temporaryFiles_ofOurOwn_areSweptByAge() throws IOException {
    Path file = layout.newTemporary();
    Path inFolder = layout.newTemporary().resolve("current/link");
    put(file, "x");
    put(inFolder, "x");
    age(file);
    age(inFolder);

    assertThat(storage.uploads().sweep(Duration.ofHours(1))).isEqualTo(2);

    assertThat(layout.temporaries()).isEmptyDirectory();
  }

  private static void age(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
  }

  private void requireReadable() throws IOException {
    assertThat(tags()).containsExactly("v1");
    assertThat(storage.manifests().find(APP, ONE.digest())).isPresent();
    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isPresent();
  }

  // --- uploads

  private Path foreignUpload(String data) throws IOException {
    Path folder = layout.upload(APP, FOREIGN);
    put(folder.resolve("startedat"), "2026-11-23T07:02:06Z");
    put(folder.resolve("data"), data);
    put(folder.resolve("hashstates/sha256/0"), "no hash state at all");
    put(folder.resolve("hashstates/sha256/3"), "");
    return folder;
  }

  @Test
  void upload_withHashStatesOnly_isUnknownAndSweptByAgeOfTheNewest() throws IOException {
    Path state = layout.upload(APP, FOREIGN).resolve("hashstates/sha256/0");
    put(state, "x");

    assertThatThrownBy(() -> storage.uploads().size(APP, FOREIGN))
        .isInstanceOf(RegistryException.class);
    assertThat(storage.uploads().sweep(Duration.ofHours(1))).isZero();
    age(state);
    assertThat(storage.uploads().sweep(Duration.ofHours(1))).isEqualTo(1);
    assertThat(layout.upload(APP, FOREIGN)).doesNotExist();
  }

  @Test
  void upload_withoutData_isNotTold() throws IOException {
    put(layout.upload(APP, FOREIGN).resolve("startedat"), "2026-11-23T07:02:06Z");
    UploadId whole;
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      whole = upload.id();
    }

    List<UploadId> told = new ArrayList<>();
    storage.uploads().each(told::add);
    assertThat(told).containsExactly(whole);
  }

  @Test
  void upload_dataWithoutStartedAt_isSweptByAgeOfTheData() throws IOException {
    Path data = layout.upload(APP, FOREIGN).resolve("data");
    put(data, "x");
    age(data);

    assertThat(storage.uploads().sweep(Duration.ofHours(1))).isEqualTo(1);
  }

  @Test
  void upload_oldButTouchedLately_isKept() throws IOException {
    Path folder = foreignUpload("abc");
    age(folder.resolve("startedat"));

    assertThat(storage.uploads().sweep(Duration.ofHours(1))).isZero();
  }

  @Test
  void upload_ofRegistry3_goesOnHereWhateverItsHashStates() throws IOException {
    foreignUpload("a l");

    try (UploadSession upload = storage.uploads().open(APP, FOREIGN)) {
      assertThat(upload.size()).isEqualTo(3);
      upload.append(ByteBuffer.wrap(Pushes.bytes("ayer two")));
      BlobContent blob = upload.commit(Pushes.digestOf(Pushes.bytes("a layer two")));
      assertThat(blob.size()).isEqualTo(11);
    }
    assertThat(layout.upload(APP, FOREIGN)).doesNotExist();
  }

  @Test
  void upload_inTheMiddleOfACleanStop_isLeftInTheFolderOfDistribution() throws IOException {
    UploadId id;
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      id = upload.id();
      upload.append(ByteBuffer.wrap(Pushes.bytes("a la")));
    }
    storage.close();

    assertThat(layout.bareUpload(APP, id)).doesNotExist();
    assertThat(layout.upload(APP, id).resolve("data")).hasContent("a la");
    assertThat(layout.upload(APP, id).resolve("startedat"))
        .content()
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(layout.temporaries()).isEmptyDirectory();
  }

  @Test
  void upload_leftByADeath_goesOn() throws IOException {
    put(layout.bareUpload(APP, FOREIGN), "a l");

    assertThat(storage.uploads().size(APP, FOREIGN)).isEqualTo(3);
    try (UploadSession upload = storage.uploads().open(APP, FOREIGN)) {
      upload.append(ByteBuffer.wrap(Pushes.bytes("ayer two")));
      assertThat(upload.commit(Pushes.digestOf(Pushes.bytes("a layer two"))).size()).isEqualTo(11);
    }
    assertThat(layout.bareUpload(APP, FOREIGN)).doesNotExist();
  }

  @Test
  void upload_leftByADeath_isHandedOverOrSweptByAge() throws IOException {
    UploadId old = UploadId.random();
    put(layout.bareUpload(APP, FOREIGN), "a l");
    put(layout.bareUpload(APP, old), "a");
    age(layout.bareUpload(APP, old));

    assertThat(storage.uploads().sweep(Duration.ofHours(1))).isEqualTo(1);
    storage.close();

    assertThat(layout.bareUpload(APP, old)).doesNotExist();
    assertThat(layout.upload(APP, old)).doesNotExist();
    assertThat(layout.bareUpload(APP, FOREIGN)).doesNotExist();
    assertThat(layout.upload(APP, FOREIGN).resolve("data")).hasContent("a l");
  }

  @Test
  void upload_afterARestart_goesOn() throws IOException {
    UploadId id;
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      id = upload.id();
      upload.append(ByteBuffer.wrap(Pushes.bytes("a la")));
    }
    restart();

    assertThat(storage.uploads().size(APP, id)).isEqualTo(4);
    try (UploadSession upload = storage.uploads().open(APP, id)) {
      upload.append(ByteBuffer.wrap(Pushes.bytes("yer, long")));
      assertThat(upload.commit(Pushes.digestOf(Pushes.bytes("a layer, long"))).size())
          .isEqualTo(13);
    }
  }

  @Test
  void upload_shortenedByAPowerCut_isHashedAgain() throws IOException {
    UploadId id;
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      id = upload.id();
      upload.append(ByteBuffer.wrap(Pushes.bytes("a layer and a tail that is lost")));
    }
    put(layout.bareUpload(APP, id), "a layer");

    try (UploadSession upload = storage.uploads().open(APP, id)) {
      assertThat(upload.commit(LAYER_DIGEST).size()).isEqualTo(LAYER.length);
    }
  }

  // --- sha512

  @Test
  void sha512Alias_isServedUnderTheDigestAskedFor() throws IOException {
    put(layout.layerLink(APP, LAYER_SHA512), LAYER_DIGEST.toString());

    BlobContent blob = storage.blobs().find(APP, LAYER_SHA512).orElseThrow();

    assertThat(blob.digest()).isEqualTo(LAYER_SHA512);
    assertThat(Pushes.read(blob)).isEqualTo(LAYER);
  }

  @Test
  void sha512Alias_ofOtherBytes_isAbsent() throws IOException {
    Digest other = DigestVerifier.digestOf(DigestAlgorithm.SHA512, Pushes.bytes("other"));
    put(layout.layerLink(APP, other), LAYER_DIGEST.toString());

    assertThat(storage.blobs().find(APP, other)).isEmpty();
  }

  @Test
  void sha512Alias_dangling_isAbsent() throws IOException {
    put(layout.layerLink(APP, LAYER_SHA512), LAYER_DIGEST.toString());
    removeTree(Layout.folderOf(layout.blob(LAYER_DIGEST)));

    assertThat(storage.blobs().find(APP, LAYER_SHA512)).isEmpty();
  }

  @Test
  void sha512Alias_namedByAManifest_isKeptAsItIs() throws IOException {
    put(layout.layerLink(APP, LAYER_SHA512), LAYER_DIGEST.toString());

    Pushes.manifest(storage, APP, TWO.withBlob(LAYER_SHA512, LAYER.length), "v2");

    assertThat(layout.layerLink(APP, LAYER_SHA512)).hasContent(LAYER_DIGEST.toString());
  }

  @Test
  void sha512AliasOfARevision_isServed() throws IOException {
    Digest alias = ONE.digest(DigestAlgorithm.SHA512);
    put(layout.revisionLink(APP, alias), ONE.digest().toString());

    assertThat(storage.manifests().find(APP, alias).orElseThrow().bytes()).isEqualTo(ONE.bytes());
  }

  // --- the tree changes under us

  @Test
  void repository_removedByHandWhileRunning_isGoneEverywhere() throws IOException {
    TestManifest signature = TestManifest.of("s").withSubject(ONE.digest());
    Pushes.manifest(storage, APP, signature);
    requireReadable();
    assertThat(catalog()).containsExactly("library/app");
    assertThat(referrers()).containsExactly(signature.digest());

    removeTree(layout.repository(APP));

    assertThat(catalog()).isEmpty();
    assertThat(storage.repositories().exists(APP)).isFalse();
    assertThat(storage.tags().find(APP, V1)).isEmpty();
    assertThat(storage.manifests().find(APP, ONE.digest())).isEmpty();
    assertThat(referrers()).isEmpty();

    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, ONE, "v1");
    requireWholeImage();
    assertThat(catalog()).containsExactly("library/app");
  }

  private List<Digest> referrers() throws IOException {
    return storage.referrers().list(APP, ONE.digest(), Set.of(), null, 100).items().stream()
        .map(Referrer::digest)
        .toList();
  }

  @Test
  void repository_nestedInOneRemovedByHand_isGoneToo() throws IOException {
    Pushes.manifest(storage, NESTED, TWO, "v1");
    assertThat(catalog()).containsExactly("library/app", "library/app/nested");

    removeTree(layout.repository(APP));

    assertThat(catalog()).isEmpty();
  }

  @Test
  void repository_copiedInByHandWhileRunning_isListed() throws IOException {
    assertThat(catalog()).containsExactly("library/app");
    RepositoryName copy = new RepositoryName("library/copy");
    put(layout.revisionLink(copy, ONE.digest()), ONE.digest().toString());

    assertThat(catalog()).containsExactly("library/app", "library/copy");
  }

  @Test
  void referrers_writtenByDistributionUnderFallbackTagsOrNone_areListedOnce() throws IOException {
    TestManifest tagged = TestManifest.of("tagged").withSubject(ONE.digest());
    TestManifest untagged = TestManifest.of("untagged").withSubject(ONE.digest());
    assertThat(referrers()).isEmpty();
    for (TestManifest manifest : List.of(tagged, untagged)) {
      Files.createDirectories(Layout.folderOf(layout.blob(manifest.digest())));
      Files.write(layout.blob(manifest.digest()), manifest.bytes());
      put(layout.revisionLink(APP, manifest.digest()), manifest.digest().toString());
    }
    Tag fallback = new Tag("sha256-" + ONE.digest().hex());
    put(layout.currentLink(APP, fallback), tagged.digest().toString());

    assertThat(referrers()).containsExactlyInAnyOrder(tagged.digest(), untagged.digest());
    restart();
    assertThat(referrers()).containsExactlyInAnyOrder(tagged.digest(), untagged.digest());
  }

  @Test
  void symbolicLink_toARepositoryElsewhere_isFollowed() throws IOException {
    Path elsewhere = root.resolve("elsewhere");
    Files.move(layout.repository(APP), elsewhere);
    Files.createSymbolicLink(layout.repository(APP), elsewhere);

    assertThat(catalog()).containsExactly("library/app");
    Pushes.manifest(storage, APP, TWO, "v1", "v2");
    assertThat(storage.tags().find(APP, V1)).contains(TWO.digest());
  }

  @Test
  void symbolicLink_toItself_endsTheWalk() throws IOException {
    Files.createSymbolicLink(
        layout.repositories().resolve("library/circle"), layout.repositories());

    assertThat(catalog()).contains("library/app", "library/circle/library/app");
  }

  @Test
  void folderNames_outsideTheRule_areIgnored() throws IOException {
    for (String name : List.of("x~", "a:b", "with space", "_own", ".hidden")) {
      RepositoryName any = new RepositoryName("n");
      Path link = layout.revisionLink(any, ONE.digest());
      Path moved =
          layout.repositories().resolve(name).resolve(layout.repository(any).relativize(link));
      put(moved, ONE.digest().toString());
    }

    assertThat(catalog()).containsExactly("library/app");
  }

  @Test
  void legacyName_thatExists_isServedListedAndWritten() throws IOException {
    RepositoryName legacy = new RepositoryName("UPPER/app");
    put(layout.revisionLink(legacy, ONE.digest()), ONE.digest().toString());

    Pushes.manifest(storage, legacy, TWO, "v1");

    assertThat(storage.tags().find(legacy, V1)).contains(TWO.digest());
    assertThat(catalog()).containsExactly("UPPER/app", "library/app");
  }

  @Test
  void readOnly_servesAndRefusesToWriteBesideAWriter() throws IOException {
    FileStorageOptions options = TestDisk.options(root).withReadOnly(true);
    try (FileStorage reader = FileStorage.open(options, TestManifest.READER)) {
      assertThat(reader.isReadOnly()).isTrue();
      assertThat(reader.tags().find(APP, V1)).contains(ONE.digest());
      assertThatThrownBy(() -> Pushes.manifest(reader, APP, TWO, "v2"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reading only");
    }
    assertThat(storage.isReadOnly()).isFalse();
    requireWholeImage();
  }

  @Test
  void schedulerState_ofAFormerCache_staysUntouched() throws IOException {
    Path state = root.resolve("scheduler-state.json");
    put(state, "{}");
    age(state);

    restart();
    storage.uploads().sweep(Duration.ZERO);

    assertThat(state).hasContent("{}");
  }
}
