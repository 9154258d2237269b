package io.stowage.registry.e2e;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One HTTP/1.1 connection over a plain socket (RFC 9112), for what a ready-made client hides: a
 * body that stops half-way, a connection that is cut, 6 GB that never lie in memory. One thread at
 * a time; one exchange after another, each {@link Reply} read to its end before the next.
 */
public final class HttpConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 120_000;
  private static final int PATIENCE_SECONDS = 60;
  private static final byte[] NONE = {};

  private final String host;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  public HttpConnection(InetSocketAddress server) throws IOException {
    host = server.getHostString() + ":" + server.getPort();
    socket = new Socket(server.getAddress(), server.getPort());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
  }

  /** Returns once the server answers, or fails after {@value #PATIENCE_SECONDS} s. */
  static void awaitAnswer(InetSocketAddress server) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try (HttpConnection connection = new HttpConnection(server)) {
        connection.send("GET", "/v2/").expect(200);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  /**
   * What came back; a header that came twice is one list. The body ends where its {@code
   * Content-Length} says; it belongs to the connection and is gone with the next exchange.
   */
  public record Reply(int status, Map<String, String> headers, InputStream body) {
    public String header(String name) {
      String value = headers.get(name);
      if (value == null) {
        throw new AssertionError("no " + name + " in reply " + status + " " + headers);
      }
      return value;
    }

    /** Reads the body, after checking the status. */
    public byte[] expect(int expected) throws IOException {
      byte[] bytes = body.readAllBytes();
      if (status != expected) {
        throw new AssertionError(
            "status %d (expected: %d) %s%n%s"
                .formatted(status, expected, headers, new String(bytes, StandardCharsets.UTF_8)));
      }
      return bytes;
    }
  }

  /** A request without a body. */
  public Reply send(String method, String target) throws IOException {
    return send(method, target, NONE);
  }

  /**
   * A request with a body of known length. A server that refuses it answers before it has all of
   * the body, and may hang up then; the answer counts, as it does for clients of registries.
   */
  public Reply send(String method, String target, byte[] body, String... headers)
      throws IOException {
    head(method, target, headers);
    line("Content-Length: " + body.length);
    line("");
    try {
      out.write(body);
      out.flush();
    } catch (IOException cutOff) {
      return lastReply(method, cutOff);
    }
    return reply(method);
  }

  private Reply lastReply(String method, IOException cutOff) throws IOException {
    try {
      return reply(method);
    } catch (IOException | RuntimeException none) {
      cutOff.addSuppressed(none);
      throw cutOff;
    }
  }

  /** Begins a request whose body follows in chunks of unknown number. */
  public void begin(String method, String target, String... headers) throws IOException {
    head(method, target, headers);
    line("Transfer-Encoding: chunked");
    line("");
  }

  /** Sends one chunk at once. */
  public void chunk(byte[] bytes, int length) throws IOException {
    line(Integer.toHexString(length));
    out.write(bytes, 0, length);
    line("");
    out.flush();
  }

  /** Ends the body and reads the reply. */
  public Reply end() throws IOException {
    line("0");
    line("");
    out.flush();
    return reply("");
  }

  private void head(String method, String target, String... headers) throws IOException {
    line(method + " " + target + " HTTP/1.1");
    line("Host: " + host);
    for (String header : headers) {
      line(header);
    }
  }

  private void line(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.write('\r');
    out.write('\n');
  }

  private Reply reply(String method) throws IOException {
    int status = Integer.parseInt(List.of(readLine().split(" ", 3)).get(1));
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon),
          line.substring(colon + 1).strip(),
          (first, next) -> first + ", " + next);
    }
    boolean empty = method.equals("HEAD") || status == 204 || status == 304;
    if (!empty && headers.containsKey("Transfer-Encoding")) {
      return new Reply(status, headers, chunks());
    }
    long length = empty ? 0 : Long.parseLong(headers.getOrDefault("Content-Length", "0"));
    return new Reply(status, headers, new Body(in, length));
  }

  /** A body of chunks is read at once: nothing but errors and lists comes so. */
  private InputStream chunks() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int length = chunkLength(); length > 0; length = chunkLength()) {
      bytes.write(new Body(in, length).readAllBytes());
      readLine();
    }
    readLine();
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  private int chunkLength() throws IOException {
    return Integer.parseInt(readLine(), 16);
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection after: " + line);
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Cuts the connection, whatever is under way on it. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** The next {@code remaining} bytes of the connection. */
  private static final class Body extends InputStream {
    private final InputStream in;
    private long remaining;

    Body(InputStream in, long length) {
      this.in = in;
      this.remaining = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (remaining == 0) {
        return -1;
      }
      int read = in.read(bytes, offset, (int) Math.min(length, remaining));
      if (read < 0) {
        throw new EOFException("the body lacks " + remaining + " bytes");
      }
      remaining -= read;
      return read;
    }
  }
}
