package io.stowage.registry.server.ops;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Fails if nobody accepts a connection.
 *
 * @param host a name, looked up each time, or an address
 * @param timeout for the connection
 */
public record TcpProbe(String host, int port, Duration timeout) implements HealthProbe {
  @Override
  public void look() throws IOException {
    try (Socket socket = new Socket()) {
      InetSocketAddress address = new InetSocketAddress(host, port);
      socket.connect(address, Math.toIntExact(Math.max(1, timeout.toMillis())));
    } catch (UnknownHostException e) {
      throw new IOException("connection failed: unknown host", e);
    } catch (IOException e) {
      throw new IOException("connection failed: " + e.getMessage(), e);
    }
  }
}
