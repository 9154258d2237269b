package io.stowage.registry.notifications;

import java.io.Closeable;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts to deliver to one receiver, one at a time. Follows no redirect: a receiver that answers
 * with one has the event.
 */
final class Delivery implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /**
   * Fields that describe the message itself; distribution doesn't let them be configured either.
   */
  private static final Set<String> OF_THE_MESSAGE =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  private final HttpClient client;
  private volatile @Nullable CompletableFuture<HttpResponse<Remainder>> underWay;
  private volatile boolean closed;
  private @Nullable Remainder unread; // of the last response; only the delivering thread's

  Delivery() {
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(ProxySelector.getDefault())
            .build();
  }

  /** One attempt, which takes no longer than the endpoint's timeout. */
  Outcome attempt(Endpoint endpoint, byte[] body) {
    abandonUnread();
    CompletableFuture<HttpResponse<Remainder>> response =
        client.sendAsync(request(endpoint, body), _ -> new Remainder());
    underWay = response;
    if (closed) {
      response.cancel(true);
    }
    try {
      HttpResponse<Remainder> answer =
          response.get(endpoint.timeout().toNanos(), TimeUnit.NANOSECONDS);
      unread = answer.body();
      int status = answer.statusCode();
      return status >= 200 && status < 400
          ? new Outcome.Accepted(status)
          : new Outcome.Refused(status);
    } catch (TimeoutException e) {
      response.cancel(true);
      return new Outcome.Unanswered("no answer within " + endpoint.timeout().toMillis() + " ms");
    } catch (ExecutionException e) {
      return new Outcome.Unanswered(String.valueOf(e.getCause()));
    } catch (CancellationException e) {
      return new Outcome.Unanswered("stopped");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      response.cancel(true);
      return new Outcome.Unanswered("interrupted");
    }
  }

  private void abandonUnread() {
    Remainder last = unread;
    if (last != null) {
      last.abandon();
      unread = null;
    }
  }

  private static HttpRequest request(Endpoint endpoint, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(withoutUser(endpoint.url()))
            .timeout(endpoint.timeout())
            .header("Content-Type", Envelope.MEDIA_TYPE)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    addUser(request, endpoint);
    addConfigured(request, endpoint);
    if (endpoint.secret() != null) {
      request.header(Signature.HEADER, Signature.of(body, endpoint.secret()));
    }
    return request.build();
  }

  private static URI withoutUser(URI url) {
    String user = url.getRawUserInfo();
    return user == null ? url : URI.create(url.toString().replaceFirst("//[^/@]*@", "//"));
  }

  /** What stands before the host logs in, as every client in Go does it. */
  private static void addUser(HttpRequest.Builder request, Endpoint endpoint) {
    String user = endpoint.url().getUserInfo();
    boolean configured =
        endpoint.headers().keySet().stream().anyMatch("Authorization"::equalsIgnoreCase);
    if (user != null && !configured) {
      byte[] login = (user.contains(":") ? user : user + ":").getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
    }
  }

  private static void addConfigured(HttpRequest.Builder request, Endpoint endpoint) {
    for (Map.Entry<String, List<String>> field : endpoint.headers().entrySet()) {
      if (!OF_THE_MESSAGE.contains(field.getKey().toLowerCase(Locale.ROOT))) {
        field.getValue().forEach(value -> request.header(field.getKey(), value));
      }
    }
  }

  /**
   * Says what is wrong with an endpoint that can't be used as it is.
   *
   * @throws IllegalArgumentException if no request can be made of it, without its secrets
   */
  static void require(Endpoint endpoint) {
    for (String name : endpoint.headers().keySet()) {
      if (OF_THE_MESSAGE.contains(name.toLowerCase(Locale.ROOT))) {
        LOG.warn("endpoint {}: the header {} can't be configured", endpoint.name(), name);
      }
    }
    try {
      request(endpoint, new byte[0]);
    } catch (IllegalArgumentException e) {
      // The message would show the value, which may be a secret.
      throw new IllegalArgumentException(
          "endpoint %s: its URL or one of its headers can't be sent".formatted(endpoint.name()));
    }
  }

  /** Ends the attempt that is under way, and all later ones. */
  @Override
  public void close() {
    closed = true;
    CompletableFuture<?> response = underWay;
    if (response != null) {
      response.cancel(true);
    }
    client.shutdownNow();
  }

  /**
   * The body of a response, in which nobody is interested: read a little, so that the connection
   * can be used again, but never waited for.
   */
  private static final class Remainder implements HttpResponse.BodySubscriber<Remainder> {
    private static final long MOST_BYTES = 64 * 1024;

    private Flow.@Nullable Subscription subscription;
    private boolean abandoned;
    private long bytes;

    @Override
    public CompletionStage<Remainder> getBody() {
      return CompletableFuture.completedStage(this);
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription begun) {
      subscription = begun;
      if (abandoned) {
        begun.cancel();
      } else {
        begun.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(List<ByteBuffer> chunks) {
      chunks.forEach(chunk -> bytes += chunk.remaining());
      if (bytes > MOST_BYTES) {
        abandon();
      }
    }

    @Override
    public synchronized void onComplete() {
      subscription = null;
    }

    @Override
    public synchronized void onError(Throwable cause) {
      subscription = null; // the answer's head is what counted
    }

    synchronized void abandon() {
      abandoned = true;
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
