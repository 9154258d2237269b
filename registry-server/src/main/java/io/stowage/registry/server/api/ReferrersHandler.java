package io.stowage.registry.server.api;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.json.Json;
import io.stowage.registry.server.manifest.Manifest;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.server.route.Percent;
import io.stowage.registry.server.route.Query;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.storage.ManifestStore;
import io.stowage.registry.storage.Page;
import io.stowage.registry.storage.Referrer;
import io.stowage.registry.storage.Referrers;
import io.stowage.registry.storage.StoredManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v2/<name>/referrers/<digest>} (end-12): an index of the manifests that name this one as
 * their subject. Never 404: what nobody refers to has an empty list. A page holds at most {@value
 * #MAX_PAGE_BYTES} bytes of descriptors, so that no client has to take more than a manifest's
 * worth.
 */
final class ReferrersHandler {
  private static final int MAX_PAGE_BYTES = 4 * 1024 * 1024 - 1024;
  private static final int MAX_ENTRIES = 1000;
  private static final int BATCH = 100;
  private static final String FILTER = "artifactType";

  private final Referrers referrers;
  private final ManifestStore manifests;
  private final ManifestParser parser;

  ReferrersHandler(Referrers referrers, ManifestStore manifests, ManifestParser parser) {
    this.referrers = referrers;
    this.manifests = manifests;
    this.parser = parser;
  }

  Response list(Route.ReferrerList route, Exchange exchange) throws IOException {
    Set<String> types = new LinkedHashSet<>(exchange.query().all(FILTER));
    types.remove("");
    int limit = exchange.query().limit(MAX_ENTRIES, MAX_ENTRIES);
    String after = exchange.query().first("last").orElse(null);
    Collected page = collect(route, types, after, limit);
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("schemaVersion", 2);
    index.put("mediaType", MediaType.OCI_INDEX.value());
    index.put("manifests", page.descriptors);
    Headers.Builder headers = Headers.builder().add("Content-Type", MediaType.OCI_INDEX.value());
    if (!types.isEmpty()) {
      headers.add("OCI-Filters-Applied", FILTER);
    }
    if (page.more && page.last != null) {
      headers.add("Link", link(exchange, types, page.last));
    }
    return new Response(200, headers.build(), new ResponseBody.Bytes(Json.write(index)));
  }

  private Collected collect(
      Route.ReferrerList route, Set<String> types, @Nullable String after, int limit)
      throws IOException {
    Collected page = new Collected();
    String cursor = after;
    while (page.descriptors.size() < limit) {
      int wanted = Math.min(BATCH, limit - page.descriptors.size());
      Page<Referrer> batch =
          referrers.list(route.repository(), route.subject(), types, cursor, wanted);
      for (Referrer referrer : batch.items()) {
        Optional<Map<String, Object>> descriptor = describe(route.repository(), referrer.digest());
        if (descriptor.isPresent() && !page.add(descriptor.get())) {
          page.more = true;
          return page;
        }
        page.last = referrer.cursor();
      }
      page.more = batch.more();
      if (!batch.more() || page.last == null) {
        return page;
      }
      cursor = page.last;
    }
    return page;
  }

  /** The descriptor of a referrer (distribution-spec, "Listing Referrers"); empty if it is gone. */
  private Optional<Map<String, Object>> describe(RepositoryName repository, Digest digest)
      throws IOException {
    Optional<StoredManifest> stored = manifests.find(repository, digest);
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    Manifest manifest = parser.parse(stored.get().bytes());
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("mediaType", manifest.mediaType().value());
    descriptor.put("digest", digest.toString());
    descriptor.put("size", stored.get().bytes().length);
    String artifactType = manifest.artifactType();
    if (artifactType != null) {
      descriptor.put("artifactType", artifactType);
    }
    if (!manifest.annotations().isEmpty()) {
      descriptor.put("annotations", manifest.annotations());
    }
    return Optional.of(descriptor);
  }

  private String link(Exchange exchange, Set<String> types, String cursor) {
    StringBuilder query = new StringBuilder();
    for (String type : types) {
      query.append(FILTER).append('=').append(Percent.encode(type)).append('&');
    }
    query.append("last=").append(Percent.encode(cursor));
    numberOf(exchange.query()).ifPresent(n -> query.append("&n=").append(n));
    return Locations.nextPage(exchange.request(), query.toString());
  }

  private static Optional<Integer> numberOf(Query query) {
    return query.first("n").map(_ -> query.limit(MAX_ENTRIES, MAX_ENTRIES));
  }

  /** A page that grows up to its limit of bytes. */
  private static final class Collected {
    private final List<Map<String, Object>> descriptors = new ArrayList<>();
    private long bytes;
    private boolean more;
    private @Nullable String last;

    /** Whether the descriptor still fitted; the first one always does. */
    boolean add(Map<String, Object> descriptor) {
      int length = Json.write(descriptor).length;
      if (!descriptors.isEmpty() && bytes + length > MAX_PAGE_BYTES) {
        return false;
      }
      bytes += length + 1;
      return descriptors.add(descriptor);
    }
  }
}
