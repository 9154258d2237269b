package io.stowage.registry.server.http;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The socket that a service manager passes to a process it starts, as systemd does for a socket
 * unit ({@code sd_listen_fds(3)}).
 */
public final class SocketActivation {
  private static final int FIRST_DESCRIPTOR = 3;

  private SocketActivation() {}

  /**
   * The socket that was passed to this process.
   *
   * @param environment of the process
   * @param pid of the process: what was meant for another one is none of its business
   * @return null if there is none
   * @throws IOException if there are several, as the server listens on one
   */
  public static ServerAddress.@Nullable Inherited find(Map<String, String> environment, long pid)
      throws IOException {
    String count = environment.getOrDefault("LISTEN_FDS", "");
    if (!environment.getOrDefault("LISTEN_PID", "").equals(Long.toString(pid))
        || !count.matches("\\d{1,9}")) {
      return null;
    }
    int sockets = Integer.parseInt(count);
    if (sockets > 1) {
      throw new IOException(
          "%d sockets were passed by the service manager, and the server listens on one"
              .formatted(sockets));
    }
    return sockets == 0 ? null : new ServerAddress.Inherited(FIRST_DESCRIPTOR);
  }
}
