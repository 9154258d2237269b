package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.storage.BlobContent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A blob in a file. An open channel outlives the file's removal, as POSIX has it. */
record BlobFile(Digest digest, long size, Path file) implements BlobContent {
  @Override
  public SeekableByteChannel open() throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ);
  }
}
