package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * A client that says exactly what it is told, byte by byte, and reads responses strictly: for tests
 * of the wire. Text is sent with CRLF line ends where it has LF; {@link #sendRaw} leaves it alone.
 */
public final class WireClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Socket connection;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private WireClient(Socket connection, Socket socket) throws IOException {
    this.connection = connection;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    this.out = socket.getOutputStream();
  }

  public static WireClient connect(InetSocketAddress server) throws IOException {
    return connect(server, 0);
  }

  /** Connects with a receive buffer of about this size, for slow readers; 0 for the system's. */
  public static WireClient connect(InetSocketAddress server, int receiveBufferBytes)
      throws IOException {
    Socket socket = open(server, receiveBufferBytes);
    return new WireClient(socket, socket);
  }

  /** Connects through TLS. */
  public static WireClient connect(InetSocketAddress server, int receiveBufferBytes, SSLContext tls)
      throws IOException {
    Socket connection = open(server, receiveBufferBytes);
    SSLSocket socket =
        (SSLSocket)
            tls.getSocketFactory().createSocket(connection, "localhost", server.getPort(), true);
    try {
      socket.startHandshake();
      return new WireClient(connection, socket);
    } catch (IOException refused) {
      socket.close();
      throw refused;
    }
  }

  private static Socket open(InetSocketAddress server, int receiveBufferBytes) throws IOException {
    Socket socket = new Socket();
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
    return socket;
  }

  /** Sends text, each LF as CRLF. */
  public WireClient send(String text) throws IOException {
    return sendRaw(text.replace("\n", "\r\n"));
  }

  /** Sends text as it is. */
  public WireClient sendRaw(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  public WireClient send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Sends a request without a body, and reads the response. */
  public WireResponse request(String method, String target) throws IOException {
    send(method + " " + target + " HTTP/1.1\nHost: test\n\n");
    return readResponse(method);
  }

  public WireResponse get(String target) throws IOException {
    return request("GET", target);
  }

  /** Ends the output; the input stays open. */
  public WireClient shutdownOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Closes in a way that the server sees as a reset. */
  public void reset() throws IOException {
    connection.setSoLinger(true, 0);
    connection.close();
  }

  /** Reads the response to a request that was no HEAD, interim responses included. */
  public WireResponse readResponse() throws IOException {
    return readResponse("GET");
  }

  /** Reads the response to a request of this method. */
  public WireResponse readResponse(String method) throws IOException {
    WireResponse head = readHead();
    boolean bodiless =
        method.equals("HEAD")
            || head.status() < 200
            || head.status() == 204
            || head.status() == 304;
    if (bodiless) {
      return head;
    }
    int length = Integer.parseInt(head.header("Content-Length").orElseThrow());
    return head.withBody(readBytes(length));
  }

  /** Reads status line and fields only. */
  public WireResponse readHead() throws IOException {
    String statusLine = readLine();
    List<String> fields = new ArrayList<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      fields.add(line);
    }
    return new WireResponse(statusLine, fields, new byte[0]);
  }

  /** Reads exactly this many bytes. */
  public byte[] readBytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the connection ended after " + bytes.length + " of " + length);
    }
    return bytes;
  }

  /** Reads up to this many bytes, at least one; -1 at the end. */
  public int read(byte[] into) throws IOException {
    return in.read(into);
  }

  /** Whether the server closes the connection now, without another byte. */
  public boolean isClosedByServer() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException | SSLException reset) {
      return true;
    }
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended in a response's head: " + line);
      }
      line.write(b);
    }
    String text = line.toString(ISO_8859_1);
    if (!text.endsWith("\r")) {
      throw new IOException("line without CRLF: " + text);
    }
    return text.substring(0, text.length() - 1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** What came back. Names of fields are compared without case. */
  @SuppressWarnings("ArrayRecordComponent")
  public record WireResponse(String statusLine, List<String> fields, byte[] body) {
    public int status() {
      return Integer.parseInt(statusLine.split(" ", 3)[1]);
    }

    public Optional<String> header(String name) {
      return headers(name).stream().findFirst();
    }

    public List<String> headers(String name) {
      return fields.stream()
          .filter(field -> field.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
          .map(field -> field.substring(name.length() + 2))
          .toList();
    }

    public String text() {
      return new String(body, ISO_8859_1);
    }

    WireResponse withBody(byte[] bytes) {
      return new WireResponse(statusLine, fields, bytes);
    }
  }
}
