package io.stowage.registry.server.http;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** How bytes move: natively where that is possible, for the sake of {@code sendfile}. */
enum Transport {
  EPOLL {
    @Override
    IoHandlerFactory ioHandlers() {
      return EpollIoHandler.newFactory();
    }

    @Override
    ChannelFactory<ServerChannel> tcp() {
      return EpollServerSocketChannel::new;
    }

    @Override
    ChannelFactory<ServerChannel> unix() {
      return EpollServerDomainSocketChannel::new;
    }

    @Override
    SocketAddress addressOf(Path socket) {
      return new DomainSocketAddress(socket.toString());
    }

    @Override
    ChannelFactory<ServerChannel> inherited(int descriptor) throws IOException {
      InheritedSocket socket = new InheritedSocket(descriptor);
      socket.prepare();
      return socket.isUnix()
          ? () -> new EpollServerDomainSocketChannel(descriptor, true)
          : () -> new EpollServerSocketChannel(descriptor);
    }
  },

  NIO {
    @Override
    IoHandlerFactory ioHandlers() {
      return NioIoHandler.newFactory();
    }

    @Override
    ChannelFactory<ServerChannel> tcp() {
      return NioServerSocketChannel::new;
    }

    @Override
    ChannelFactory<ServerChannel> unix() {
      return NioServerDomainSocketChannel::new;
    }

    @Override
    SocketAddress addressOf(Path socket) {
      return UnixDomainSocketAddress.of(socket);
    }

    @Override
    ChannelFactory<ServerChannel> inherited(int descriptor) throws IOException {
      throw new IOException("only Netty's native transport takes a socket that was passed");
    }
  };

  static Transport best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  abstract IoHandlerFactory ioHandlers();

  abstract ChannelFactory<ServerChannel> tcp();

  abstract ChannelFactory<ServerChannel> unix();

  /** As the channels of {@link #unix()} want it. */
  abstract SocketAddress addressOf(Path socket);

  /**
   * For a socket that is listened on already.
   *
   * @throws IOException if it is none, or this transport takes none
   */
  abstract ChannelFactory<ServerChannel> inherited(int descriptor) throws IOException;
}
