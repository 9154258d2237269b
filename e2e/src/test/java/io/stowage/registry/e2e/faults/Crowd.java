package io.stowage.registry.e2e.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of clients that do next to nothing and want to be waited for, all in one thread. Whose
 * connection ends comes back a second later, until {@link #leave}. {@link #lasted} tells how long
 * the server put up with each kind.
 */
final class Crowd implements AutoCloseable {
  private static final long STEP_MILLIS = 50;
  private static final long DRIP_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int SMALL_WINDOW = 4 * 1024;

  /** What a slow client does. */
  enum Kind {
    /** A byte of a request's head every 5 s. */
    HEADS("GET /v2/ HTTP/1.1\r\nX-Slow: "),

    /** A byte of a body every 5 s. */
    BODIES(
        """
        PUT /v2/crowd/manifests/slow HTTP/1.1\r
        Host: crowd\r
        Content-Type: %s\r
        Content-Length: 1000\r
        \r
        """
            .formatted(Image.TYPE)),

    /** Reads a byte of a response every 5 s; what it asks for is appended. */
    READERS("GET "),

    /** Nothing. */
    SILENT("");

    private final String opening;

    Kind(String opening) {
      this.opening = opening;
    }
  }

  /** One of them, for as long as one connection lasts, and then the next. */
  private final class Member {
    private final Kind kind;
    private final ByteBuffer input = ByteBuffer.allocate(512);
    private @Nullable SocketChannel channel;
    private long since;
    private long next;

    Member(Kind kind) {
      this.kind = kind;
    }

    void connect(long now) throws IOException {
      SocketChannel opened = SocketChannel.open();
      if (kind == Kind.READERS) {
        opened.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_WINDOW);
      }
      opened.connect(server);
      String text = kind.opening + (kind == Kind.READERS ? pull : "");
      opened.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
      opened.configureBlocking(false);
      if (kind != Kind.READERS) {
        opened.register(selector, SelectionKey.OP_READ, this);
      }
      channel = opened;
      since = now;
      next = now + DRIP_NANOS;
    }

    /** Does what is due. */
    void step(long now, boolean comesBack) {
      if (now < next) {
        return;
      }
      next = now + DRIP_NANOS;
      try {
        if (channel == null) {
          if (comesBack) {
            connect(now);
          }
        } else if (kind != Kind.SILENT) {
          // Of a reader the beginning of its next request: what it has not read hides the end.
          var _ = channel.write(ByteBuffer.wrap(new byte[] {'x'}));
          if (kind == Kind.READERS) {
            read(1);
          }
        }
      } catch (IOException closed) {
        ended();
      }
    }

    /** Reads what has come, to see the end; the answer itself is of no interest. */
    void readable() {
      try {
        read(input.capacity());
      } catch (IOException closed) {
        ended();
      }
    }

    private void read(int bytes) throws IOException {
      SocketChannel open = channel;
      input.clear().limit(bytes);
      if (open != null && open.read(input) < 0) {
        ended();
      }
    }

    private void ended() {
      long now = System.nanoTime();
      if (channel != null) {
        lasted(kind).accumulateAndGet(now - since, Math::max);
        endings.incrementAndGet();
        disconnect();
      }
      next = now + PAUSE_NANOS;
    }

    void disconnect() {
      SocketChannel open = channel;
      channel = null;
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private final InetSocketAddress server;
  private final String pull;
  private final Selector selector = Selector.open();
  private final List<Member> members = new ArrayList<>();
  private final Map<Kind, AtomicLong> longest = new EnumMap<>(Kind.class);
  private final AtomicLong endings = new AtomicLong();
  private final Thread thread;
  private volatile long connected;
  private volatile boolean comesBack = true;
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;

  /**
   * @param blob the path of content that does not fit into the buffers between server and client
   */
  Crowd(InetSocketAddress server, Map<Kind, Integer> sizes, String blob) throws IOException {
    this.server = server;
    this.pull = blob + " HTTP/1.1\r\nHost: crowd\r\n\r\n";
    for (Kind kind : Kind.values()) {
      longest.put(kind, new AtomicLong());
      for (int i = 0; i < sizes.getOrDefault(kind, 0); i++) {
        members.add(new Member(kind));
      }
    }
    thread = Thread.ofPlatform().name("crowd").start(this::run);
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(STEP_MILLIS);
        selector.selectedKeys().forEach(key -> ((Member) key.attachment()).readable());
        selector.selectedKeys().clear();
        long now = System.nanoTime();
        members.forEach(member -> member.step(now, comesBack));
        connected = members.stream().filter(member -> member.channel != null).count();
      }
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    } finally {
      members.forEach(Member::disconnect);
    }
  }

  private AtomicLong lasted(Kind kind) {
    AtomicLong time = longest.get(kind);
    if (time == null) {
      throw new AssertionError(kind);
    }
    return time;
  }

  /** How many are connected, as far as they know. */
  long connected() {
    if (failure != null) {
      throw new AssertionError("the crowd has broken down", failure);
    }
    return connected;
  }

  /** How many connections the server has ended. */
  long endings() {
    return endings.get();
  }

  /** How long the longest connection of this kind lasted that has ended. */
  Duration longest(Kind kind) {
    return Duration.ofNanos(lasted(kind).get());
  }

  /** Nobody comes back from now on. */
  void leave() {
    comesBack = false;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    selector.close();
  }
}
