package io.stowage.registry.server.http;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses as people and headers write them: four decimal numbers, or IPv6 without a zone (RFC
 * 4291, section 2.2). Never looks a name up. Java's own parser takes much more for an address, down
 * to a single number.
 */
public final class IpLiteral {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
  private static final int MAX_LENGTH = 45;

  private IpLiteral() {}

  /** The address, one of IPv4 if it is that mapped into IPv6; empty if the text is none. */
  public static Optional<InetAddress> find(String text) {
    boolean plausible =
        text.length() <= MAX_LENGTH
            && (IPV4.matcher(text).matches() || IPV6.matcher(text).matches());
    try {
      return plausible ? Optional.of(InetAddress.ofLiteral(text)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
