package io.stowage.registry.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where to listen ({@code http.net}, {@code http.addr}). */
public sealed interface ListenAddress {
  /** Whether only this machine can reach it. */
  boolean isLocal();

  /**
   * A socket of the file system.
   *
   * @param path where it appears
   */
  record Unix(Path path) implements ListenAddress {
    @Override
    public boolean isLocal() {
      return true;
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A port of the network.
   *
   * @param host a name or an address without brackets; empty means all, IPv4 and IPv6
   * @param port 0 to 65535; 0 lets the system choose
   */
  record Tcp(String host, int port) implements ListenAddress {
    private static final int MAX_PORT = 65_535;
    private static final Pattern LOOPBACK = Pattern.compile("127(?:\\.[0-9]{1,3}){3}");
    private static final Pattern SHAPE =
        Pattern.compile("(?:\\[([0-9A-Za-z:.%_-]+)]|([0-9A-Za-z._-]*)):([0-9]{1,5})");

    public Tcp {
      if (port < 0 || port > MAX_PORT) {
        throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + MAX_PORT + ")");
      }
    }

    /** {@code host:port}, {@code :5000} or {@code [::1]:5000}; empty for anything else. */
    static Optional<Tcp> parse(String text) {
      Matcher matcher = SHAPE.matcher(text);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      int port = Integer.parseInt(matcher.group(3));
      return port > MAX_PORT ? Optional.empty() : Optional.of(new Tcp(host, port));
    }

    /** A name other than localhost is not looked up. */
    @Override
    public boolean isLocal() {
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
}
