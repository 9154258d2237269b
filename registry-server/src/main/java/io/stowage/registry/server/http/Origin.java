package io.stowage.registry.server.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from and how its client calls the server: by the connection, or by what a
 * trusted proxy tells of a connection before it.
 *
 * @param client null if the connection has no address
 * @param scheme {@code http} or {@code https}
 * @param authority host, and port if the client named one; empty if it said nothing that could be
 *     one
 */
public record Origin(@Nullable InetAddress client, String scheme, String authority) {
  private static final int MAX_AUTHORITY = 255 + ":65535".length();

  public Origin {
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("scheme: " + scheme + " (expected: http or https)");
    }
    if (!authority.isEmpty() && !isAuthority(authority)) {
      throw new IllegalArgumentException("authority: " + authority + " (expected: host[:port])");
    }
  }

  /** By the connection alone. */
  static Origin ofConnection(SocketAddress peer, Headers headers, boolean secure) {
    String host = headers.first("Host").orElse("");
    return new Origin(address(peer), secure ? "https" : "http", isAuthority(host) ? host : "");
  }

  /** What a URL to this server begins with, for this client: no slash at the end, maybe empty. */
  public String base() {
    return authority.isEmpty() ? "" : scheme + "://" + authority;
  }

  static @Nullable InetAddress address(SocketAddress peer) {
    return peer instanceof InetSocketAddress internet ? internet.getAddress() : null;
  }

  static boolean isScheme(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.equals("http") || lower.equals("https");
  }

  /** Whether the text may stand between the slashes of a URL: no user, no odd character. */
  static boolean isAuthority(String text) {
    int portAt = text.startsWith("[") ? text.indexOf("]:") + 1 : text.indexOf(':');
    String host = portAt > 0 ? text.substring(0, portAt) : text;
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return text.length() <= MAX_AUTHORITY
        && (portAt <= 0 || isPort(text.substring(portAt + 1)))
        && (bracketed
            ? IpLiteral.find(host.substring(1, host.length() - 1)).isPresent()
            : isName(host));
  }

  private static boolean isName(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && "-._".indexOf(c) < 0) {
        return false;
      }
    }
    return !host.isEmpty();
  }

  private static boolean isPort(String text) {
    boolean digits = !text.isEmpty() && text.length() <= 5;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return digits && Integer.parseInt(text) <= 0xffff;
  }
}
