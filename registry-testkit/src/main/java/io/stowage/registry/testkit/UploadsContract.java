package io.stowage.registry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.storage.Uploads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What {@link Uploads} and {@link UploadSession} promise. */
public abstract class UploadsContract extends StorageContract {
  private static final byte[] HELLO = Pushes.bytes("hello, upload");
  private static final Digest HELLO_DIGEST = Pushes.digestOf(HELLO);
  private static final Digest HELLO_SHA512 = DigestVerifier.digestOf(DigestAlgorithm.SHA512, HELLO);

  private Uploads uploads() {
    return storage.uploads();
  }

  /** An upload with these bytes that nobody has open. */
  private UploadId left(byte[] content) throws IOException {
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(content));
      return upload.id();
    }
  }

  // --- start, append, size

  @Test
  void start_newUpload_isEmptyAndNoBlob() throws IOException {
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      assertThat(upload.size()).isZero();
      assertThat(uploads().size(APP, upload.id())).isZero();
    }
    assertThat(storage.repositories().exists(APP)).isFalse();
  }

  @Test
  void start_inANewNameOutsideTheSpecification_isRefused() {
    RepositoryName legacy = new RepositoryName("UPPER/app");

    assertThat(errorsOf(() -> uploads().start(legacy, DigestAlgorithm.SHA256).close()))
        .singleElement()
        .isInstanceOf(RegistryError.NameInvalid.class);
  }

  @Test
  void append_buffer_takesAllThatRemainsAndGrows() throws IOException {
    ByteBuffer middle = ByteBuffer.wrap(HELLO, 2, 5);
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(middle);

      assertThat(middle.hasRemaining()).isFalse();
      assertThat(upload.size()).isEqualTo(5);
      assertThat(uploads().size(APP, upload.id())).isEqualTo(5);
    }
  }

  @Test
  void append_directBuffer_isTakenToo() throws IOException {
    ByteBuffer direct = ByteBuffer.allocateDirect(HELLO.length).put(HELLO).flip();
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(direct);

      assertThat(Pushes.read(upload.commit(HELLO_DIGEST))).isEqualTo(HELLO);
    }
  }

  @Test
  void size_uploadOfAnotherRepository_isUnknown() throws IOException {
    UploadId id = left(HELLO);

    assertThat(errorsOf(() -> uploads().size(OTHER, id)))
        .containsExactly(new RegistryError.BlobUploadUnknown(id.value()));
  }

  @Test
  void size_neverStarted_isUnknown() {
    UploadId id = UploadId.random();

    assertThat(errorsOf(() -> uploads().size(APP, id)))
        .containsExactly(new RegistryError.BlobUploadUnknown(id.value()));
  }

  // --- open

  @Test
  void open_closedUpload_goesOnWhereItWas() throws IOException {
    UploadId id = left(Pushes.bytes("hello, "));

    try (UploadSession upload = uploads().open(APP, id)) {
      assertThat(upload.size()).isEqualTo(7);
      upload.append(ByteBuffer.wrap(Pushes.bytes("upload")));
      assertThat(Pushes.read(upload.commit(HELLO_DIGEST))).isEqualTo(HELLO);
    }
  }

  @Test
  void open_manyTimes_hashesTheWhole() throws IOException {
    UploadId id = left(new byte[0]);
    for (byte b : HELLO) {
      try (UploadSession upload = uploads().open(APP, id)) {
        upload.append(ByteBuffer.wrap(new byte[] {b}));
      }
    }

    try (UploadSession upload = uploads().open(APP, id)) {
      assertThat(upload.commit(HELLO_DIGEST).size()).isEqualTo(HELLO.length);
    }
  }

  @Test
  void open_uploadOfAnotherRepository_isUnknown() throws IOException {
    UploadId id = left(HELLO);

    assertThat(errorsOf(() -> uploads().open(OTHER, id).close()))
        .containsExactly(new RegistryError.BlobUploadUnknown(id.value()));
  }

  @Test
  void open_whileAnotherWrites_isRejectedWithThePresentSize() throws IOException {
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(HELLO));

      assertThat(errorsOf(() -> uploads().open(APP, upload.id()).close()))
          .singleElement()
          .isInstanceOfSatisfying(
              RegistryError.RangeMismatch.class,
              error -> {
                assertThat(error.repository()).isEqualTo(APP);
                assertThat(error.id()).isEqualTo(upload.id());
                assertThat(error.size()).isEqualTo(HELLO.length);
              });
    }
  }

  @Test
  void open_afterARefusedSecondWriter_leavesTheFirstOneWriting() throws IOException {
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      errorsOf(() -> uploads().open(APP, upload.id()).close());

      upload.append(ByteBuffer.wrap(HELLO));
      assertThat(upload.commit(HELLO_DIGEST).size()).isEqualTo(HELLO.length);
    }
  }

  // --- commit

  @Test
  void commit_rightDigest_makesABlobAndEndsTheUpload() throws IOException {
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(HELLO));

      BlobContent blob = upload.commit(HELLO_DIGEST);

      assertThat(blob.digest()).isEqualTo(HELLO_DIGEST);
      assertThat(Pushes.read(blob)).isEqualTo(HELLO);
      assertThat(errorsOf(() -> uploads().size(APP, upload.id())))
          .containsExactly(new RegistryError.BlobUploadUnknown(upload.id().value()));
    }
    assertThat(storage.blobs().find(APP, HELLO_DIGEST)).isPresent();
  }

  @Test
  void commit_wrongDigest_storesNothingAndKeepsTheUpload() throws IOException {
    Digest wrong = Pushes.digestOf(Pushes.bytes("something else"));
    UploadId id;
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      id = upload.id();
      upload.append(ByteBuffer.wrap(HELLO));

      assertThat(errorsOf(() -> upload.commit(wrong)))
          .containsExactly(new RegistryError.DigestMismatch(wrong, HELLO_DIGEST));
    }
    assertThat(storage.blobs().find(APP, wrong)).isEmpty();
    assertThat(storage.blobs().find(APP, HELLO_DIGEST)).isEmpty();
    try (UploadSession again = uploads().open(APP, id)) {
      assertThat(again.commit(HELLO_DIGEST).size()).isEqualTo(HELLO.length);
    }
  }

  @Test
  void commit_byAnotherAlgorithmThanStarted_readsTheBytesAgain() throws IOException {
    UploadId id = left(HELLO);

    try (UploadSession upload = uploads().open(APP, id)) {
      assertThat(upload.commit(HELLO_SHA512).digest()).isEqualTo(HELLO_SHA512);
    }
    assertThat(storage.blobs().find(APP, HELLO_SHA512)).isPresent();
  }

  @Test
  void commit_wrongDigestOfAnotherAlgorithm_namesBothInThatAlgorithm() throws IOException {
    Digest wrong = DigestVerifier.digestOf(DigestAlgorithm.SHA512, new byte[0]);
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(HELLO));

      assertThat(errorsOf(() -> upload.commit(wrong)))
          .containsExactly(new RegistryError.DigestMismatch(wrong, HELLO_SHA512));
    }
  }

  @Test
  void commit_contentThatIsThereAlready_linksIt() throws IOException {
    Pushes.blob(storage, APP, HELLO);

    Pushes.blob(storage, OTHER, HELLO);
    Pushes.blob(storage, APP, HELLO);

    assertThat(storage.blobs().find(OTHER, HELLO_DIGEST)).isPresent();
    assertThat(Pushes.read(storage.blobs().find(APP, HELLO_DIGEST).orElseThrow())).isEqualTo(HELLO);
  }

  @Test
  void commit_sameContentManyTimesAtOnce_succeedsForAll()
      throws InterruptedException, ExecutionException, IOException {
    byte[] content = new byte[100_000];
    Digest digest = Pushes.digestOf(content);

    List<Long> sizes =
        atOnce(Collections.nCopies(16, () -> Pushes.blob(storage, APP, content).size()));

    assertThat(sizes).hasSize(16).containsOnly(100_000L);
    assertThat(Pushes.read(storage.blobs().find(APP, digest).orElseThrow())).isEqualTo(content);
  }

  @Test
  void commit_twice_isUnknownTheSecondTime() throws IOException {
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(HELLO));
      upload.commit(HELLO_DIGEST);

      assertThat(errorsOf(() -> upload.commit(HELLO_DIGEST)))
          .containsExactly(new RegistryError.BlobUploadUnknown(upload.id().value()));
    }
  }

  // --- cancel

  @Test
  void cancel_closedUpload_dropsIt() throws IOException {
    UploadId id = left(HELLO);

    uploads().cancel(APP, id);

    assertThat(errorsOf(() -> uploads().size(APP, id)))
        .containsExactly(new RegistryError.BlobUploadUnknown(id.value()));
    assertThat(errorsOf(() -> uploads().open(APP, id).close()))
        .containsExactly(new RegistryError.BlobUploadUnknown(id.value()));
  }

  @Test
  void cancel_twice_isUnknownTheSecondTime() throws IOException {
    UploadId id = left(HELLO);
    uploads().cancel(APP, id);

    assertThat(errorsOf(() -> uploads().cancel(APP, id)))
        .containsExactly(new RegistryError.BlobUploadUnknown(id.value()));
  }

  @Test
  void cancel_uploadOfAnotherRepository_isUnknownAndKeepsIt() throws IOException {
    UploadId id = left(HELLO);

    assertThat(errorsOf(() -> uploads().cancel(OTHER, id)))
        .containsExactly(new RegistryError.BlobUploadUnknown(id.value()));
    assertThat(uploads().size(APP, id)).isEqualTo(HELLO.length);
  }

  @Test
  void cancel_whileAWriterHasItOpen_failsTheWriterAtItsNextStep() throws IOException {
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(HELLO));

      uploads().cancel(APP, upload.id());

      RegistryError gone = new RegistryError.BlobUploadUnknown(upload.id().value());
      assertThat(errorsOf(() -> upload.append(ByteBuffer.wrap(HELLO)))).containsExactly(gone);
      assertThat(errorsOf(() -> upload.commit(HELLO_DIGEST))).containsExactly(gone);
    }
    assertThat(storage.blobs().find(APP, HELLO_DIGEST)).isEmpty();
  }

  // --- sweep

  @Test
  void sweep_idleUpload_isDropped() throws IOException {
    UploadId id = left(HELLO);

    assertThat(uploads().sweep(Duration.ZERO)).isEqualTo(1);

    assertThat(errorsOf(() -> uploads().size(APP, id)))
        .containsExactly(new RegistryError.BlobUploadUnknown(id.value()));
  }

  @Test
  void countAbandoned_ofIdleAndOpenUploads_countsTheIdleAndDropsNone() throws IOException {
    UploadId idle = left(HELLO);

    try (UploadSession open = uploads().start(APP, DigestAlgorithm.SHA256)) {
      assertThat(uploads().countAbandoned(Duration.ZERO)).isEqualTo(1);
      assertThat(uploads().countAbandoned(Duration.ofHours(1))).isZero();
      assertThat(uploads().size(APP, idle)).isEqualTo(HELLO.length);
      assertThat(uploads().size(APP, open.id())).isZero();
    }
  }

  @Test
  void sweep_youngUpload_isKept() throws IOException {
    UploadId id = left(HELLO);

    assertThat(uploads().sweep(Duration.ofHours(1))).isZero();

    assertThat(uploads().size(APP, id)).isEqualTo(HELLO.length);
  }

  @Test
  void sweep_uploadThatSomebodyHasOpen_isKept() throws IOException {
    try (UploadSession upload = uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(HELLO));

      assertThat(uploads().sweep(Duration.ZERO)).isZero();

      assertThat(upload.commit(HELLO_DIGEST).size()).isEqualTo(HELLO.length);
    }
  }

  @Test
  void sweep_afterACommit_findsNothing() throws IOException {
    Pushes.blob(storage, APP, HELLO);

    assertThat(uploads().sweep(Duration.ZERO)).isZero();
    assertThat(storage.blobs().find(APP, HELLO_DIGEST)).isPresent();
  }

  // --- watch

  @Test
  void each_ofUploads_tellsThoseThatAreLeft() throws IOException {
    UploadId left = left(HELLO);
    Pushes.blob(storage, OTHER, HELLO);

    List<UploadId> told = new ArrayList<>();
    try (UploadSession open = uploads().start(OTHER, DigestAlgorithm.SHA256)) {
      uploads().each(told::add);

      assertThat(told).containsExactlyInAnyOrder(left, open.id());
    }
  }

  @Test
  void whenEnded_howeverAnUploadEnds_tellsOfItOnce() throws IOException {
    List<UploadId> ended = new ArrayList<>();
    uploads().whenEnded(ended::add);

    UploadId cancelled = left(HELLO);
    uploads().cancel(APP, cancelled);
    assertThat(ended).containsExactly(cancelled);
    UploadId swept = left(HELLO);
    uploads().sweep(Duration.ZERO);
    assertThat(ended).containsExactly(cancelled, swept);
    try (UploadSession open = uploads().start(APP, DigestAlgorithm.SHA256)) {
      open.append(ByteBuffer.wrap(HELLO));
      assertThat(errorsOf(() -> open.commit(Pushes.digestOf(new byte[1])))).isNotEmpty();
      assertThat(ended).hasSize(2);
      open.commit(HELLO_DIGEST);
      assertThat(ended).containsExactly(cancelled, swept, open.id());
    }
    assertThat(ended).hasSize(3);
  }
}
