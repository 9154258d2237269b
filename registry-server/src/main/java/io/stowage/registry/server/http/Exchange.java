package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response. {@link #run} is the exchange's virtual thread: it calls the handler
 * and sends what that answers. The second half of the class is what the connection's event loop
 * knows of the exchange, and only the loop calls it.
 */
final class Exchange implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);
  private static final int CLIENT_GONE = 499;

  private final Connection connection;
  private final Serving serving;
  private final Request request;
  private final RequestFraming framing;
  private final @Nullable ExchangeBody body;
  private final Instant started = Instant.now();
  private final long startedNanos = System.nanoTime();
  private volatile @Nullable RejectedRequest rejection;
  private boolean failed; // virtual thread only

  // Event loop only.
  private long receivedBytes;
  private boolean bodyEnded;
  private boolean continueSent;
  private boolean persistent;
  private int status = CLIENT_GONE;
  private long sentBytes;
  private boolean completed;

  Exchange(
      Connection connection,
      Serving serving,
      Request request,
      RequestFraming framing,
      @Nullable ExchangeBody body) {
    this.connection = connection;
    this.serving = serving;
    this.request = request;
    this.framing = framing;
    this.body = body;
    serving.exchangeBegun();
  }

  /** Calls the handler and sends its response. */
  @Override
  public void run() {
    Response response = answer();
    if (response == null) {
      connection.abandon(this);
    } else {
      send(response);
    }
  }

  private @Nullable Response answer() {
    try {
      Response response = serving.handler().handle(request);
      return rejection == null ? response : insteadOf(response);
    } catch (ClientGoneException gone) {
      log.debug("request {}: {}", request.id(), gone.getMessage());
      return rejectionAnswer();
    } catch (IOException | RuntimeException | Error failure) {
      return rejection == null ? failed(failure) : rejectionAnswer();
    } finally {
      if (body != null) {
        body.close();
      }
    }
  }

  private @Nullable Response insteadOf(Response response) throws IOException {
    response.close();
    return rejectionAnswer();
  }

  private @Nullable Response rejectionAnswer() {
    RejectedRequest rejected = rejection;
    return rejected == null ? null : serving.errors().to(rejected, request.id());
  }

  private Response failed(Throwable failure) {
    failed = true;
    log.error("request {} failed: {} {}", request.id(), request.method(), request.path(), failure);
    return serving.errors().failure(request.id());
  }

  private void send(Response response) {
    ResponseWriter writer = new ResponseWriter(this, connection, !failed);
    try (response) {
      writer.write(response);
    } catch (ClientGoneException gone) {
      log.debug("request {}: {}", request.id(), gone.getMessage());
      connection.abandon(this);
    } catch (IOException | RuntimeException | Error failure) {
      Response instead = failed(failure);
      if (writer.hasBegun()) {
        connection.abandon(this);
      } else {
        connection.send(this, instead, false);
      }
    }
  }

  Request request() {
    return request;
  }

  /** Whether a response of this status to this request carries a body (RFC 9110, section 6.4.1). */
  boolean sendsBody(int responseStatus) {
    return responseStatus >= 200
        && responseStatus != 204
        && responseStatus != 304
        && !request.method().equals("HEAD");
  }

  boolean isHttp10() {
    return request.version().equals("HTTP/1.0");
  }

  // ---- Event loop only.

  /** Takes over a part of the body. Answers whether to go on reading. */
  boolean arrived(ByteBuf chunk) {
    receivedBytes += chunk.readableBytes();
    if (body == null) {
      chunk.release();
      return true;
    }
    return body.offer(chunk);
  }

  void bodyEnded() {
    bodyEnded = true;
    if (body != null) {
      body.end();
    }
  }

  boolean hasBodyEnded() {
    return bodyEnded;
  }

  /** The rest of the body will not come. */
  void bodyFailed(String reason) {
    if (body != null) {
      body.fail(reason);
    }
  }

  /** The body's framing is broken: whatever the handler answers, the client hears this. */
  void reject(RejectedRequest rejected) {
    rejection = rejected;
    persistent = false;
    bodyFailed(rejected.message());
  }

  boolean isStarved(long now, long limitNanos) {
    return body != null && body.isStarved(now, limitNanos);
  }

  /** Whether the client is to be told to send the body, which is true once at most. */
  boolean takeContinue() {
    boolean waits = mayWaitForContinue() && status == CLIENT_GONE;
    continueSent = true;
    return waits;
  }

  private boolean mayWaitForContinue() {
    return framing.expectsContinue() && !continueSent && receivedBytes == 0;
  }

  /** Whether the connection can be used again, when at most this much of the body is unread. */
  boolean allowsNext(long drainLimitBytes) {
    OptionalLong length = framing.bodyBytes();
    boolean smallRest =
        length.isPresent()
            && length.getAsLong() - receivedBytes <= drainLimitBytes
            && !mayWaitForContinue();
    return framing.keepAlive() && rejection == null && (bodyEnded || smallRest);
  }

  /** The head of the response is on its way. */
  void answered(int responseStatus, boolean goesOn) {
    status = responseStatus;
    persistent = goesOn && rejection == null;
  }

  /** Whether nobody wants the rest of the body: the answer is under way, and the last one. */
  boolean isLastAnswer() {
    return status != CLIENT_GONE && !persistent;
  }

  boolean isPersistent() {
    return persistent;
  }

  void sent(long bytes) {
    sentBytes += bytes;
  }

  /** Tells the listener, once. Answers whether this was the first call. */
  boolean complete() {
    if (completed) {
      return false;
    }
    completed = true;
    Duration duration = Duration.ofNanos(System.nanoTime() - startedNanos);
    try {
      serving
          .listener()
          .completed(new CompletedExchange(request, started, status, sentBytes, duration));
    } catch (RuntimeException failure) {
      log.error("request {}: the listener failed", request.id(), failure);
    } finally {
      serving.exchangeEnded();
    }
    return true;
  }
}
