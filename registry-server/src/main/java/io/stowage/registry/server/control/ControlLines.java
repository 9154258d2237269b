package io.stowage.registry.server.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The language of the control socket: UTF-8 lines that end with a line feed.
 *
 * <pre>
 *   caller:  stowage 1 garbage-collect dry-run          version, task, words
 *   server:  out library/app                            any number of lines, each for
 *            err ...                                    standard output, standard error
 *            log ...                                    or the caller's log
 *            exit 0                                     the end
 * </pre>
 *
 * Lines are bounded, so that neither side can fill the other's memory.
 */
final class ControlLines {
  static final String HEAD = "stowage 1 ";
  static final String OUT = "out ";
  static final String ERR = "err ";
  static final String LOG = "log ";
  static final String EXIT = "exit ";

  /** More than any request of ours. */
  static final int LONGEST_REQUEST = 4096;

  /** More than any path with words around it. */
  static final int LONGEST_ANSWER = 64 * 1024;

  private final ReadableByteChannel channel;
  private final int longest;
  private final ByteBuffer buffer = ByteBuffer.allocate(8192).limit(0);

  /**
   * A reader of lines.
   *
   * @param longest how many bytes a line may have
   */
  ControlLines(ReadableByteChannel channel, int longest) {
    this.channel = channel;
    this.longest = longest;
  }

  /**
   * The next line, or empty if the other side ended.
   *
   * @throws IOException also if the line is too long
   */
  Optional<String> next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      while (buffer.hasRemaining()) {
        byte b = buffer.get();
        if (b == '\n') {
          return Optional.of(line.toString(StandardCharsets.UTF_8));
        }
        if (line.size() == longest) {
          throw new IOException("a line of more than " + longest + " bytes");
        }
        line.write(b);
      }
      if (channel.read(buffer.clear()) < 0) {
        return Optional.empty();
      }
      buffer.flip();
    }
  }

  /** Writes a line; one that is too long loses its end. */
  static void write(WritableByteChannel channel, String tag, String text) throws IOException {
    byte[] bytes = (tag + text.replace('\n', ' ')).getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, LONGEST_ANSWER);
    ByteBuffer line = ByteBuffer.allocate(length + 1).put(bytes, 0, length).put((byte) '\n');
    line.flip();
    while (line.hasRemaining()) {
      channel.write(line);
    }
  }
}
