package io.stowage.registry.config;

import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the peers of a connection are named: by address, by block, or by a word: for the private
 * addresses, or for the socket of the file system.
 */
final class PeerAddresses {
  static final String PRIVATE = "private";
  static final String UNIX = "unix";

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;
  private static final Pattern SHAPE = Pattern.compile("([0-9A-Fa-f:.]+)(?:/([0-9]{1,3}))?");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");

  private PeerAddresses() {}

  static boolean isUnderstood(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      return text.equals(PRIVATE) || text.equals(UNIX);
    }
    boolean v6 = matcher.group(1).contains(":");
    String bits = matcher.group(2);
    return (v6 || IPV4.matcher(matcher.group(1)).matches())
        && isAddress(matcher.group(1))
        && (bits == null || Integer.parseInt(bits) <= (v6 ? IPV6_BITS : IPV4_BITS));
  }

  private static boolean isAddress(String text) {
    try {
      return InetAddress.ofLiteral(text).getAddress().length > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** A block that holds every address. */
  static boolean isEverybody(String text) {
    return text.endsWith("/0");
  }
}
