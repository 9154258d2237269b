package io.stowage.registry.testkit;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.ManifestPut;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.TagCondition;
import io.stowage.registry.storage.UploadSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What clients do, in short: for tests that need content rather than look at how it comes in. */
public final class Pushes {
  private Pushes() {}

  /** Bytes of a text. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The digest of bytes by sha256. */
  public static Digest digestOf(byte[] content) {
    return DigestVerifier.digestOf(DigestAlgorithm.SHA256, content);
  }

  /** Uploads a blob by sha256. */
  public static BlobContent blob(Storage storage, RepositoryName repository, byte[] content)
      throws IOException {
    return blob(storage, repository, content, digestOf(content));
  }

  /** Uploads a blob by a digest. */
  public static BlobContent blob(
      Storage storage, RepositoryName repository, byte[] content, Digest digest)
      throws IOException {
    try (UploadSession upload = storage.uploads().start(repository, digest.algorithm())) {
      upload.append(ByteBuffer.wrap(content));
      return upload.commit(digest);
    }
  }

  /** Puts a manifest that requires all that it names, under these tags. */
  public static void manifest(
      Storage storage, RepositoryName repository, TestManifest manifest, String... tags)
      throws IOException {
    storage.manifests().put(put(repository, manifest, TagCondition.NONE, tags));
  }

  /** The command of {@link #manifest}. */
  public static ManifestPut put(
      RepositoryName repository, TestManifest manifest, TagCondition condition, String... tags) {
    return put(repository, manifest, DigestAlgorithm.SHA256, condition, tags);
  }

  /** The command of {@link #manifest} by another algorithm. */
  public static ManifestPut put(
      RepositoryName repository,
      TestManifest manifest,
      DigestAlgorithm algorithm,
      TagCondition condition,
      String... tags) {
    List<Tag> names = Arrays.stream(tags).map(Tag::new).toList();
    return new ManifestPut(
        repository,
        manifest.digest(algorithm),
        manifest.bytes(),
        manifest.facts(),
        names,
        condition,
        manifest.blobs(),
        manifest.manifests());
  }

  /** All bytes of a blob. */
  public static byte[] read(BlobContent blob) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(blob.size()) + 1);
    try (SeekableByteChannel channel = blob.open()) {
      while (channel.read(all) > 0) {}
    }
    return Arrays.copyOf(all.array(), all.position());
  }
}
