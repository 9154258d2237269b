package io.stowage.registry.server.ops;

import java.util.regex.Pattern;

/**
 * What clients send, made fit for whoever reads logs: without the secrets that some put into URLs,
 * of bounded length, and where it must be without a character that could break a line.
 */
public final class ClientText {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(?<=[?&](?:_state|sig|signature|token|access_token|refresh_token|password"
              + "|x-amz-signature|x-amz-credential|x-amz-security-token)=)[^&]+"
              + "|(?<=://)[^/?#]*(?=@)");
  private static final int MAX_FIELD = 1024;

  private ClientText() {}

  /** A URL without the state of an upload, signatures, tokens, and its user. */
  public static String masked(String url) {
    // Most requests have neither, and this runs for each of them.
    boolean plain = url.indexOf('=') < 0 && url.indexOf('@') < 0;
    return plain ? url : SECRET.matcher(url).replaceAll("***");
  }

  /** At most 1,024 characters of it. */
  public static String bounded(String text) {
    return text.length() <= MAX_FIELD ? text : text.substring(0, MAX_FIELD) + "...";
  }

  /** The same in printable ASCII, for between quotes: everything else is escaped. */
  static String quotable(String text) {
    return escaped(bounded(text), ' ');
  }

  /** The same as one word, without spaces. */
  static String word(String text) {
    return escaped(bounded(text), '!');
  }

  private static String escaped(String text, char first) {
    if (text.chars().allMatch(c -> c >= first && c < 0x7f && c != '"' && c != '\\')) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c >= first && c < 0x7f) {
        escaped.append(c);
      } else {
        escaped.append("\\x").append("%02x".formatted((int) c));
      }
    }
    return escaped.toString();
  }
}
