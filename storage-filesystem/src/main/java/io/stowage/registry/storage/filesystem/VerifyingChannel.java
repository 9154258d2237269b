package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/**
 * Hashes what is read from a file as long as that is everything from its begin on, and doesn't hand
 * out the last bytes of content that hasn't its digest. It is no {@link FileChannel}, so that
 * nobody sends the file past it. For one thread.
 */
final class VerifyingChannel implements SeekableByteChannel {
  /** Says what is to be thrown, and has it dealt with. */
  interface Complaint {
    IOException about(Digest found) throws IOException;
  }

  private final FileChannel file;
  private final Digest expected;
  private final long length;
  private final Complaint complaint;
  private final DigestVerifier verifier;

  /**
   * @param length how much of the file is the content
   */
  VerifyingChannel(FileChannel file, Digest expected, long length, Complaint complaint) {
    this.file = file;
    this.expected = expected;
    this.length = length;
    this.complaint = complaint;
    this.verifier = new DigestVerifier(expected.algorithm());
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    long at = file.position();
    long left = Math.max(0, length - at);
    if (left == 0) {
      return -1;
    }
    int begin = into.position();
    ByteBuffer target = into.slice(begin, (int) Math.min(into.remaining(), left));
    int count = file.read(target);
    if (count > 0) {
      if (at == verifier.count()) {
        verifier.update(into.slice(begin, count));
        requireDigestAtTheEnd();
      }
      into.position(begin + count);
    }
    return count;
  }

  private void requireDigestAtTheEnd() throws IOException {
    if (verifier.count() == length) {
      Digest found = verifier.digest();
      if (!found.equals(expected)) {
        throw complaint.about(found);
      }
    }
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public SeekableByteChannel position(long at) throws IOException {
    file.position(at);
    return this;
  }

  @Override
  public long size() throws IOException {
    return Math.min(length, file.size());
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
