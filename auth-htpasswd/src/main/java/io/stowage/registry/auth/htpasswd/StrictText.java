package io.stowage.registry.auth.htpasswd;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Text of a file in UTF-8 without exceptions: what is unclear in a list of users is refused. */
final class StrictText {
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private StrictText() {}

  /**
   * The lines without their ends.
   *
   * @param name how messages call the file
   */
  static List<String> lines(String name, byte[] content) throws HtpasswdException {
    if (startsWithMark(content)) {
      throw new HtpasswdException(
          name + ":1: begins with a byte order mark; save the file as UTF-8 without one");
    }
    ByteBuffer in = ByteBuffer.wrap(content);
    CharBuffer out = CharBuffer.allocate(content.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw new HtpasswdException(
          name + ":" + lineAt(content, in.position()) + ": not text in UTF-8");
    }
    return List.of(out.flip().toString().split("\n", -1));
  }

  private static boolean startsWithMark(byte[] content) {
    return content.length >= MARK.length
        && content[0] == MARK[0]
        && content[1] == MARK[1]
        && content[2] == MARK[2];
  }

  private static int lineAt(byte[] content, int position) {
    int line = 1;
    for (int i = 0; i < position; i++) {
      if (content[i] == '\n') {
        line++;
      }
    }
    return line;
  }
}
