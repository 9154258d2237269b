package io.stowage.registry.server.api;

import io.stowage.registry.access.Action;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.http.ClientGoneException;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.HttpHandler;
import io.stowage.registry.server.http.Particulars;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Query;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.server.route.Router;
import io.stowage.registry.storage.StorageFaultException;
import io.stowage.registry.storage.StorageFullException;
import io.stowage.registry.storage.StorageReadOnlyException;
import io.stowage.registry.thread.WouldBlockException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads each request through router and gate to its handler, and every failure to its response: the
 * only place that catches a {@link RegistryException}. Adds the headers that all responses have.
 */
public final class Dispatcher implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final ResponseBody EMPTY_OBJECT =
      new ResponseBody.Bytes("{}".getBytes(StandardCharsets.US_ASCII));

  private static final Set<Method> READING = Set.of(Method.GET, Method.HEAD, Method.OPTIONS);

  /** Those whose requests have no body, whatever the route (RFC 9110, section 9.3). */
  private static final Set<Method> BODILESS =
      Set.of(Method.DELETE, Method.GET, Method.HEAD, Method.OPTIONS);

  private final Router router;
  private final AccessGate gate;
  private final Supplier<Optional<RegistryError>> unavailability;
  private final boolean readOnly;
  private final Handlers handlers;
  private final RequestLimits limits;
  private final ErrorResponses errors;
  private final CrossOrigin crossOrigin;
  private final Headers common;

  /**
   * @param unavailability why nothing under {@code /v2/} can be served now, if so
   * @param readOnly whether nothing of any repository may change
   * @param limits how much one request may ask for
   * @param crossOrigin which web pages may read responses
   * @param common the headers of every response
   */
  Dispatcher(
      Router router,
      AccessGate gate,
      Supplier<Optional<RegistryError>> unavailability,
      boolean readOnly,
      Handlers handlers,
      RequestLimits limits,
      ErrorResponses errors,
      CrossOrigin crossOrigin,
      Headers common) {
    this.router = router;
    this.gate = gate;
    this.unavailability = unavailability;
    this.readOnly = readOnly;
    this.handlers = handlers;
    this.limits = limits;
    this.errors = errors;
    this.crossOrigin = crossOrigin;
    this.common = common;
  }

  /**
   * One handler for each resource.
   *
   * @param tokens null where no tokens are given out
   * @param credentials null where none are kept
   */
  record Handlers(
      UploadHandler uploads,
      BlobHandler blobs,
      ManifestHandler manifests,
      ListHandler lists,
      ReferrersHandler referrers,
      DiscoveryHandler discovery,
      @Nullable TokenHandler tokens,
      @Nullable CredentialHandler credentials) {}

  /** Pulls. Everything else is rarer, or takes longer. */
  @Override
  public boolean isShort(Request request) {
    String path = request.path();
    return (request.method().equals("GET") || request.method().equals("HEAD"))
        && (path.contains("/manifests/")
            || (path.contains("/blobs/") && !path.contains("/blobs/uploads/")));
  }

  @Override
  public Response handle(Request request) throws ClientGoneException {
    Response answer = answer(request);
    return answer.withHeadersFirst(besides(answer.headers(), request));
  }

  /** What a response says of itself counts more than what is configured for all. */
  private Headers besides(Headers own, Request request) {
    return common
        .toBuilderWithout(own)
        .add("X-Request-Id", request.id())
        .addAll(crossOrigin.headers(request))
        .build();
  }

  private Response answer(Request request) throws ClientGoneException {
    try {
      return dispatch(request);
    } catch (RegistryException e) {
      LOG.debug("{} {} {}: {}", request.id(), request.method(), request.path(), e.getMessage());
      return refuse(request, e.errors());
    } catch (ClientGoneException e) {
      throw e;
    } catch (StorageFullException e) {
      LOG.error("{} {} {}: {}", request.id(), request.method(), request.path(), e.getMessage());
      return refuse(request, List.of(new RegistryError.StorageFull()));
    } catch (StorageReadOnlyException e) {
      LOG.warn("{} {} {}: {}", request.id(), request.method(), request.path(), e.getMessage());
      return refuse(
          request, List.of(new RegistryError.Denied("the registry's volume is read-only")));
    } catch (IOException e) {
      return StorageFaultException.Fault.of(e)
          .map(fault -> refuse(request, e, fault))
          .orElseGet(() -> fail(request, e));
    } catch (WouldBlockException attempted) {
      throw attempted;
    } catch (RuntimeException e) {
      return fail(request, e);
    }
  }

  private Response refuse(Request request, IOException failure, StorageFaultException.Fault fault) {
    LOG.error("{} {} {} failed", request.id(), request.method(), request.path(), failure);
    return refuse(request, List.of(new RegistryError.StorageFailed(fault.words(), request.id())));
  }

  private Response fail(Request request, Exception failure) {
    LOG.error("{} {} {} failed", request.id(), request.method(), request.path(), failure);
    return refuse(request, List.of(new RegistryError.Internal(request.id())));
  }

  private Response refuse(Request request, List<RegistryError> reasons) {
    RegistryError first = reasons.getFirst();
    Object detail = first.detail();
    request
        .particulars()
        .refused(
            new Particulars.Refusal(
                first.code().name(), first.message(), detail == null ? "" : detail.toString()));
    return errors.of(request, reasons);
  }

  private Response dispatch(Request request) throws IOException {
    Route route = router.parse(request.method(), request.path());
    request.particulars().about(route.resource(), route::variables);
    if (crossOrigin.isPreflight(request)) {
      return crossOrigin.preflight(request, route);
    }
    Optional<Method> method = Method.find(request.method());
    Action action = method.map(route.actions()::get).orElse(null);
    if (method.isEmpty() || action == null) {
      throw new RegistryException(
          new RegistryError.MethodUnsupported(request.method(), route.allowed()));
    }
    if (!(route instanceof Route.Root)) {
      requireAvailable();
    }
    if (readOnly && route.repository() != null && !READING.contains(method.get())) {
      throw new RegistryException(
          new RegistryError.OperationDisabled("the registry is read-only", reading(route)));
    }
    Query query = Query.parse(request.query());
    Authentication caller = gate.admit(request, need(route, method.get(), action, query));
    request.particulars().askedBy(caller.identity().user());
    if (BODILESS.contains(method.get()) || route instanceof Route.Base) {
      RequestBodies.requireEmpty(request);
    }
    Exchange exchange = new Exchange(request, method.get(), query, caller, limits);
    return method.get() == Method.OPTIONS ? options(route) : handle(route, exchange);
  }

  /** A mount reads from another repository, which a client's token had better cover. */
  private static AccessGate.Need need(Route route, Method method, Action action, Query query) {
    List<RepositoryName> sources =
        route instanceof Route.UploadStart
                && method == Method.POST
                && query.first("mount").isPresent()
            ? query.first("from").flatMap(RepositoryName::find).stream().toList()
            : List.of();
    return new AccessGate.Need(action, route.instead(method), route.repository(), sources);
  }

  private void requireAvailable() {
    Optional<RegistryError> reason = unavailability.get();
    if (reason.isPresent()) {
      throw new RegistryException(reason.get());
    }
  }

  private static SortedSet<String> reading(Route route) {
    SortedSet<String> allowed = route.allowed();
    allowed.removeIf(name -> READING.stream().noneMatch(method -> method.name().equals(name)));
    return allowed;
  }

  private Response handle(Route route, Exchange exchange) throws IOException {
    return switch (route) {
      case Route.Root _ -> Response.of(200, Headers.of("Cache-Control", "no-cache"));
      case Route.Base _ -> base();
      case Route.Catalog _ -> handlers.lists.catalog(exchange);
      case Route.Token _ -> token(exchange);
      case Route.PersonalTokens _ -> credentials(exchange).tokens(exchange);
      case Route.PersonalToken token -> credentials(exchange).token(token, exchange);
      case Route.Robots _ -> credentials(exchange).robots(exchange);
      case Route.Robot robot -> credentials(exchange).robot(robot, exchange);
      case Route.Discovery _ -> handlers.discovery.discover();
      case Route.TagList list -> handlers.lists.tags(list, exchange);
      case Route.Manifest manifest -> handlers.manifests.handle(manifest, exchange);
      case Route.Blob blob -> handlers.blobs.handle(blob, exchange);
      case Route.UploadStart start -> handlers.uploads.start(start, exchange);
      case Route.Upload upload -> handlers.uploads.handle(upload, exchange);
      case Route.ReferrerList list -> handlers.referrers.list(list, exchange);
    };
  }

  private Response token(Exchange exchange) throws IOException {
    if (handlers.tokens == null) {
      throw new RegistryException(new RegistryError.RouteUnknown(exchange.request().path()));
    }
    return handlers.tokens.handle(exchange);
  }

  private CredentialHandler credentials(Exchange exchange) {
    if (handlers.credentials == null) {
      throw new RegistryException(new RegistryError.RouteUnknown(exchange.request().path()));
    }
    return handlers.credentials;
  }

  private static Response base() {
    return new Response(200, Headers.of("Content-Type", "application/json"), EMPTY_OBJECT);
  }

  private static Response options(Route route) {
    return Response.of(200, Headers.of("Allow", String.join(", ", route.allowed())));
  }
}
