package io.stowage.registry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.junit.jupiter.api.Test;

/** What {@link BlobStore} promises. */
public abstract class BlobStoreContract extends StorageContract {
  private static final byte[] HELLO = Pushes.bytes("hello, blob");
  private static final Digest HELLO_DIGEST = Pushes.digestOf(HELLO);
  private static final RepositoryName THIRD = new RepositoryName("third");

  @Test
  void find_uploadedBlob_givesItsBytes() throws IOException {
    Pushes.blob(storage, APP, HELLO);

    BlobContent blob = storage.blobs().find(APP, HELLO_DIGEST).orElseThrow();

    assertThat(blob.digest()).isEqualTo(HELLO_DIGEST);
    assertThat(blob.size()).isEqualTo(HELLO.length);
    assertThat(Pushes.read(blob)).isEqualTo(HELLO);
  }

  @Test
  void find_emptyBlob_isThere() throws IOException {
    byte[] nothing = {};
    Pushes.blob(storage, APP, nothing);

    assertThat(storage.blobs().find(APP, Pushes.digestOf(nothing)).orElseThrow().size()).isZero();
  }

  @Test
  void find_sha512Blob_isThereUnderThatDigestOnly() throws IOException {
    Digest sha512 = DigestVerifier.digestOf(DigestAlgorithm.SHA512, HELLO);
    Pushes.blob(storage, APP, HELLO, sha512);

    assertThat(storage.blobs().find(APP, sha512).orElseThrow().digest()).isEqualTo(sha512);
    assertThat(storage.blobs().find(APP, HELLO_DIGEST)).isEmpty();
  }

  @Test
  void find_inAnotherRepository_isAbsent() throws IOException {
    Pushes.blob(storage, APP, HELLO);

    assertThat(storage.blobs().find(OTHER, HELLO_DIGEST)).isEmpty();
  }

  @Test
  void find_inARepositoryWhoseNameIsAPrefix_isAbsent() throws IOException {
    Pushes.blob(storage, APP, HELLO);

    assertThat(storage.blobs().find(new RepositoryName("library"), HELLO_DIGEST)).isEmpty();
  }

  @Test
  void find_manifestThatIsNoBlob_isAbsent() throws IOException {
    TestManifest manifest = TestManifest.of("m");
    Pushes.manifest(storage, APP, manifest, "v1");

    assertThat(storage.blobs().find(APP, manifest.digest())).isEmpty();
  }

  @Test
  void open_atAPosition_readsFromThere() throws IOException {
    Pushes.blob(storage, APP, HELLO);
    ByteBuffer tail = ByteBuffer.allocate(4);

    try (SeekableByteChannel channel =
        storage.blobs().find(APP, HELLO_DIGEST).orElseThrow().open()) {
      channel.position(HELLO.length - 4L);
      channel.read(tail);
    }

    assertThat(tail.array()).isEqualTo(Pushes.bytes("blob"));
  }

  @Test
  void open_thenDeleted_isReadableToItsEnd() throws IOException {
    Pushes.blob(storage, APP, HELLO);
    ByteBuffer all = ByteBuffer.allocate(HELLO.length);

    try (SeekableByteChannel channel =
        storage.blobs().find(APP, HELLO_DIGEST).orElseThrow().open()) {
      storage.blobs().delete(APP, HELLO_DIGEST);
      channel.read(all);
    }

    assertThat(all.array()).isEqualTo(HELLO);
  }

  @Test
  void mount_fromARepositoryThatHasIt_linksItInTheTarget() throws IOException {
    Pushes.blob(storage, APP, HELLO);

    BlobContent mounted = storage.blobs().mount(APP, OTHER, HELLO_DIGEST).orElseThrow();

    assertThat(Pushes.read(mounted)).isEqualTo(HELLO);
    assertThat(storage.blobs().find(OTHER, HELLO_DIGEST)).isPresent();
  }

  @Test
  void mount_fromARepositoryWithoutIt_linksNothing() throws IOException {
    Pushes.blob(storage, APP, HELLO);

    assertThat(storage.blobs().mount(THIRD, OTHER, HELLO_DIGEST)).isEmpty();
    assertThat(storage.blobs().find(OTHER, HELLO_DIGEST)).isEmpty();
  }

  @Test
  void mount_ontoItself_keepsIt() throws IOException {
    Pushes.blob(storage, APP, HELLO);

    assertThat(storage.blobs().mount(APP, APP, HELLO_DIGEST)).isPresent();
    assertThat(storage.blobs().find(APP, HELLO_DIGEST)).isPresent();
  }

  @Test
  void mount_intoANewNameOutsideTheSpecification_isRefused() throws IOException {
    Pushes.blob(storage, APP, HELLO);
    RepositoryName legacy = new RepositoryName("UPPER/app");

    assertThat(errorsOf(() -> storage.blobs().mount(APP, legacy, HELLO_DIGEST)))
        .singleElement()
        .isInstanceOf(RegistryError.NameInvalid.class);
  }

  @Test
  void mountFromAny_someReadableRepositoryHasIt_linksIt() throws IOException {
    Pushes.blob(storage, THIRD, HELLO);

    assertThat(storage.blobs().mountFromAny(THIRD::equals, OTHER, HELLO_DIGEST)).isPresent();
    assertThat(storage.blobs().find(OTHER, HELLO_DIGEST)).isPresent();
  }

  @Test
  void mountFromAny_onlyUnreadableRepositoriesHaveIt_linksNothing() throws IOException {
    Pushes.blob(storage, THIRD, HELLO);

    assertThat(storage.blobs().mountFromAny(APP::equals, OTHER, HELLO_DIGEST)).isEmpty();
    assertThat(storage.blobs().find(OTHER, HELLO_DIGEST)).isEmpty();
  }

  @Test
  void delete_linkedBlob_removesItHereAndNowhereElse() throws IOException {
    Pushes.blob(storage, APP, HELLO);
    storage.blobs().mount(APP, OTHER, HELLO_DIGEST);

    assertThat(storage.blobs().delete(APP, HELLO_DIGEST)).isTrue();

    assertThat(storage.blobs().find(APP, HELLO_DIGEST)).isEmpty();
    assertThat(Pushes.read(storage.blobs().find(OTHER, HELLO_DIGEST).orElseThrow()))
        .isEqualTo(HELLO);
  }

  @Test
  void delete_unknownBlob_saysSo() throws IOException {
    assertThat(storage.blobs().delete(APP, HELLO_DIGEST)).isFalse();
  }

  @Test
  void delete_thenUploadAgain_isThereAgain() throws IOException {
    Pushes.blob(storage, APP, HELLO);
    storage.blobs().delete(APP, HELLO_DIGEST);

    Pushes.blob(storage, APP, HELLO);

    assertThat(storage.blobs().find(APP, HELLO_DIGEST)).isPresent();
  }
}
