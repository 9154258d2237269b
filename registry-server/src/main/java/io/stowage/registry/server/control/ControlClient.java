package io.stowage.registry.server.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A command's side of the control socket: asks, and passes on what it is told. */
public final class ControlClient implements AutoCloseable {
  private final Path file;
  private final SocketChannel channel;

  private ControlClient(Path file, SocketChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Connects to the server whose own folder this is.
   *
   * @throws IOException if it can't be reached; the message says why
   */
  public static ControlClient connect(Path own) throws IOException {
    Path file = ControlSocket.fileIn(own);
    ControlSocket.requireShort(file);
    if (!Files.exists(file)) {
      throw new IOException(file + ": there is no such socket");
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(file));
      return new ControlClient(file, channel);
    } catch (IOException e) {
      channel.close();
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Has a task done.
   *
   * @param words its name and what exactly, without spaces
   * @return its exit code
   * @throws IOException also if the server ends before the task
   */
  public int ask(List<String> words, Console console) throws IOException {
    String request = ControlLines.HEAD + String.join(" ", words) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    ControlLines lines = new ControlLines(channel, ControlLines.LONGEST_ANSWER + 1);
    while (true) {
      Optional<String> line = lines.next();
      if (line.isEmpty()) {
        throw new IOException(file + ": the server ended before it was done");
      }
      if (line.get().startsWith(ControlLines.EXIT)) {
        return exitCode(line.get());
      }
      pass(line.get(), console);
    }
  }

  private int exitCode(String line) throws IOException {
    try {
      return Integer.parseInt(line.substring(ControlLines.EXIT.length()));
    } catch (NumberFormatException e) {
      throw new IOException(file + ": no exit code: " + line, e);
    }
  }

  private void pass(String line, Console console) throws IOException {
    String text = line.substring(Math.min(line.length(), ControlLines.OUT.length()));
    switch (line.substring(0, line.length() - text.length())) {
      case ControlLines.OUT -> console.out(text);
      case ControlLines.ERR -> console.err(text);
      case ControlLines.LOG -> console.log(text);
      default -> throw new IOException(file + ": not an answer of a server: " + line);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
