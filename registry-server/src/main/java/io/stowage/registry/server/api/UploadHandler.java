package io.stowage.registry.server.api;

import io.stowage.registry.access.Action;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.ByteRange;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.BlobStore;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.storage.Uploads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v2/<name>/blobs/uploads/}: push a blob in one request, in two, in chunks or as a stream,
 * or mount it from another repository (end-4, 5, 6, 11, 13, 14).
 *
 * <p>What arrives is hashed and written while it arrives; a body that ends early leaves what came,
 * and the client asks where to go on.
 */
final class UploadHandler {
  private final BlobStore blobs;
  private final Uploads uploads;
  private final OpenUploads openUploads;
  private final Uploaders uploaders;
  private final AccessGate gate;
  private final Locations locations;
  private final Announcements announcements;

  UploadHandler(
      BlobStore blobs,
      Uploads uploads,
      OpenUploads openUploads,
      Uploaders uploaders,
      AccessGate gate,
      Locations locations,
      Announcements announcements) {
    this.blobs = blobs;
    this.uploads = uploads;
    this.openUploads = openUploads;
    this.uploaders = uploaders;
    this.gate = gate;
    this.locations = locations;
    this.announcements = announcements;
  }

  Response start(Route.UploadStart route, Exchange exchange) throws IOException {
    RepositoryName repository = route.repository();
    Optional<BlobContent> mounted = mount(repository, exchange);
    if (mounted.isPresent()) {
      return created(exchange.request(), repository, mounted.get());
    }
    Optional<Digest> digest = exchange.query().first("digest").map(Digest::parse);
    DigestAlgorithm algorithm =
        algorithm(exchange, digest.map(Digest::algorithm).orElse(DigestAlgorithm.SHA256));
    UploadId id = UploadId.randomOf(exchange.caller().identity().user());
    if (digest.isPresent()) {
      return single(repository, id, exchange, algorithm, digest.get());
    }
    RequestBodies.requireEmpty(exchange.request());
    begin(repository, id, exchange, algorithm).close();
    return progress(202, exchange.request(), repository, id, 0);
  }

  /**
   * A whole blob in one POST. A client that sends the digest and no bytes wants to send them later.
   * An upload that fails is dropped: nobody was told its id.
   */
  private Response single(
      RepositoryName repository,
      UploadId id,
      Exchange exchange,
      DigestAlgorithm algorithm,
      Digest digest)
      throws IOException {
    Request request = exchange.request();
    requireIdentityEncoding(request);
    try (UploadSession session = begin(repository, id, exchange, algorithm)) {
      try {
        append(session, request, null, repository);
        return session.size() == 0 && !DigestVerifier.isOfNothing(digest)
            ? progress(202, request, repository, id, 0)
            : pushed(exchange, repository, session.commit(digest));
      } catch (IOException | RuntimeException e) {
        drop(repository, id, e);
        throw e;
      }
    }
  }

  /** Starts an upload, which counts for the caller until it ends. */
  private UploadSession begin(
      RepositoryName repository, UploadId id, Exchange exchange, DigestAlgorithm algorithm)
      throws IOException {
    openUploads.begin(exchange, id);
    try {
      return uploads.start(repository, id, algorithm);
    } catch (IOException | RuntimeException | Error e) {
      openUploads.ended(id);
      throw e;
    }
  }

  private void drop(RepositoryName repository, UploadId id, Exception cause) {
    try {
      uploads.cancel(repository, id);
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e); // the sweeper will drop it
    }
  }

  /** An upload is its owner's: to everybody else it doesn't exist (security case IS-5). */
  Response handle(Route.Upload route, Exchange exchange) throws IOException {
    if (!route.id().belongsTo(exchange.caller().identity().user())) {
      throw new RegistryException(new RegistryError.BlobUploadUnknown(route.id().value()));
    }
    return switch (exchange.method()) {
      case GET, HEAD -> status(route, exchange.request());
      case PATCH -> chunk(route, exchange.request());
      case PUT -> finish(route, exchange);
      case DELETE -> cancel(route);
      case OPTIONS, POST -> throw new IllegalArgumentException("method: " + exchange.method());
    };
  }

  private Response status(Route.Upload route, Request request) throws IOException {
    return progress(
        204, request, route.repository(), route.id(), uploads.size(route.repository(), route.id()));
  }

  private Response chunk(Route.Upload route, Request request) throws IOException {
    requireIdentityEncoding(request);
    ByteRange range = ContentRangeHeader.of(request).orElse(null);
    try (UploadSession session = uploads.open(route.repository(), route.id())) {
      append(session, request, range, route.repository());
      return progress(202, request, route.repository(), route.id(), session.size());
    }
  }

  private Response finish(Route.Upload route, Exchange exchange) throws IOException {
    requireIdentityEncoding(exchange.request());
    Digest digest =
        Digest.parse(
            exchange
                .query()
                .first("digest")
                .orElseThrow(
                    () ->
                        new RegistryException(
                            new RegistryError.DigestInvalid(
                                "", "the parameter digest is missing"))));
    ByteRange range = ContentRangeHeader.of(exchange.request()).orElse(null);
    try (UploadSession session = uploads.open(route.repository(), route.id())) {
      append(session, exchange.request(), range, route.repository());
      return pushed(exchange, route.repository(), session.commit(digest));
    }
  }

  private Response cancel(Route.Upload route) throws IOException {
    uploads.cancel(route.repository(), route.id());
    return Response.of(204, Headers.of("Docker-Upload-UUID", route.id().value()));
  }

  /**
   * The blob of another repository, if it was asked for, is there, and the caller may read it. What
   * can't exist isn't there: the answer is a plain upload, as it is from distribution.
   */
  private Optional<BlobContent> mount(RepositoryName to, Exchange exchange) throws IOException {
    Optional<Digest> digest = exchange.query().first("mount").flatMap(Digest::find);
    if (digest.isEmpty()) {
      return Optional.empty();
    }
    Predicate<RepositoryName> readable = name -> gate.allows(exchange.caller(), Action.PULL, name);
    String from = exchange.query().first("from").orElse("");
    RepositoryName source = RepositoryName.find(from).filter(readable).orElse(null);
    if (source == null && !from.isEmpty()) {
      return Optional.empty();
    }
    Optional<BlobContent> mounted =
        source == null
            ? blobs.mountFromAny(readable, to, digest.get())
            : blobs.mount(source, to, digest.get());
    mounted.ifPresent(blob -> announcements.blobMounted(exchange, to, blob, source));
    return mounted;
  }

  private static DigestAlgorithm algorithm(Exchange exchange, DigestAlgorithm ifAbsent) {
    Optional<String> wanted = exchange.query().first("digest-algorithm");
    if (wanted.isEmpty()) {
      return ifAbsent;
    }
    return DigestAlgorithm.find(wanted.get())
        .orElseThrow(
            () ->
                new RegistryException(
                    new RegistryError.DigestInvalid(
                        wanted.get(),
                        "digest-algorithm is one of " + DigestAlgorithm.identifiers())));
  }

  private static void append(
      UploadSession session, Request request, @Nullable ByteRange range, RepositoryName repository)
      throws IOException {
    if (range != null && range.first() != session.size()) {
      throw new RegistryException(
          new RegistryError.RangeMismatch(
              repository,
              session.id(),
              session.size(),
              "the chunk starts at %d, the upload goes on at %d"
                  .formatted(range.first(), session.size())));
    }
    long received = 0;
    for (ByteBuffer chunk = request.body().next(); chunk != null; chunk = request.body().next()) {
      received += chunk.remaining();
      requireWithin(range, received);
      session.append(chunk);
    }
    if (range != null && received != range.length()) {
      throw new RegistryException(new RegistryError.SizeInvalid(range.length(), received));
    }
  }

  private static void requireWithin(@Nullable ByteRange range, long received) {
    if (range != null && received > range.length()) {
      throw new RegistryException(new RegistryError.SizeInvalid(range.length(), received));
    }
  }

  /** Bytes are stored as they are sent: what is encoded would have another digest than its blob. */
  private static void requireIdentityEncoding(Request request) {
    for (String encoding : request.headers().all("Content-Encoding")) {
      if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
        throw new RegistryException(new RegistryError.EncodingUnsupported(encoding));
      }
    }
  }

  private Response pushed(Exchange exchange, RepositoryName repository, BlobContent blob) {
    uploaders.brought(exchange, repository, blob.digest());
    announcements.blobPushed(exchange, repository, blob);
    return created(exchange.request(), repository, blob);
  }

  private Response created(Request request, RepositoryName repository, BlobContent blob) {
    return Response.of(
        201,
        Headers.builder()
            .add("Location", locations.blob(request, repository, blob.digest()))
            .add("Docker-Content-Digest", blob.digest().toString())
            .build());
  }

  private Response progress(
      int status, Request request, RepositoryName repository, UploadId id, long size) {
    Headers.Builder headers = Headers.builder();
    addProgress(headers, locations.upload(request, repository, id), id, size);
    return Response.of(status, headers.build());
  }

  /** Where an upload stands, so that a client can go on with it. */
  static void addProgress(Headers.Builder headers, String location, UploadId id, long size) {
    headers
        .add("Location", location)
        .add("Range", "0-" + Math.max(0, size - 1))
        .add("Docker-Upload-UUID", id.value());
  }
}
