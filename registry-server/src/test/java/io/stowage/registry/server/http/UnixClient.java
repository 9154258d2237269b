package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A client that comes through a socket of the file system, for one request. */
public final class UnixClient {
  private UnixClient() {}

  /** All that the server answers until it closes the connection. */
  public static String get(Path socket, String target, String... headerLines) throws IOException {
    String head =
        "GET %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s\r\n"
            .formatted(target, String.join("", lines(headerLines)));
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap(head.getBytes(ISO_8859_1)));
      ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (channel.read(chunk.clear()) >= 0) {
        all.write(chunk.array(), 0, chunk.position());
      }
      return all.toString(ISO_8859_1);
    }
  }

  private static String[] lines(String... headerLines) {
    String[] lines = headerLines.clone();
    for (int i = 0; i < lines.length; i++) {
      lines[i] += "\r\n";
    }
    return lines;
  }
}
