package io.stowage.registry.server.api;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.ByteRange;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.BlobStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code /v2/<name>/blobs/<digest>}: pull a blob or parts of it (end-2), delete it (end-10). */
final class BlobHandler {
  private final BlobStore blobs;
  private final Uploaders uploaders;
  private final DeletePolicy deletes;
  private final Announcements announcements;

  BlobHandler(
      BlobStore blobs, Uploaders uploaders, DeletePolicy deletes, Announcements announcements) {
    this.blobs = blobs;
    this.uploaders = uploaders;
    this.deletes = deletes;
    this.announcements = announcements;
  }

  Response handle(Route.Blob route, Exchange exchange) throws IOException {
    return exchange.method() == Method.DELETE ? delete(route, exchange) : pull(route, exchange);
  }

  private Response pull(Route.Blob route, Exchange exchange) throws IOException {
    Request request = exchange.request();
    announcements.beforePull(exchange);
    BlobContent blob = look(route, exchange).orElseThrow(() -> unknown(route.digest()));
    Headers.Builder headers =
        Headers.builder()
            .add("Accept-Ranges", "bytes")
            .add("Cache-Control", "max-age=31536000")
            .add("Docker-Content-Digest", route.digest().toString())
            .add("ETag", Conditions.entityTag(route.digest()));
    if (Conditions.isNotModified(request.headers(), route.digest())) {
      return Response.of(304, headers.build());
    }
    Response content = content(exchange, blob, headers);
    announcements.blobPulled(exchange, route.repository(), blob);
    return content;
  }

  private static Response content(Exchange exchange, BlobContent blob, Headers.Builder headers) {
    Request request = exchange.request();
    return switch (range(request, blob, exchange.limits().maxRanges())) {
      case RangeHeader.Whole _ -> whole(blob, headers);
      case RangeHeader.Unsatisfiable _ ->
          throw new RegistryException(
              new RegistryError.RangeNotSatisfiable(
                  request.headers().first("Range").orElse(""), blob.size()));
      case RangeHeader.Parts(List<ByteRange> ranges) when ranges.size() == 1 ->
          single(blob, ranges.getFirst(), headers);
      case RangeHeader.Parts(List<ByteRange> ranges) ->
          multiple(blob, ranges, request.id(), headers);
    };
  }

  /** HEAD is how pushers ask what they need not send, so they must be able to rely on it. */
  private Optional<BlobContent> look(Route.Blob route, Exchange exchange) throws IOException {
    if (!exchange.request().method().equals("HEAD")) {
      return blobs.find(route.repository(), route.digest());
    }
    if (!uploaders.looksAfterwards(exchange, route.repository(), route.digest())) {
      return blobs.confirm(route.repository(), route.digest());
    }
    Optional<BlobContent> blob = blobs.find(route.repository(), route.digest());
    uploaders.looked(exchange, route.repository(), route.digest());
    return blob;
  }

  /** A range counts only for GET (RFC 9110, section 14.2), so HEAD tells of the whole. */
  private static RangeHeader range(Request request, BlobContent blob, int most) {
    if (!request.method().equals("GET")
        || !Conditions.rangeApplies(request.headers(), blob.digest())) {
      return new RangeHeader.Whole();
    }
    return request
        .headers()
        .first("Range")
        .map(header -> RangeHeader.parse(header, blob.size(), most))
        .orElseGet(RangeHeader.Whole::new);
  }

  private static Response whole(BlobContent blob, Headers.Builder headers) {
    headers.add("Content-Type", MediaType.OCTET_STREAM.value());
    return new Response(200, headers.build(), new ResponseBody.Slice(blob::open, 0, blob.size()));
  }

  private static Response single(BlobContent blob, ByteRange range, Headers.Builder headers) {
    headers
        .add("Content-Type", MediaType.OCTET_STREAM.value())
        .add("Content-Range", "bytes %s/%d".formatted(range, blob.size()));
    return new Response(206, headers.build(), slice(blob, range));
  }

  /** Several ranges as {@code multipart/byteranges} (RFC 9110, section 14.6). */
  private static Response multiple(
      BlobContent blob, List<ByteRange> ranges, String boundary, Headers.Builder headers) {
    List<ResponseBody> parts = new ArrayList<>(2 * ranges.size() + 1);
    for (ByteRange range : ranges) {
      parts.add(
          text(
              "%s--%s\r\nContent-Type: %s\r\nContent-Range: bytes %s/%d\r\n\r\n"
                  .formatted(
                      parts.isEmpty() ? "" : "\r\n",
                      boundary,
                      MediaType.OCTET_STREAM,
                      range,
                      blob.size())));
      parts.add(slice(blob, range));
    }
    parts.add(text("\r\n--" + boundary + "--\r\n"));
    headers.add("Content-Type", "multipart/byteranges; boundary=" + boundary);
    return new Response(206, headers.build(), new ResponseBody.Sequence(parts));
  }

  private Response delete(Route.Blob route, Exchange exchange) throws IOException {
    deletes.require(route);
    if (!blobs.delete(route.repository(), route.digest())) {
      throw unknown(route.digest());
    }
    announcements.blobDeleted(exchange, route.repository(), route.digest());
    return Response.of(202, Headers.EMPTY);
  }

  private static ResponseBody slice(BlobContent blob, ByteRange range) {
    return new ResponseBody.Slice(blob::open, range.first(), range.length());
  }

  private static ResponseBody text(String text) {
    return new ResponseBody.Bytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static RegistryException unknown(Digest digest) {
    return new RegistryException(new RegistryError.BlobUnknown(digest));
  }
}
