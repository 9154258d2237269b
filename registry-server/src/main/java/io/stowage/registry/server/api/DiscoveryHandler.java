package io.stowage.registry.server.api;

import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.json.Json;
import java.util.List;
import java.util.Map;

/**
 * {@code _oci/ext/discover}: which extensions there are (distribution-spec, extensions/_oci.md).
 */
final class DiscoveryHandler {
  private static final byte[] EXTENSIONS =
      Json.writeLine(
          Map.of(
              "extensions",
              List.of(
                  Map.of(
                      "name",
                      "_oci",
                      "url",
                      "https://github.com/opencontainers/distribution-spec/blob/main/extensions/_oci.md",
                      "description",
                      "Discovery of extensions",
                      "endpoints",
                      List.of("_oci/ext/discover")))));

  Response discover() {
    return new Response(
        200, Headers.of("Content-Type", "application/json"), new ResponseBody.Bytes(EXTENSIONS));
  }
}
