package io.stowage.registry.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code Forwarded} field (RFC 7239, section 4) from left to right, once:
 *
 * <pre>
 *   field   = element *( "," element )
 *   element = [ pair ] *( ";" [ pair ] )
 *   pair    = token "=" ( token / quoted-string )
 * </pre>
 */
final class ForwardedParser {
  private final String field;
  private int at;

  ForwardedParser(String field) {
    this.field = field;
  }

  /** The elements in order; none if the field is malformed anywhere. */
  List<Hop> hops() {
    List<Hop> hops = new ArrayList<>();
    do {
      Map<String, String> element = element();
      if (element == null) {
        return List.of();
      }
      if (!element.isEmpty()) {
        hops.add(new Hop(element.get("for"), element.get("proto"), element.get("host")));
      }
    } while (take(','));
    return at == field.length() ? hops : List.of();
  }

  private @Nullable Map<String, String> element() {
    Map<String, String> pairs = new HashMap<>();
    do {
      skipBlanks();
      String name = token().toLowerCase(Locale.ROOT);
      if (!name.isEmpty()) {
        String value = take('=') ? value() : null;
        if (value == null || pairs.put(name, value) != null) {
          return null;
        }
      }
      skipBlanks();
    } while (take(';'));
    return pairs;
  }

  private @Nullable String value() {
    if (!take('"')) {
      // Some proxies forget to quote addresses of IPv6 and ports.
      String token = run(":[]");
      return token.isEmpty() ? null : token;
    }
    StringBuilder text = new StringBuilder();
    while (at < field.length() && field.charAt(at) != '"') {
      if (field.charAt(at) == '\\') {
        at++;
      }
      if (at < field.length()) {
        text.append(field.charAt(at++));
      }
    }
    return take('"') ? text.toString() : null;
  }

  private String token() {
    return run("");
  }

  /** The longest run of characters of a token (RFC 9110, section 5.6.2), and of these others. */
  private String run(String others) {
    int start = at;
    while (at < field.length() && isPart(field.charAt(at), others)) {
      at++;
    }
    return field.substring(start, at);
  }

  private static boolean isPart(char c, String others) {
    return c > ' ' && c < 0x7f && ("\"(),/:;<=>?@[\\]{}".indexOf(c) < 0 || others.indexOf(c) >= 0);
  }

  private void skipBlanks() {
    while (at < field.length() && (field.charAt(at) == ' ' || field.charAt(at) == '\t')) {
      at++;
    }
  }

  private boolean take(char c) {
    boolean there = at < field.length() && field.charAt(at) == c;
    if (there) {
      at++;
    }
    return there;
  }
}
