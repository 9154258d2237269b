package io.stowage.registry.server.api;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Errors to responses: the only place that gives an error its status and headers. The switches are
 * exhaustive, so a new error does not compile until it has both.
 */
final class ErrorResponses {
  private final Locations locations;

  ErrorResponses(Locations locations) {
    this.locations = locations;
  }

  /** One response for these errors, with the status of the first (distribution-spec, "Errors"). */
  Response of(Request request, List<RegistryError> errors) {
    Headers.Builder headers = Headers.builder().add("Content-Type", "application/json");
    addHeaders(request, errors.getFirst(), headers);
    List<Map<String, Object>> entries = new ArrayList<>(errors.size());
    for (RegistryError error : errors) {
      entries.add(entry(error));
    }
    return new Response(
        status(errors.getFirst()),
        headers.build(),
        new ResponseBody.Bytes(Json.writeLine(Map.of("errors", entries))));
  }

  private static Map<String, Object> entry(RegistryError error) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("code", error.code().name());
    entry.put("message", error.message());
    Object detail = error.detail();
    if (detail != null) {
      entry.put("detail", detail);
    }
    return entry;
  }

  private static int status(RegistryError error) {
    return switch (error) {
      case RegistryError.DigestInvalid _,
          RegistryError.DigestMismatch _,
          RegistryError.NameInvalid _,
          RegistryError.TagInvalid _,
          RegistryError.SizeInvalid _,
          RegistryError.ManifestInvalid _,
          RegistryError.ManifestBlobUnknown _,
          RegistryError.PaginationNumberInvalid _,
          RegistryError.RangeMalformed _,
          RegistryError.RequestInvalid _ ->
          400;
      case RegistryError.Unauthorized _, RegistryError.LoginFailed _ -> 401;
      case RegistryError.ClassNotAllowed _, RegistryError.Denied _ -> 403;
      case RegistryError.NameUnknown _,
          RegistryError.BlobUnknown _,
          RegistryError.BlobUploadUnknown _,
          RegistryError.ManifestUnknown _,
          RegistryError.CredentialUnknown _,
          RegistryError.RouteUnknown _ ->
          404;
      case RegistryError.MethodUnsupported _, RegistryError.OperationDisabled _ -> 405;
      case RegistryError.PreconditionFailed _ -> 412;
      case RegistryError.ManifestTooLarge _, RegistryError.BodyTooLarge _ -> 413;
      case RegistryError.EncodingUnsupported _ -> 415;
      case RegistryError.RangeMismatch _, RegistryError.RangeNotSatisfiable _ -> 416;
      case RegistryError.TooManyRequests _ -> 429;
      case RegistryError.Internal _, RegistryError.StorageFailed _ -> 500;
      case RegistryError.Unavailable _ -> 503;
      case RegistryError.StorageFull _ -> 507;
    };
  }

  private void addHeaders(Request request, RegistryError error, Headers.Builder headers) {
    switch (error) {
      case RegistryError.MethodUnsupported(_, SortedSet<String> allowed) ->
          headers.add("Allow", String.join(", ", allowed));
      case RegistryError.OperationDisabled(_, SortedSet<String> allowed) ->
          headers.add("Allow", String.join(", ", allowed));
      case RegistryError.RangeMismatch mismatch ->
          UploadHandler.addProgress(
              headers,
              locations.upload(request, mismatch.repository(), mismatch.id()),
              mismatch.id(),
              mismatch.size());
      case RegistryError.RangeNotSatisfiable(_, long size) ->
          headers.add("Content-Range", "bytes */" + size);
      case RegistryError.Unauthorized(String challenge, _) ->
          headers.add("WWW-Authenticate", challenge);
      case RegistryError.LoginFailed(String challenge) ->
          headers.add("WWW-Authenticate", challenge);
      case RegistryError.TooManyRequests(_, Duration retryAfter) ->
          headers.add("Retry-After", seconds(retryAfter));
      case RegistryError.Unavailable(_, Duration retryAfter) ->
          headers.add("Retry-After", seconds(retryAfter));
      case RegistryError.BlobUnknown _,
          RegistryError.BlobUploadUnknown _,
          RegistryError.BodyTooLarge _,
          RegistryError.ClassNotAllowed _,
          RegistryError.CredentialUnknown _,
          RegistryError.Denied _,
          RegistryError.DigestInvalid _,
          RegistryError.DigestMismatch _,
          RegistryError.EncodingUnsupported _,
          RegistryError.Internal _,
          RegistryError.ManifestBlobUnknown _,
          RegistryError.ManifestInvalid _,
          RegistryError.ManifestTooLarge _,
          RegistryError.ManifestUnknown _,
          RegistryError.NameInvalid _,
          RegistryError.NameUnknown _,
          RegistryError.PaginationNumberInvalid _,
          RegistryError.PreconditionFailed _,
          RegistryError.RangeMalformed _,
          RegistryError.RequestInvalid _,
          RegistryError.RouteUnknown _,
          RegistryError.SizeInvalid _,
          RegistryError.StorageFailed _,
          RegistryError.StorageFull _,
          RegistryError.TagInvalid _ -> {}
    }
  }

  /** Whole seconds, rounded up: "0" would invite the client to come back at once. */
  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, duration.plusSeconds(1).minusNanos(1).toSeconds()));
  }
}
