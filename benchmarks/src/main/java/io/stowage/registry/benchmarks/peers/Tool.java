package io.stowage.registry.benchmarks.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs that load or ask a server from outside. */
final class Tool {
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");

  private Tool() {}

  /** GETs per second on {@code connections} connections, by {@code wrk}. */
  static double wrk(
      PeerServer server, String target, int connections, int seconds, String... headers)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("wrk", "-t1", "-c" + connections));
    words.addAll(List.of("-d" + seconds + "s", "-H", Content.ACCEPT));
    for (String header : headers) {
      words.addAll(List.of("-H", header));
    }
    words.add(server.url(target));
    String output = run(words);
    Matcher rate = RATE.matcher(output);
    if (output.contains("Non-2xx") || output.contains("Socket errors") || !rate.find()) {
      throw new IOException("wrk at " + server.peer() + ":\n" + output);
    }
    return Double.parseDouble(rate.group(1));
  }

  /** Bytes per second of one download, by curl, whose TLS costs the least. */
  static double curl(PeerServer server, String target) throws IOException {
    return Double.parseDouble(
        run(
            List.of(
                "curl",
                "-fsSk",
                "-o",
                "/dev/null",
                "-w",
                "%{speed_download}",
                server.url(target))));
  }

  /** Runs a program to its end and returns what it printed. */
  static String run(List<String> words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(words + " ended with " + code + ":\n" + output);
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in " + words, e);
    } finally {
      process.destroy();
    }
  }
}
