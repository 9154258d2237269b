package io.stowage.registry.server.http;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/** What a response carries. The server closes it when the last byte left or the peer is gone. */
public sealed interface ResponseBody extends Closeable {
  /** How many bytes the body has. */
  long length();

  @Override
  default void close() throws IOException {}

  /** No body. */
  enum Empty implements ResponseBody {
    INSTANCE;

    @Override
    public long length() {
      return 0;
    }
  }

  /**
   * Bytes in memory.
   *
   * @param bytes shared, never to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; copying would be waste
  record Bytes(byte[] bytes) implements ResponseBody {
    @Override
    public long length() {
      return bytes.length;
    }
  }

  /**
   * A part of some content that is opened only when it is sent, so never for a {@code HEAD}. A file
   * goes out by {@code sendfile}.
   *
   * @param source opens the content; called by the thread that answers, once but for attempts
   * @param offset of the first byte to send
   * @param length how many bytes to send
   */
  record Slice(Source source, long offset, long length) implements ResponseBody {}

  /** Some bodies, one after another. */
  record Sequence(List<ResponseBody> parts) implements ResponseBody {
    public Sequence {
      parts = List.copyOf(parts);
    }

    @Override
    public long length() {
      return parts.stream().mapToLong(ResponseBody::length).sum();
    }

    @Override
    public void close() throws IOException {
      for (ResponseBody part : parts) {
        part.close();
      }
    }
  }

  /** Opens content for reading. The server closes what it opened. */
  @FunctionalInterface
  interface Source {
    SeekableByteChannel open() throws IOException;
  }
}
