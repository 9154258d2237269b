package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Requests of HTTP/1.1 as a second reader sees them (RFC 9112), who has nothing in common with the
 * server: all bytes at once, by regular expressions. Two readers who agree on where each message
 * ends leave no room for a smuggled one.
 */
public final class HttpMessages {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final String FIELD = TOKEN + ":[\\t\\x20-\\x7e\\x80-\\xff]*+\\r\\n";
  private static final Pattern HEAD =
      Pattern.compile(
          "(?:\\r\\n)?("
              + TOKEN
              + ") ([\\x21-\\x7e]+) HTTP/(\\d\\.\\d)\\r\\n((?:"
              + FIELD
              + ")*+)\\r\\n");
  private static final Pattern CHUNK_LINE =
      Pattern.compile("([0-9a-fA-F]{1,8})(?:;" + TOKEN + "(?:=" + TOKEN + ")?)*+\\r\\n");
  private static final Pattern TRAILERS = Pattern.compile("(?:" + FIELD + ")*+\\r\\n");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  /** One whole request; the body without its framing. */
  public record Message(String method, String target, String body) {}

  private final String text;
  private final List<Message> whole = new ArrayList<>();
  private int at;

  private HttpMessages(String text) {
    this.text = text;
  }

  /** Reads as many requests as are whole and well-formed, from the first byte on. */
  public static HttpMessages read(byte[] bytes) {
    HttpMessages messages = new HttpMessages(new String(bytes, ISO_8859_1));
    while (messages.readOne()) {}
    return messages;
  }

  /** Those requests, in order. */
  public List<Message> whole() {
    return whole;
  }

  /** Whether nothing follows the last of them. */
  public boolean endsClean() {
    return at == text.length();
  }

  private boolean readOne() {
    Matcher head = HEAD.matcher(text).region(at, text.length());
    if (!head.lookingAt()) {
      return false;
    }
    List<String> codings = values(head.group(4), "transfer-encoding");
    List<String> lengths = values(head.group(4), "content-length");
    int body = head.end();
    String content;
    int end;
    if (!codings.isEmpty()) {
      StringBuilder chunks = new StringBuilder();
      end = endOfChunks(body, chunks);
      content = chunks.toString();
    } else {
      end = endOfFixed(body, lengths);
      content = end < 0 ? "" : text.substring(body, end);
    }
    boolean clear = codings.size() + lengths.size() < 2;
    if (end < 0 || !clear || (!codings.isEmpty() && !codings.getFirst().equals("chunked"))) {
      return false;
    }
    whole.add(new Message(head.group(1), head.group(2), content));
    at = end;
    return true;
  }

  private int endOfFixed(int body, List<String> lengths) {
    if (lengths.isEmpty()) {
      return body;
    }
    if (!LENGTH.matcher(lengths.getFirst()).matches()) {
      return -1;
    }
    long end = body + Long.parseLong(lengths.getFirst());
    return end <= text.length() ? (int) end : -1;
  }

  /** Where the last chunk's trailers end; -1 if they don't. */
  private int endOfChunks(int start, StringBuilder chunks) {
    Matcher line = CHUNK_LINE.matcher(text).region(start, text.length());
    while (line.lookingAt()) {
      long size = Long.parseLong(line.group(1), 16);
      if (size == 0) {
        Matcher trailers = TRAILERS.matcher(text).region(line.end(), text.length());
        return trailers.lookingAt() ? trailers.end() : -1;
      }
      long end = line.end() + size;
      if (end + 2 > text.length() || !text.startsWith("\r\n", (int) end)) {
        return -1;
      }
      chunks.append(text, line.end(), (int) end);
      line.region((int) end + 2, text.length());
    }
    return -1;
  }

  private static List<String> values(String fields, String name) {
    List<String> values = new ArrayList<>();
    for (String field : fields.split("\r\n", -1)) {
      @Nullable String value =
          field.regionMatches(true, 0, name + ":", 0, name.length() + 1)
              ? field.substring(name.length() + 1)
              : null;
      if (value != null) {
        values.add(withoutBlanks(value).toLowerCase(Locale.ROOT));
      }
    }
    return values;
  }

  /** Optional white space is space and tab only (RFC 9110, section 5.6.3). */
  private static String withoutBlanks(String value) {
    return value.replaceAll("^[ \\t]++|[ \\t]++$", "");
  }
}
