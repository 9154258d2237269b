package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.stowage.registry.thread.WouldBlockException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response. {@link #run} calls the handler and sends what that answers, on a
 * virtual thread or in an attempt of the event loop. The second half of the class is what the
 * connection's event loop knows of the exchange, and only the loop calls it.
 */
final class Exchange implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);
  private static final int CLIENT_GONE = 499;

  private final Outlet outlet;
  private final Serving serving;
  private final Request request;
  private final RequestFraming framing;
  private final @Nullable ExchangeBody body;
  private final Instant started = Instant.now();
  private final long startedNanos = System.nanoTime();
  private volatile @Nullable RejectedRequest rejection;
  private boolean failed; // within run only
  private @Nullable Response unsent; // within run only: of an attempt that could not send it

  // Event loop only.
  private final Patience patience;
  private long receivedBytes;
  private long judgedBytes;
  private long drainingSince;
  private boolean bodyEnded;
  private boolean continueSent;
  private boolean persistent;
  private int status = CLIENT_GONE;
  private long sentBytes;
  private boolean completed;

  private Exchange(
      Outlet outlet,
      Serving serving,
      Request request,
      RequestFraming framing,
      @Nullable ExchangeBody body) {
    this.outlet = outlet;
    this.serving = serving;
    this.request = request;
    this.framing = framing;
    this.body = body;
    this.patience = new Patience(serving.limits());
    serving.exchangeBegun();
  }

  /** An exchange for a decoded head. */
  static Exchange of(
      Outlet outlet,
      Serving serving,
      Peer peer,
      HttpRequest head,
      RequestFraming framing,
      ExchangeBody.Flow flow) {
    ExchangeBody body = framing.hasBody() ? new ExchangeBody(serving.budget(), flow) : null;
    Request request = peer.request(serving, head, framing, body == null ? RequestBody.EMPTY : body);
    return new Exchange(outlet, serving, request, framing, body);
  }

  /** An exchange that no handler sees, for a head with doubtful framing. */
  static Exchange refused(Outlet outlet, Serving serving, Peer peer, HttpRequest head) {
    RequestFraming framing = RequestFraming.unknown(head.uri());
    Request request = peer.request(serving, head, framing, RequestBody.EMPTY);
    return new Exchange(outlet, serving, request, framing, null);
  }

  /**
   * Begins. What is short is done here and now, which is worth as much as all the rest of it: two
   * threads need not be woken for it. Everything else gets a virtual thread. Event loop only.
   *
   * @param mayAttempt whether nothing else waits for this loop that came on the same connection
   */
  void start(boolean mayAttempt) {
    boolean attempts = mayAttempt && body == null && serving.handler().isShort(request);
    if (!attempts || !serving.loopTime().attempt(this)) {
      Thread.ofVirtual().name("exchange-" + request.id()).start(this);
    }
  }

  /** Calls the handler and sends its response. */
  @Override
  public void run() {
    Response response = unsent == null ? answer() : unsent;
    if (response == null) {
      outlet.abandon(this);
    } else {
      unsent = response;
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
    } catch (WouldBlockException attempted) {
      throw attempted;
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
    ResponseWriter writer = new ResponseWriter(this, outlet, serving.budget(), !failed);
    try {
      write(writer, response);
    } catch (ClientGoneException gone) {
      log.debug("request {}: {}", request.id(), gone.getMessage());
      outlet.abandon(this);
    } catch (WouldBlockException attempted) {
      throw attempted;
    } catch (IOException | RuntimeException | Error failure) {
      Response instead = failed(failure);
      if (writer.hasBegun()) {
        outlet.abandon(this);
      } else {
        outlet.send(this, instead, false);
      }
    }
  }

  /** Closes the response, unless an attempt leaves it to be sent. */
  private static void write(ResponseWriter writer, Response response) throws IOException {
    try {
      writer.write(response);
    } catch (WouldBlockException attempted) {
      throw attempted;
    } catch (IOException | RuntimeException | Error failure) {
      response.close();
      throw failure;
    }
    response.close();
  }

  Request request() {
    return request;
  }

  /** What a client hears whose request was refused. */
  Response answerTo(RejectedRequest rejected) {
    log.debug("request {} rejected: {}", request.id(), rejected.message());
    return serving.errors().to(rejected, request.id());
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

  /** The response is there, and the client is still to send what is left of the body. */
  void draining() {
    drainingSince = System.nanoTime();
  }

  /**
   * Whether the client sends the body too slowly. To be asked every now and then.
   *
   * @param maySend whether nothing but the client kept it from sending since this was asked last
   */
  boolean isStarved(long now, boolean maySend) {
    long waited = waitedNanos(now); // taken either way: what the client can't help is forgotten
    long moved = receivedBytes - judgedBytes;
    judgedBytes = receivedBytes;
    return patience.isOver(maySend ? waited : 0, moved) && !bodyEnded && rejection == null;
  }

  private long waitedNanos(long now) {
    if (drainingSince != 0) {
      long since = drainingSince;
      drainingSince = now;
      return now - since;
    }
    return body == null ? 0 : body.takeWaitedNanos(now);
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
  void answered(Response response, boolean goesOn) {
    status = response.status();
    request.particulars().answeredAs(response.headers().first("Content-Type").orElse(""));
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

  long sentBytes() {
    return sentBytes;
  }

  boolean isCompleted() {
    return completed;
  }

  /** Tells the listener, once. Answers whether this was the first call. */
  boolean complete() {
    if (completed) {
      return false;
    }
    completed = true;
    Duration duration = Duration.ofNanos(System.nanoTime() - startedNanos);
    request.particulars().end(receivedBytes);
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
