package io.stowage.registry.server.ops;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fails if the answer to a {@code HEAD} of a URL has another status than it should. */
public final class HttpProbe implements HealthProbe {
  private static final Logger LOG = LoggerFactory.getLogger(HttpProbe.class);

  private final HttpClient client;
  private final HttpRequest request;
  private final int status;

  /**
   * @param client shared by all probes; its owner keeps it
   * @param headers sent with each request, but for those that a client sets itself, such as {@code
   *     Host}: they are left out with a warning
   * @param status the one that is right
   * @param timeout for the whole exchange
   * @throws IllegalArgumentException if the URI is none of http or https
   */
  public HttpProbe(
      HttpClient client, URI uri, Map<String, List<String>> headers, int status, Duration timeout) {
    this.client = client;
    this.status = status;
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri).HEAD().timeout(timeout);
    headers.forEach((name, values) -> values.forEach(value -> add(builder, name, value)));
    this.request = builder.build();
  }

  private static void add(HttpRequest.Builder builder, String name, String value) {
    try {
      builder.header(name, value);
    } catch (IllegalArgumentException e) {
      LOG.warn("the header {} of a health check can't be sent, and is left out", name);
    }
  }

  @Override
  public void look() throws IOException {
    int actual = answer();
    if (actual != status) {
      throw new IOException("unexpected status: " + actual + " (expected: " + status + ")");
    }
  }

  private int answer() throws IOException {
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      // Some failures of a connection have no message.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new IOException("error while checking: " + reason, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
