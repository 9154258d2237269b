package io.stowage.registry.server.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.semconv.ClientAttributes;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.HttpAttributes;
import io.opentelemetry.semconv.NetworkAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import io.opentelemetry.semconv.UserAgentAttributes;
import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Particulars;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.ops.ClientText;
import io.stowage.registry.server.ops.ProcessIdentity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * One server span for a request, after "Semantic conventions for HTTP spans" of OpenTelemetry. It
 * is a child of the caller's span if the request names one ({@code traceparent}).
 */
final class RequestSpans {
  private static final AttributeKey<String> ERROR_CODE =
      AttributeKey.stringKey("stowage.error.code");
  private static final AttributeKey<String> REQUEST_ID =
      AttributeKey.stringKey("stowage.request.id");
  private static final AttributeKey<Long> BODY_SIZE =
      AttributeKey.longKey("http.response.body.size");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE");
  private static final int SERVER_ERROR = 500;

  /** The paths of resources; what isn't here has no route in its span. */
  private static final Map<String, String> ROUTES =
      Map.ofEntries(
          Map.entry("base", "/v2/"),
          Map.entry("catalog", "/v2/_catalog"),
          Map.entry("token", "/v2/_token"),
          Map.entry("discovery", "/v2/_oci/ext/discover"),
          Map.entry("tags", "/v2/{name}/tags/list"),
          Map.entry("manifest", "/v2/{name}/manifests/{reference}"),
          Map.entry("blob", "/v2/{name}/blobs/{digest}"),
          Map.entry("blob_upload", "/v2/{name}/blobs/uploads/"),
          Map.entry("blob_upload_chunk", "/v2/{name}/blobs/uploads/{uuid}"),
          Map.entry("referrers", "/v2/{name}/referrers/{digest}"));

  private final Tracer tracer;
  private final TextMapPropagator propagator;

  RequestSpans(OpenTelemetry telemetry) {
    this.tracer = telemetry.getTracer("io.stowage.registry", ProcessIdentity.version());
    this.propagator = telemetry.getPropagators().getTextMapPropagator();
  }

  /** Makes the span of a request that is over. */
  void add(CompletedExchange exchange) {
    Request request = exchange.request();
    Instant start = exchange.started();
    SpanBuilder builder =
        tracer
            .spanBuilder(name(request))
            .setSpanKind(SpanKind.SERVER)
            .setParent(
                propagator.extract(Context.root(), request.headers(), RequestHeaders.INSTANCE))
            .setStartTimestamp(start);
    addRequest(builder, request);
    addPeers(builder, request);
    Span span = builder.startSpan();
    addResponse(span, exchange);
    span.end(start.plus(exchange.duration()));
  }

  private static String name(Request request) {
    String resource = request.particulars().resource();
    String method = METHODS.contains(request.method()) ? request.method() : "HTTP";
    String rest = ROUTES.getOrDefault(resource, resource);
    return rest.isEmpty() ? method : method + " " + rest;
  }

  private static void addRequest(SpanBuilder span, Request request) {
    boolean known = METHODS.contains(request.method());
    span.setAttribute(HttpAttributes.HTTP_REQUEST_METHOD, known ? request.method() : "_OTHER");
    if (!known) {
      span.setAttribute(
          HttpAttributes.HTTP_REQUEST_METHOD_ORIGINAL, ClientText.bounded(request.method()));
    }
    span.setAttribute(UrlAttributes.URL_SCHEME, request.origin().scheme());
    span.setAttribute(UrlAttributes.URL_PATH, ClientText.bounded(request.path()));
    if (!request.query().isEmpty()) {
      // Masking looks for what separates a parameter from what stands before it.
      String query = ClientText.masked("?" + request.query()).substring(1);
      span.setAttribute(UrlAttributes.URL_QUERY, ClientText.bounded(query));
    }
    request
        .headers()
        .first("User-Agent")
        .map(ClientText::bounded)
        .ifPresent(agent -> span.setAttribute(UserAgentAttributes.USER_AGENT_ORIGINAL, agent));
    span.setAttribute(REQUEST_ID, request.id());
    addResource(span, request.particulars());
  }

  private static void addResource(SpanBuilder span, Particulars particulars) {
    String route = ROUTES.get(particulars.resource());
    if (route != null) {
      span.setAttribute(HttpAttributes.HTTP_ROUTE, route);
    }
    particulars
        .variables()
        .forEach(
            (name, value) ->
                span.setAttribute("stowage." + (name.equals("name") ? "repository" : name), value));
  }

  private static void addPeers(SpanBuilder span, Request request) {
    String version = request.version();
    span.setAttribute(
        NetworkAttributes.NETWORK_PROTOCOL_VERSION,
        version.equals("HTTP/2.0") ? "2" : version.substring("HTTP/".length()));
    InetAddress client = request.client();
    if (client != null) {
      span.setAttribute(ClientAttributes.CLIENT_ADDRESS, client.getHostAddress());
    }
    if (request.peer() instanceof InetSocketAddress peer && peer.getAddress() != null) {
      span.setAttribute(NetworkAttributes.NETWORK_PEER_ADDRESS, peer.getAddress().getHostAddress());
      span.setAttribute(NetworkAttributes.NETWORK_PEER_PORT, (long) peer.getPort());
    }
    String authority = request.origin().authority();
    if (!authority.isEmpty()) {
      span.setAttribute(ServerAttributes.SERVER_ADDRESS, authority.replaceFirst(":[0-9]+$", ""));
    }
  }

  private static void addResponse(Span span, CompletedExchange exchange) {
    int status = exchange.status();
    Particulars.Refusal refusal = exchange.request().particulars().refusal();
    span.setAttribute(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, (long) status);
    span.setAttribute(BODY_SIZE, exchange.bytesSent());
    if (refusal != null) {
      span.setAttribute(ERROR_CODE, refusal.code());
    }
    if (status >= SERVER_ERROR) {
      span.setAttribute(ErrorAttributes.ERROR_TYPE, Integer.toString(status));
      span.setStatus(StatusCode.ERROR, refusal == null ? "" : refusal.message());
    }
  }
}
