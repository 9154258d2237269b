package io.stowage.registry.server.api;

import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.json.Json;
import io.stowage.registry.server.route.Percent;
import io.stowage.registry.server.route.Query;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.storage.Page;
import io.stowage.registry.storage.Repositories;
import io.stowage.registry.storage.TagStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v2/<name>/tags/list} (end-8) and {@code /v2/_catalog}: sorted pages of names. {@code
 * last} is exclusive and need not exist; a {@code Link} leads to the next page if there is one.
 */
final class ListHandler {
  private static final int CATALOG_DEFAULT = 100;

  private final TagStore tags;
  private final Repositories repositories;
  private final AccessGate gate;
  private final int maxCatalogEntries;
  private final int maxTags;

  ListHandler(
      TagStore tags,
      Repositories repositories,
      AccessGate gate,
      int maxCatalogEntries,
      int maxTags) {
    this.tags = tags;
    this.repositories = repositories;
    this.gate = gate;
    this.maxCatalogEntries = maxCatalogEntries;
    this.maxTags = maxTags;
  }

  Response tags(Route.TagList route, Exchange exchange) throws IOException {
    int limit = exchange.query().limit(Integer.MAX_VALUE, maxTags);
    Page<Tag> page = tags.list(route.repository(), last(exchange.query()), limit);
    List<String> names = page.items().stream().map(Tag::name).toList();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", route.repository().value());
    body.put("tags", names);
    return page(exchange, body, names, page.more(), limit);
  }

  Response catalog(Exchange exchange) throws IOException {
    int limit =
        exchange.query().limit(Math.min(CATALOG_DEFAULT, maxCatalogEntries), maxCatalogEntries);
    Page<RepositoryName> page =
        repositories.list(
            name -> gate.lists(exchange.caller(), name), last(exchange.query()), limit);
    List<String> names = page.items().stream().map(RepositoryName::value).toList();
    return page(exchange, Map.of("repositories", names), names, page.more(), limit);
  }

  private static @Nullable String last(Query query) {
    return query.first("last").filter(last -> !last.isEmpty()).orElse(null);
  }

  private Response page(
      Exchange exchange, Map<String, Object> body, List<String> names, boolean more, int limit) {
    Headers.Builder headers = Headers.builder().add("Content-Type", "application/json");
    if (more && limit > 0) {
      String next = "last=%s&n=%d".formatted(Percent.encode(names.getLast()), limit);
      headers.add("Link", Locations.nextPage(exchange.request(), next));
    }
    return new Response(200, headers.build(), new ResponseBody.Bytes(Json.writeLine(body)));
  }
}
