package io.stowage.registry.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen.
 *
 * @param host a name or an address without brackets; empty means all, IPv4 and IPv6
 * @param port 0 to 65535; 0 lets the system choose
 */
public record ListenAddress(String host, int port) {
  private static final int MAX_PORT = 65_535;
  private static final Pattern LOOPBACK = Pattern.compile("127(?:\\.[0-9]{1,3}){3}");
  private static final Pattern SHAPE =
      Pattern.compile("(?:\\[([0-9A-Za-z:.%_-]+)]|([0-9A-Za-z._-]*)):([0-9]{1,5})");

  public ListenAddress {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + MAX_PORT + ")");
    }
  }

  /** {@code host:port}, {@code :5000} or {@code [::1]:5000}; empty for anything else. */
  static Optional<ListenAddress> parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    int port = Integer.parseInt(matcher.group(3));
    return port > MAX_PORT ? Optional.empty() : Optional.of(new ListenAddress(host, port));
  }

  /** Whether only this machine can reach it. A name other than localhost is not looked up. */
  boolean isLoopback() {
    return host.equalsIgnoreCase("localhost")
        || host.equals("::1")
        || LOOPBACK.matcher(host).matches();
  }

  /** As a URL writes it: {@code [::1]:5000}. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
