package io.stowage.registry.server.http;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** What Linux tells of a socket that somebody else opened. */
final class InheritedSocket {
  private static final int SOL_SOCKET = 1;
  private static final int SO_ACCEPTCONN = 30;
  private static final int SO_DOMAIN = 39;
  private static final int AF_UNIX = 1;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 0x800;

  private final int descriptor;

  InheritedSocket(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Whether it is one of the file system; else it is one of TCP. */
  boolean isUnix() throws IOException {
    return socket().getIntOpt(SOL_SOCKET, SO_DOMAIN) == AF_UNIX;
  }

  /** Where it is, if it is one of the file system. */
  DomainSocketAddress path() throws IOException {
    return socket().localDomainSocketAddress();
  }

  /**
   * Makes it ready for an event loop, which must never wait in a system call. Service managers pass
   * sockets that do.
   *
   * @throws IOException if nobody listens on it, or it is no socket
   */
  void prepare() throws IOException {
    if (socket().getIntOpt(SOL_SOCKET, SO_ACCEPTCONN) != 1) {
      throw new IOException("it is not a listening socket");
    }
    int flags = fcntl(F_GETFL, 0);
    if (flags < 0 || fcntl(F_SETFL, flags | O_NONBLOCK) < 0) {
      throw new IOException("it can't be made non-blocking");
    }
  }

  private Socket socket() throws IOException {
    try {
      return new Socket(descriptor);
    } catch (ChannelException e) {
      throw new IOException("it is not a socket", e);
    }
  }

  @SuppressWarnings("restricted") // the JDK has no other way to this call
  private int fcntl(int command, int argument) {
    Linker linker = Linker.nativeLinker();
    MethodHandle fcntl =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("fcntl"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    try {
      return (int) fcntl.invokeExact(descriptor, command, argument);
    } catch (Throwable e) {
      throw new IllegalStateException("fcntl", e);
    }
  }
}
