package io.stowage.registry.server.api;

import io.stowage.registry.access.CredentialService;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.HttpHandler;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.server.route.Router;
import io.stowage.registry.storage.Storage;
import org.jspecify.annotations.Nullable;

/** Builds the endpoints over a storage and a gate. */
public final class RegistryApi {
  private static final Headers OURS =
      Headers.builder()
          .add("Docker-Distribution-API-Version", "registry/2.0")
          .add("X-Content-Type-Options", "nosniff")
          .add("Content-Security-Policy", "sandbox")
          .build();

  private RegistryApi() {}

  /**
   * What every response of the registry carries, also one that no handler gave. What is configured
   * stands in for ours of the same name, with all its values.
   */
  public static Headers commonHeaders(Headers configured) {
    return OURS.toBuilderWithout(configured).addAll(configured).build();
  }

  /**
   * What a registry with users of its own has besides.
   *
   * @param tokens gives out tokens
   * @param credentials what users and robots show in place of a password
   */
  public record OwnUsers(TokenHandler tokens, CredentialService credentials) {}

  /** The handler of all requests, where there are no users of our own. */
  public static HttpHandler over(
      Storage storage, AccessGate gate, ManifestParser parser, ApiSettings settings) {
    return over(storage, gate, null, parser, settings);
  }

  /**
   * The handler of all requests, where nobody listens to what happens.
   *
   * @param users null where there are none of our own
   */
  public static HttpHandler over(
      Storage storage,
      AccessGate gate,
      @Nullable OwnUsers users,
      ManifestParser parser,
      ApiSettings settings) {
    return over(
        storage,
        new OpenUploads(storage.uploads()),
        gate,
        users,
        parser,
        settings,
        Announcements.NONE);
  }

  /**
   * The handler of all requests.
   *
   * @param openUploads counts the uploads of this storage
   * @param users null where there are none of our own
   */
  public static HttpHandler over(
      Storage storage,
      OpenUploads openUploads,
      AccessGate gate,
      @Nullable OwnUsers users,
      ManifestParser parser,
      ApiSettings settings,
      Announcements announcements) {
    Locations locations = settings.locations();
    Headers configured = settings.crossOrigin().sound(settings.headers());
    DeletePolicy deletes = new DeletePolicy(settings.deleteEnabled());
    Uploaders uploaders = new Uploaders();
    Dispatcher.Handlers handlers =
        new Dispatcher.Handlers(
            new UploadHandler(
                storage.blobs(),
                storage.uploads(),
                openUploads,
                uploaders,
                gate,
                locations,
                announcements),
            new BlobHandler(storage.blobs(), uploaders, deletes, announcements),
            new ManifestHandler(
                storage.manifests(),
                storage.tags(),
                parser,
                settings.rules(),
                settings.maxManifestBytes(),
                deletes,
                gate,
                locations,
                announcements),
            new ListHandler(
                storage.tags(),
                storage.repositories(),
                gate,
                settings.maxCatalogEntries(),
                settings.maxTags()),
            new ReferrersHandler(storage.referrers(), storage.manifests(), parser),
            new DiscoveryHandler(),
            users == null ? null : users.tokens,
            users == null ? null : new CredentialHandler(users.credentials, gate, locations));
    return new Dispatcher(
        new Router(locations.prefix()),
        gate,
        settings.unavailability(),
        settings.readOnly(),
        handlers,
        settings.limits(),
        new ErrorResponses(locations),
        settings.crossOrigin().beside(configured),
        commonHeaders(configured));
  }
}
