package io.stowage.registry.benchmarks.peers;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * One HTTP/1.1 connection that costs its side as little as possible, so that the server is what is
 * measured: bodies come from a file by {@code sendfile}, and what is received is counted, not kept.
 * One thread, one exchange after another.
 */
final class Connection implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 * 1024;

  private final SocketChannel channel;
  private final String host;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();

  Connection(InetSocketAddress server) throws IOException {
    channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    host = server.getHostString() + ":" + server.getPort();
  }

  /**
   * What came back.
   *
   * @param bytes length of the body, which is gone
   */
  record Reply(int status, Map<String, String> headers, long bytes) {
    Reply expect(int expected) throws IOException {
      if (status != expected) {
        throw new IOException("status " + status + " (expected: " + expected + ") " + headers);
      }
      return this;
    }

    /** Where an upload goes on, as path and query. */
    String location() throws IOException {
      String location = headers.get("Location");
      if (location == null) {
        throw new IOException("no Location in " + headers);
      }
      return location.replaceFirst("^https?://[^/]+", "");
    }
  }

  /** A request without a body. */
  Reply send(String method, String target, String... headers) throws IOException {
    write(head(method, target, headers));
    return reply(method.equals("HEAD"));
  }

  /** A request with a body that is in memory. */
  Reply send(String method, String target, byte[] body, String... headers) throws IOException {
    byte[] head = bodyHead(method, target, body.length, headers);
    ByteBuffer[] parts = {ByteBuffer.wrap(head), ByteBuffer.wrap(body)};
    while (parts[0].hasRemaining() || parts[1].hasRemaining()) {
      channel.write(parts);
    }
    return reply(false);
  }

  /** A request whose body is a file. */
  Reply send(String method, String target, FileChannel body, String... headers) throws IOException {
    long length = body.size();
    write(bodyHead(method, target, length, headers));
    for (long sent = 0; sent < length; ) {
      sent += body.transferTo(sent, length - sent, channel);
    }
    return reply(false);
  }

  private byte[] bodyHead(String method, String target, long length, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "Content-Length: " + length;
    return head(method, target, all);
  }

  private byte[] head(String method, String target, String... headers) {
    return head(host, method, target, headers);
  }

  /** The bytes of a request without a body. */
  static byte[] head(String host, String method, String target, String... headers) {
    StringBuilder text = new StringBuilder();
    text.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: ").append(host);
    for (String header : headers) {
      text.append("\r\n").append(header);
    }
    if (method.equals("POST") && headers.length == 0) {
      text.append("\r\nContent-Length: 0");
    }
    return text.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private void write(byte[] bytes) throws IOException {
    for (ByteBuffer buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining(); ) {
      channel.write(buffer);
    }
  }

  private Reply reply(boolean head) throws IOException {
    int status = Integer.parseInt(line().substring(9, 12));
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    if (status == 100) {
      return reply(head);
    }
    if (head || status == 204 || status == 304) {
      return new Reply(status, headers, 0);
    }
    if (headers.containsKey("Transfer-Encoding")) {
      return new Reply(status, headers, skipChunks());
    }
    long length = Long.parseLong(headers.getOrDefault("Content-Length", "0"));
    skip(length);
    return new Reply(status, headers, length);
  }

  private long skipChunks() throws IOException {
    long total = 0;
    for (long length = chunk(); ; length = chunk()) {
      skip(length);
      line();
      if (length == 0) {
        return total;
      }
      total += length;
    }
  }

  private long chunk() throws IOException {
    return Long.parseLong(line(), 16);
  }

  private void skip(long length) throws IOException {
    for (long left = length; left > 0; ) {
      if (!in.hasRemaining()) {
        fill();
      }
      int step = (int) Math.min(left, in.remaining());
      in.position(in.position() + step);
      left -= step;
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (!in.hasRemaining()) {
        fill();
      }
      char next = (char) (in.get() & 0xff);
      if (next == '\n') {
        return line.toString();
      }
      if (next != '\r') {
        line.append(next);
      }
    }
  }

  private void fill() throws IOException {
    in.clear();
    int read = channel.read(in);
    in.flip();
    if (read < 0) {
      throw new EOFException("the server closed the connection");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
