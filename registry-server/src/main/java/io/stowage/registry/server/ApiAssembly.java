package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.CorsSettings;
import io.stowage.registry.config.HttpSettings;
import io.stowage.registry.config.ManifestSettings;
import io.stowage.registry.config.RequestSettings;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.api.CrossOrigin;
import io.stowage.registry.server.api.Locations;
import io.stowage.registry.server.api.OpenUploads;
import io.stowage.registry.server.api.RegistryApi;
import io.stowage.registry.server.api.RequestLimits;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.HttpHandler;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.manifest.Manifest.Child;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.server.manifest.ManifestRules;
import io.stowage.registry.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The endpoints as they are configured. They are built anew from a changed configuration, and
 * swapped between two requests: one that is under way goes on with those that it began with.
 */
final class ApiAssembly implements HttpHandler, LivePart {
  private final Storage storage;
  private final OpenUploads openUploads;
  private final BooleanSupplier storageReadOnly;
  private final AccessAssembly.Door door;
  private final ManifestParser parser;
  private final NotificationsAssembly notifications;
  private final Locations locations;
  private final Locations locationsOfEvents;
  private final Supplier<Optional<RegistryError>> unavailability;
  private volatile HttpHandler current;

  /**
   * @param configuration at the start; where URLs point to stays as it is there
   * @param storageReadOnly whether the storage refuses changes now
   * @param notifications takes a configuration before this does
   * @param unavailability why nothing can be served now, if so; asked per request
   */
  ApiAssembly(
      Configuration configuration,
      Storage storage,
      BooleanSupplier storageReadOnly,
      AccessAssembly.Door door,
      ManifestParser parser,
      NotificationsAssembly notifications,
      Supplier<Optional<RegistryError>> unavailability) {
    this.storage = storage;
    this.openUploads = new OpenUploads(storage.uploads());
    this.storageReadOnly = storageReadOnly;
    this.notifications = notifications;
    this.door = door;
    this.parser = parser;
    HttpSettings http = configuration.http();
    this.locations = new Locations(origin(http), http.prefix());
    this.locationsOfEvents = new Locations(absoluteOrigin(http), http.prefix());
    this.unavailability = unavailability;
    this.current = endpoints(configuration);
  }

  @Override
  public Response handle(Request request) throws IOException {
    return current.handle(request);
  }

  @Override
  public boolean isShort(Request request) {
    return current.isShort(request);
  }

  @Override
  public List<String> keys() {
    return List.of(
        "storage.delete",
        READ_ONLY,
        "http.headers",
        "stowage.http.cors",
        "stowage.http.maxbodybytes",
        "stowage.http.maxranges",
        "stowage.uploads",
        "catalog",
        "tags",
        "validation",
        "stowage.validation",
        "stowage.manifests",
        "policy",
        "notifications",
        "stowage.notifications.headispull");
  }

  @Override
  public void take(Configuration next) {
    current = endpoints(next);
  }

  private HttpHandler endpoints(Configuration configuration) {
    return RegistryApi.over(
        storage,
        openUploads,
        door.gate(),
        door.users(),
        parser,
        settings(configuration),
        notifications.announcements(configuration, locationsOfEvents, parser));
  }

  private ApiSettings settings(Configuration configuration) {
    return new ApiSettings(
        configuration.storage().deleteEnabled(),
        configuration.storage().readOnly() || storageReadOnly.getAsBoolean(),
        rules(configuration.manifests()),
        configuration.manifests().maxBytes(),
        configuration.lists().maxCatalogEntries(),
        configuration.lists().maxTags(),
        limits(configuration.requests()),
        locations,
        crossOrigin(configuration.http().cors()),
        headers(configuration.http()),
        unavailability);
  }

  private static RequestLimits limits(RequestSettings settings) {
    return new RequestLimits(
        settings.maxBodyBytes(), settings.maxRanges(), settings.maxUploadsPerIdentity());
  }

  /** What every response carries, also one that no endpoint gave. */
  static Headers commonHeaders(HttpSettings settings) {
    return RegistryApi.commonHeaders(headers(settings));
  }

  private static Headers headers(HttpSettings settings) {
    Headers.Builder headers = Headers.builder();
    settings.headers().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    return headers.build();
  }

  private static CrossOrigin crossOrigin(CorsSettings settings) {
    return settings.allowedOrigins().isEmpty()
        ? CrossOrigin.NONE
        : CrossOrigin.allowing(settings.allowedOrigins(), settings.maxAge());
  }

  /** For URLs that can't be relative, whatever those in {@code Location} are. */
  static Locations.Origin absoluteOrigin(HttpSettings settings) {
    return settings.locations() instanceof io.stowage.registry.config.Locations.Fixed
        ? origin(settings)
        : Locations.Origin::ofConnection;
  }

  private static Locations.Origin origin(HttpSettings settings) {
    return switch (settings.locations()) {
      case io.stowage.registry.config.Locations.Relative _ -> request -> "";
      case io.stowage.registry.config.Locations.FromRequest _ -> Locations.Origin::ofConnection;
      case io.stowage.registry.config.Locations.Fixed fixed -> {
        String base = fixed.base().toString().replaceAll("/+$", "");
        yield request -> base;
      }
    };
  }

  private static ManifestRules rules(ManifestSettings settings) {
    return new ManifestRules(
        settings.missingLayers() == ManifestSettings.MissingLayers.REFUSE,
        childRequired(settings.indexChildren()),
        settings.layerUrls()::permits,
        settings.classes());
  }

  private static Predicate<Child> childRequired(ManifestSettings.IndexChildren children) {
    return switch (children) {
      case ManifestSettings.IndexChildren.All _ -> child -> true;
      case ManifestSettings.IndexChildren.None _ -> child -> false;
      case ManifestSettings.IndexChildren.Of of ->
          ManifestRules.Platform.anyOf(
              of.platforms().stream()
                  .map(named -> new ManifestRules.Platform(named.architecture(), named.os()))
                  .collect(Collectors.toSet()));
    };
  }
}
