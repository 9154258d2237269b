package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.Command;
import io.stowage.registry.e2e.RegistryProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How to start servers on a volume, one at a time, with a configuration that lies outside of it.
 *
 * @param volume the root of the registry's data
 * @param folder for configuration and output of commands, not on the disk under test
 * @param sections more of a configuration, YAML at its top level without {@code stowage}
 */
record Server(Path volume, Path folder, String sections) {
  Server(Path volume, Path folder) {
    this(volume, folder, "");
  }

  /** Starts one whose collections keep what is younger than {@code grace}. */
  RegistryProcess start(String grace) throws IOException {
    return RegistryProcess.start(RegistryProcess.binary(), configuration(grace), Map.of(), 0);
  }

  /**
   * The same with all requests on one thread, one after another wherever they wait: strace counts
   * the calls of each thread apart. It compiles in a hurry only, for it lives a second or two and
   * most of that is its start; which system calls it makes is the same.
   */
  RegistryProcess startOnOneThread(String grace) throws IOException {
    String options =
        "-Djdk.virtualThreadScheduler.parallelism=1 -Djdk.virtualThreadScheduler.maxPoolSize=1"
            + " -XX:TieredStopAtLevel=1";
    return RegistryProcess.start(
        RegistryProcess.binary(), configuration(grace), Map.of("JAVA_OPTS", options), 0);
  }

  /** Starts one that may be gone before it listens. */
  Process launch() throws IOException {
    return new ProcessBuilder(RegistryProcess.binary(), "serve", configuration("30s").toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("launch.log").toFile())
        .start();
  }

  Path configuration(String grace) throws IOException {
    String text =
        """
        version: 0.1
        http:
          addr: 127.0.0.1:0
        storage:
          filesystem:
            rootdirectory: %s
          delete:
            enabled: true
        stowage:
          gc:
            grace: %s
        """
            .formatted(volume, grace);
    Path file = folder.resolve("registry-" + grace + ".yml");
    Files.writeString(file, text + sections);
    return file;
  }

  /**
   * Asks the running server to collect, as {@code garbage-collect} does; unlike that, it never
   * takes hold of the volume if the server is gone.
   *
   * @throws IOException if there is no server, or it ends before it is done
   */
  void collect() throws IOException {
    String text = collection();
    if (!text.endsWith("exit 0\n")) {
      throw new AssertionError(
          "the collection ended with: " + text.substring(Math.max(0, text.length() - 500)));
    }
  }

  /**
   * The same, however the collection ends: what it printed, and its exit code in the last line.
   *
   * @throws IOException if there is no server, or it ends before it is done
   */
  String collection() throws IOException {
    Path socket = volume.resolve("_stowage").resolve("control.sock");
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(
          ByteBuffer.wrap("stowage 1 garbage-collect\n".getBytes(StandardCharsets.UTF_8)));
      InputStream answer = Channels.newInputStream(channel);
      String text = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
      if (!text.contains("exit ") || text.contains("the server stops")) {
        throw new IOException("the server went away in the middle of a collection");
      }
      return text;
    }
  }

  /** Runs a command beside the running server; it asks that one through its control socket. */
  Command command(String name, String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of(RegistryProcess.binary(), name));
    words.addAll(List.of(options));
    words.add(configuration("0s").toString());
    return new Command(words, folder, Command.NO_INPUT, Map.of());
  }
}
