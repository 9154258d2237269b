package io.stowage.registry.server.ops;

import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Request;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request in the Combined Log Format, as registry:2 writes it. Lines go through a
 * bounded queue to one thread that writes them in batches: a stuck reader of the log never holds up
 * a request. What doesn't fit the queue is dropped and counted, and the count is logged.
 *
 * <p>Whatever a client sends ends up as one line of bounded length without control characters, and
 * without the secrets that some clients put into URLs.
 */
public final class AccessLog implements CompletedExchange.Listener, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(?<=[?&](?:_state|sig|signature|token|access_token|refresh_token|password"
              + "|x-amz-signature|x-amz-credential|x-amz-security-token)=)[^&]+"
              + "|(?<=://)[^/?#]*(?=@)");
  private static final int QUEUE_LINES = 8192;
  private static final int MAX_FIELD = 1024;
  private static final String END = "";

  private final OutputStream out;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE_LINES);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread writer;

  /** Starts the log. Closing it writes what is queued, and leaves the stream open. */
  public AccessLog(OutputStream out) {
    this.out = out;
    this.writer = Thread.ofPlatform().name("access-log").daemon().unstarted(this::writeLines);
  }

  /** Begins to write. Called once. */
  public AccessLog start() {
    writer.start();
    return this;
  }

  @Override
  public void completed(CompletedExchange exchange) {
    if (!lines.offer(line(exchange))) {
      dropped.incrementAndGet();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      lines.put(END);
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static String line(CompletedExchange exchange) {
    Request request = exchange.request();
    return "%s - - [%s] \"%s %s %s\" %d %d \"%s\" \"%s\"\n"
        .formatted(
            host(request),
            TIME.format(exchange.started()),
            escaped(request.method()),
            escaped(masked(request.target())),
            request.version(),
            exchange.status(),
            exchange.bytesSent(),
            escaped(masked(request.headers().first("Referer").orElse(""))),
            escaped(request.headers().first("User-Agent").orElse("")));
  }

  private static String host(Request request) {
    InetAddress client = request.client();
    return client == null ? "-" : client.getHostAddress();
  }

  /** Without the state of an upload, signatures, tokens, and the user of a URL. */
  private static String masked(String url) {
    // Most requests have neither, and this runs for each of them.
    boolean plain = url.indexOf('=') < 0 && url.indexOf('@') < 0;
    return plain ? url : SECRET.matcher(url).replaceAll("***");
  }

  private static String escaped(String text) {
    String bounded = text.length() <= MAX_FIELD ? text : text.substring(0, MAX_FIELD) + "...";
    if (bounded.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '"' && c != '\\')) {
      return bounded;
    }
    StringBuilder escaped = new StringBuilder(bounded.length() + 16);
    for (int i = 0; i < bounded.length(); i++) {
      char c = bounded.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7f) {
        escaped.append(c);
      } else {
        escaped.append("\\x").append("%02x".formatted((int) c));
      }
    }
    return escaped.toString();
  }

  private void writeLines() {
    List<String> batch = new ArrayList<>();
    boolean open = true;
    while (open) {
      try {
        batch.add(lines.take());
        lines.drainTo(batch);
        open = !batch.contains(END);
        out.write(String.join("", batch).getBytes(StandardCharsets.UTF_8));
        out.flush();
      } catch (IOException e) {
        LOG.warn("the access log can't be written; {} lines are lost", batch.size(), e);
      } catch (InterruptedException e) {
        return;
      }
      batch.clear();
      long lost = dropped.getAndSet(0);
      if (lost > 0) {
        LOG.warn("the access log's reader is too slow; {} lines are lost", lost);
      }
    }
  }
}
