package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.BlobStore;
import io.stowage.registry.storage.filesystem.BlobInspection.Verdict;
import io.stowage.registry.thread.NonBlocking;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Blobs that are hashed while they are read from begin to end: a reader of one that is damaged gets
 * an exception in place of its last bytes, and soon nobody gets it at all, for it is put into
 * quarantine. A reader of a part learns nothing.
 */
final class VerifyingBlobs implements BlobStore {
  /** A shorter one is read before anything of it is sent, so that its reader gets a clear error. */
  private static final int SHORT_BYTES = 64 << 10;

  private final BlobStore blobs;
  private final Layout layout;
  private final BitRot rot;

  VerifyingBlobs(BlobStore blobs, Layout layout, BitRot rot) {
    this.blobs = blobs;
    this.layout = layout;
    this.rot = rot;
  }

  @Override
  public Optional<BlobContent> find(RepositoryName repository, Digest digest) throws IOException {
    return blobs.find(repository, digest).map(this::verifying);
  }

  @Override
  public Optional<BlobContent> confirm(RepositoryName repository, Digest digest)
      throws IOException {
    return blobs.confirm(repository, digest).map(this::verifying);
  }

  @Override
  public Optional<BlobContent> mount(RepositoryName from, RepositoryName to, Digest digest)
      throws IOException {
    return blobs.mount(from, to, digest).map(this::verifying);
  }

  @Override
  public Optional<BlobContent> mountFromAny(
      Predicate<RepositoryName> readable, RepositoryName to, Digest digest) throws IOException {
    return blobs.mountFromAny(readable, to, digest).map(this::verifying);
  }

  @Override
  public boolean delete(RepositoryName repository, Digest digest) throws IOException {
    return blobs.delete(repository, digest);
  }

  private BlobContent verifying(BlobContent content) {
    return content instanceof BlobFile file ? new VerifyingFile(file) : content;
  }

  private final class VerifyingFile implements BlobContent {
    private final BlobFile blob;

    VerifyingFile(BlobFile blob) {
      this.blob = blob;
    }

    @Override
    public Digest digest() {
      return blob.digest();
    }

    @Override
    public long size() {
      return blob.size();
    }

    @Override
    public SeekableByteChannel open() throws IOException {
      NonBlocking.beforeBlocking();
      FileChannel channel = FileChannel.open(blob.file(), StandardOpenOption.READ);
      if (blob.size() > SHORT_BYTES) {
        return new VerifyingChannel(channel, blob.digest(), blob.size(), this::wrong);
      }
      try {
        Digest found =
            ContentCheck.read(channel, blob.size(), new DigestVerifier(blob.digest().algorithm()))
                .digest();
        if (!found.equals(blob.digest())) {
          throw wrong(found);
        }
        return channel;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }

    /** An alias has its bytes under another digest, by which the scrub will find them. */
    private IOException wrong(Digest found) throws IOException {
      Path file = blob.file();
      if (file.equals(layout.blob(blob.digest()))) {
        Optional<Stamp> stamp = Stamp.attributes(file).map(Stamp::of);
        stamp.ifPresent(now -> rot.foundByReader(blob.digest(), new Verdict.Wrong(now, found)));
      }
      return new IOException(file + ": the bytes that were read have the digest " + found);
    }
  }
}
