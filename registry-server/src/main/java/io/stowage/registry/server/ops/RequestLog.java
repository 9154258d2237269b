package io.stowage.registry.server.ops;

import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Particulars;
import io.stowage.registry.server.http.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What the application log says of requests: {@code response completed} or {@code response
 * completed with error}, with the names of fields that distribution uses. Only what is our fault is
 * an error; what a client did wrong, or asked for in vain, is information.
 */
public final class RequestLog implements CompletedExchange.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;

  /** The client's choice of a protocol, in spite of its number (RFC 9110, section 15.6.6). */
  private static final int VERSION_NOT_SUPPORTED = 505;

  private static final List<String> VARIABLES = List.of("name", "reference", "digest", "uuid");
  private static final double NANOS_PER_MILLI = 1e6;

  private final Level success;

  /**
   * @param success the level of requests that were answered as the client wished
   */
  public RequestLog(Level success) {
    this.success = success;
  }

  @Override
  public void completed(CompletedExchange exchange) {
    Level level = level(exchange.status());
    if (LOG.isEnabledForLevel(level)) {
      LoggingEventBuilder line = LOG.atLevel(level);
      for (Map.Entry<String, Object> field : fields(exchange).entrySet()) {
        line = line.addKeyValue(field.getKey(), field.getValue());
      }
      line.log(
          exchange.status() < CLIENT_ERROR
              ? "response completed"
              : "response completed with error");
    }
  }

  private Level level(int status) {
    if (status >= SERVER_ERROR && status != VERSION_NOT_SUPPORTED) {
      return Level.ERROR;
    }
    return status >= CLIENT_ERROR ? Level.INFO : success;
  }

  private static Map<String, Object> fields(CompletedExchange exchange) {
    Map<String, Object> fields = new LinkedHashMap<>();
    addRequest(fields, exchange.request());
    addResponse(fields, exchange);
    return fields;
  }

  private static void addRequest(Map<String, Object> fields, Request request) {
    add(fields, "http.request.host", request.headers().first("Host").orElse(""));
    add(fields, "http.request.id", request.id());
    add(fields, "http.request.method", request.method());
    add(fields, "http.request.remoteaddr", remoteAddress(request));
    add(fields, "http.request.uri", ClientText.masked(request.target()));
    add(fields, "http.request.useragent", request.headers().first("User-Agent").orElse(""));
    Particulars particulars = request.particulars();
    add(fields, "auth.user.name", particulars.user());
    Map<String, String> variables = particulars.variables();
    for (String name : VARIABLES) {
      add(fields, "vars." + name, variables.getOrDefault(name, ""));
    }
  }

  private static void addResponse(Map<String, Object> fields, CompletedExchange exchange) {
    Particulars particulars = exchange.request().particulars();
    add(fields, "http.response.contenttype", particulars.contentType());
    fields.put(
        "http.response.duration",
        String.format(Locale.ROOT, "%.3fms", exchange.duration().toNanos() / NANOS_PER_MILLI));
    fields.put("http.response.status", exchange.status());
    fields.put("http.response.written", exchange.bytesSent());
    Particulars.Refusal refusal = particulars.refusal();
    if (refusal != null) {
      // Distribution writes MANIFEST_UNKNOWN like this.
      add(fields, "err.code", refusal.code().toLowerCase(Locale.ROOT).replace('_', ' '));
      add(fields, "err.detail", ClientText.masked(refusal.detail()));
      add(fields, "err.message", refusal.message());
    }
  }

  /** Nothing is said of what is not known. */
  private static void add(Map<String, Object> fields, String key, String value) {
    if (!value.isEmpty()) {
      fields.put(key, ClientText.bounded(value));
    }
  }

  /** With a port if it is the client's own connection; a proxy tells the address alone. */
  private static String remoteAddress(Request request) {
    InetAddress client = request.client();
    if (client == null) {
      return "";
    }
    String address = client.getHostAddress();
    boolean direct =
        request.peer() instanceof InetSocketAddress peer && client.equals(peer.getAddress());
    if (!direct) {
      return address;
    }
    int port = ((InetSocketAddress) request.peer()).getPort();
    return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
  }
}
