package io.stowage.registry.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Opens the socket on which a server accepts connections, and says where that is. */
final class ListeningSocket {
  private static final int BACKLOG = 1024;
  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;

  /** Before what the system says, native transports put the name and number of the call. */
  private static final String NATIVE_PREFIX = "^.* failed with error\\(-?\\d+\\): ";

  private final ServerBootstrap bootstrap;
  private final Transport transport;

  /**
   * @param bootstrap lacks only what depends on the address
   */
  ListeningSocket(ServerBootstrap bootstrap, Transport transport) {
    this.bootstrap = bootstrap.option(ChannelOption.SO_BACKLOG, BACKLOG);
    this.transport = transport;
  }

  /**
   * Accepts connections there from now on.
   *
   * @throws IOException that names the address and the reason
   */
  Channel open(ServerAddress address) throws IOException {
    try {
      ChannelFuture opened =
          switch (address) {
            case ServerAddress.Tcp tcp -> tcp(tcp);
            case ServerAddress.Unix(Path path) -> unix(path);
            case ServerAddress.Inherited(int descriptor) -> inherited(descriptor);
          };
      opened.awaitUninterruptibly();
      if (!opened.isSuccess()) {
        throw new IOException(reason(opened.cause()), opened.cause());
      }
      return opened.channel();
    } catch (IOException e) {
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  private ChannelFuture tcp(ServerAddress.Tcp tcp) throws IOException {
    InetSocketAddress address =
        tcp.host().isEmpty()
            ? new InetSocketAddress(tcp.port())
            : new InetSocketAddress(tcp.host(), tcp.port());
    if (address.isUnresolved()) {
      throw new IOException("unknown host");
    }
    return bootstrap
        .channelFactory(transport.tcp())
        .option(ChannelOption.SO_REUSEADDR, true)
        .bind(address);
  }

  private ChannelFuture unix(Path path) throws IOException {
    removeIfStale(path);
    return bootstrap.channelFactory(transport.unix()).bind(transport.addressOf(path));
  }

  private ChannelFuture inherited(int descriptor) throws IOException {
    return bootstrap.channelFactory(transport.inherited(descriptor)).register();
  }

  /** A server that was killed leaves its socket behind. */
  private static void removeIfStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & FILE_TYPE) != SOCKET) {
      throw new IOException("there is a file that is not a socket");
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException nobody) {
      Files.deleteIfExists(path);
      return;
    }
    throw new IOException("another server listens there");
  }

  private static String reason(Throwable cause) {
    return cause instanceof BindException
        ? "the address is in use or not one of this machine's"
        : String.valueOf(cause.getMessage()).replaceFirst(NATIVE_PREFIX, "");
  }

  /** Where this channel listens, with the real port, as logs write it. */
  static String text(Channel listening) {
    return switch (listening.localAddress()) {
      case InetSocketAddress internet -> text(internet);
      case DomainSocketAddress unix -> text(unix);
      case null -> passed(listening);
      case SocketAddress other -> other.toString();
    };
  }

  /** A channel knows the path only if it made the socket. */
  private static String passed(Channel listening) {
    try {
      return listening instanceof UnixChannel channel
          ? text(new InheritedSocket(channel.fd().intValue()).path())
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(DomainSocketAddress unix) {
    return unix.path().replace('\0', '@');
  }

  private static String text(InetSocketAddress address) {
    String host =
        address.getAddress().isAnyLocalAddress() ? "::" : address.getAddress().getHostAddress();
    return new ServerAddress.Tcp(host, address.getPort()).toString();
  }
}
