package io.stowage.registry.benchmarks.peers;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sends one request over and over on several connections, each of which waits for its answer, from
 * one thread that selects: what {@code wrk} does, for what {@code wrk} can't (HEAD) or doesn't tell
 * (exact percentiles).
 */
final class RequestLoop {
  private static final byte[] END = {'\r', '\n', '\r', '\n'};
  private static final int BUFFER_BYTES = 64 * 1024;

  private final InetSocketAddress server;
  private final ByteBuffer request;
  private final boolean head;
  private final int expected;

  /**
   * @param expected the status that every answer must have
   */
  RequestLoop(InetSocketAddress server, String method, String target, int expected) {
    this.server = server;
    String host = server.getHostString() + ":" + server.getPort();
    this.request = ByteBuffer.wrap(Connection.head(host, method, target, Content.ACCEPT));
    this.head = method.equals("HEAD");
    this.expected = expected;
  }

  /** What was measured. */
  static final class Outcome {
    private final double requestsPerSecond;
    private final long[] micros;

    private Outcome(double requestsPerSecond, long[] micros) {
      this.requestsPerSecond = requestsPerSecond;
      this.micros = micros;
    }

    double requestsPerSecond() {
      return requestsPerSecond;
    }

    /** The time that {@code share} of the answers didn't exceed, in ms. */
    double percentile(double share) {
      return micros[(int) Math.min(micros.length - 1, micros.length * share)] / 1000.0;
    }
  }

  Outcome run(int connections, Duration time) throws IOException {
    List<Client> clients = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        clients.add(new Client(selector));
      }
      long begin = System.nanoTime();
      long end = begin + time.toNanos();
      Times times = new Times();
      while (System.nanoTime() < end) {
        selector.select(100);
        for (SelectionKey key : selector.selectedKeys()) {
          ((Client) key.attachment()).receive(times);
        }
        selector.selectedKeys().clear();
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      long[] sorted = times.sorted();
      if (sorted.length == 0) {
        throw new IOException("no answer within " + time);
      }
      return new Outcome(sorted.length / seconds, sorted);
    } finally {
      for (Client client : clients) {
        client.channel.close();
      }
    }
  }

  /** Grows; sorted once. */
  private static final class Times {
    private long[] values = new long[1 << 16];
    private int size;

    void add(long micros) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = micros;
    }

    long[] sorted() {
      long[] sorted = Arrays.copyOf(values, size);
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /** One connection with one request under way. */
  private final class Client {
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
    private long sentNanos;

    Client(Selector selector) throws IOException {
      channel = SocketChannel.open(server);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
      send();
    }

    /** A request is far smaller than the socket's buffer, which is empty when one is sent. */
    private void send() throws IOException {
      sentNanos = System.nanoTime();
      ByteBuffer bytes = request.duplicate();
      if (channel.write(bytes) < request.limit()) {
        throw new IOException("the socket doesn't take a request of " + request.limit() + " B");
      }
    }

    void receive(Times times) throws IOException {
      if (channel.read(in) < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (isWhole()) {
        times.add((System.nanoTime() - sentNanos) / 1000);
        in.clear();
        send();
      }
    }

    private boolean isWhole() throws IOException {
      int end = indexOf(END);
      if (end < 0) {
        return false;
      }
      int status = (in.get(9) - '0') * 100 + (in.get(10) - '0') * 10 + in.get(11) - '0';
      if (status != expected) {
        throw new IOException("status " + status + " (expected: " + expected + ")");
      }
      return in.position() >= end + END.length + (head ? 0 : bodyLength(end));
    }

    private int indexOf(byte[] what) {
      int last = in.position() - what.length;
      for (int at = 0; at <= last; at++) {
        int i = 0;
        while (i < what.length && in.get(at + i) == what[i]) {
          i++;
        }
        if (i == what.length) {
          return at;
        }
      }
      return -1;
    }

    private int bodyLength(int end) throws IOException {
      String text = new String(in.array(), 0, end, StandardCharsets.ISO_8859_1);
      for (String line : text.lines().toList()) {
        if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
          return Integer.parseInt(line.substring(15).strip());
        }
      }
      throw new IOException("no Content-Length in " + text);
    }
  }
}
