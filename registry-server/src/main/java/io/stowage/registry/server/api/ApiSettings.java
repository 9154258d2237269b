package io.stowage.registry.server.api;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.manifest.ManifestRules;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What an operator may choose about the endpoints.
 *
 * @param deleteEnabled whether tags, manifests and blobs may be deleted
 * @param readOnly whether nothing of any repository may change
 * @param rules what is demanded of manifests
 * @param maxManifestBytes the largest accepted manifest
 * @param maxCatalogEntries the largest page of the catalog
 * @param maxTags the largest page of a list of tags that asks for a size
 * @param limits how much one request, or one client, may ask for
 * @param locations where everything stands, and how URLs are given out
 * @param crossOrigin which web pages may use the registry
 * @param headers what every response carries besides our own fields
 * @param unavailability why nothing under {@code /v2/} can be served now, if so; asked per request
 */
public record ApiSettings(
    boolean deleteEnabled,
    boolean readOnly,
    ManifestRules rules,
    int maxManifestBytes,
    int maxCatalogEntries,
    int maxTags,
    RequestLimits limits,
    Locations locations,
    CrossOrigin crossOrigin,
    Headers headers,
    Supplier<Optional<RegistryError>> unavailability) {

  /** The largest manifest that the specification obliges a registry to take. */
  public static final int DEFAULT_MANIFEST_BYTES = 4 * 1024 * 1024;

  /** Everything at its default, deletes allowed. */
  public static final ApiSettings DEFAULT =
      new ApiSettings(
          true,
          false,
          ManifestRules.DEFAULT,
          DEFAULT_MANIFEST_BYTES,
          1000,
          1000,
          RequestLimits.DEFAULT,
          Locations.RELATIVE,
          CrossOrigin.NONE,
          Headers.EMPTY,
          Optional::empty);

  /** The same with other limits. */
  public ApiSettings withLimits(RequestLimits value) {
    return new ApiSettings(
        deleteEnabled,
        readOnly,
        rules,
        maxManifestBytes,
        maxCatalogEntries,
        maxTags,
        value,
        locations,
        crossOrigin,
        headers,
        unavailability);
  }
}
