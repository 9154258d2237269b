package io.stowage.registry.server;

import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.server.json.Json;
import io.stowage.registry.server.json.JsonException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the bodies of responses say. */
final class Bodies {
  private Bodies() {}

  record Errors(List<ErrorEntry> errors) {}

  record ErrorEntry(String code, String message, @Nullable Object detail) {
    String detailText() {
      return String.valueOf(detail);
    }
  }

  record Tags(String name, List<String> tags) {}

  record Catalog(List<String> repositories) {}

  record Index(int schemaVersion, String mediaType, List<DescriptorEntry> manifests) {
    List<String> digests() {
      return manifests.stream().map(DescriptorEntry::digest).toList();
    }
  }

  record DescriptorEntry(
      String mediaType,
      String digest,
      long size,
      @Nullable String artifactType,
      @Nullable Map<String, String> annotations) {}

  static Errors errors(WireResponse response) {
    return read(response, Errors.class);
  }

  static List<String> tags(WireResponse response) {
    return read(response, Tags.class).tags();
  }

  static List<String> repositories(WireResponse response) {
    return read(response, Catalog.class).repositories();
  }

  static Index index(WireResponse response) {
    return read(response, Index.class);
  }

  private static <T> T read(WireResponse response, Class<T> type) {
    try {
      return Json.read(response.body(), type);
    } catch (JsonException e) {
      throw new AssertionError(response.statusLine() + ": no JSON: " + response.text(), e);
    }
  }
}
