package io.stowage.registry.server.ops;

import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.json.Json;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a request looks in the access log. Whatever a client sends ends up as one line of bounded
 * length in ASCII without control characters, and without the secrets of URLs.
 */
public enum AccessLine {
  /**
   * The Combined Log Format, as registry:2 writes it, except that it knows users: there the third
   * field is always {@code -}, which is said here of whoever is anonymous.
   */
  COMBINED {
    @Override
    byte[] of(CompletedExchange exchange) {
      Request request = exchange.request();
      return "%s - %s [%s] \"%s %s %s\" %d %d \"%s\" \"%s\"\n"
          .formatted(
              orDash(client(request)),
              orDash(ClientText.word(request.particulars().user())),
              TIME.format(exchange.started()),
              ClientText.quotable(request.method()),
              ClientText.quotable(ClientText.masked(request.target())),
              request.version(),
              exchange.status(),
              exchange.bytesSent(),
              ClientText.quotable(referer(request)),
              ClientText.quotable(header(request, "User-Agent")))
          .getBytes(StandardCharsets.US_ASCII);
    }
  },

  /** An object with the same and some more. Every field is always there. */
  JSON {
    @Override
    byte[] of(CompletedExchange exchange) {
      Request request = exchange.request();
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("time", exchange.started().truncatedTo(ChronoUnit.MILLIS).toString());
      fields.put("id", request.id());
      fields.put("client", client(request));
      fields.put("user", ClientText.bounded(request.particulars().user()));
      fields.put("method", ClientText.bounded(request.method()));
      fields.put("target", ClientText.bounded(ClientText.masked(request.target())));
      fields.put("protocol", request.version());
      fields.put("resource", request.particulars().resource());
      fields.put("status", exchange.status());
      fields.put("bytes", exchange.bytesSent());
      fields.put("duration_ms", millis(exchange.duration()));
      fields.put("referer", ClientText.bounded(referer(request)));
      fields.put("user_agent", ClientText.bounded(header(request, "User-Agent")));
      return Json.writeAsciiLine(fields);
    }
  };

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final double MICROS_PER_MILLI = 1000.0;

  abstract byte[] of(CompletedExchange exchange);

  private static String client(Request request) {
    InetAddress client = request.client();
    return client == null ? "" : client.getHostAddress();
  }

  private static String referer(Request request) {
    return ClientText.masked(header(request, "Referer"));
  }

  private static String header(Request request, String name) {
    return request.headers().first(name).orElse("");
  }

  private static String orDash(String field) {
    return field.isEmpty() ? "-" : field;
  }

  private static double millis(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos()) / MICROS_PER_MILLI;
  }
}
