package io.stowage.registry.server.http;

import java.nio.file.Path;

/** Where an {@link HttpServer} listens. */
public sealed interface ServerAddress {
  /**
   * A port of the network.
   *
   * @param host address or name, without brackets; empty means all, IPv4 and IPv6
   * @param port 0 lets the system choose
   */
  record Tcp(String host, int port) implements ServerAddress {
    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * A socket of the file system. Who may connect is up to the permissions of the file, which follow
   * the process's umask. A socket that nobody listens on any more is replaced, and it is removed
   * when the server stops.
   */
  record Unix(Path path) implements ServerAddress {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A socket that somebody else listens on for this process, and keeps when it ends: of TCP or of
   * the file system.
   */
  record Inherited(int descriptor) implements ServerAddress {
    @Override
    public String toString() {
      return "descriptor " + descriptor;
    }
  }
}
