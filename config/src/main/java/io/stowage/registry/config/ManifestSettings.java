package io.stowage.registry.config;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a manifest must satisfy to be stored ({@code validation}, {@code policy}, {@code
 * stowage.manifests}).
 *
 * @param maxBytes a longer manifest is refused; at least 4 MiB
 * @param layerUrls which {@code urls} a layer may carry
 * @param indexChildren which manifests that an index names must exist
 * @param missingLayers what happens to an image whose config or layers are not there
 * @param classes which classes of images are accepted, as the operator wrote them; empty for all
 */
public record ManifestSettings(
    int maxBytes,
    UrlPolicy layerUrls,
    IndexChildren indexChildren,
    MissingLayers missingLayers,
    Set<String> classes) {
  public ManifestSettings {
    classes = Collections.unmodifiableSet(new LinkedHashSet<>(classes));
  }

  /** Ours: what happens to an image that names content which is not in the repository. */
  public enum MissingLayers {
    REFUSE,
    ALLOW
  }

  /** Which of the manifests that an index names must exist in the repository. */
  public sealed interface IndexChildren {
    /** All of them. */
    record All() implements IndexChildren {}

    /** None: sparse indexes are welcome. */
    record None() implements IndexChildren {}

    /** Those for one of these platforms. */
    record Of(Set<Platform> platforms) implements IndexChildren {
      public Of {
        platforms = Collections.unmodifiableSet(new LinkedHashSet<>(platforms));
      }
    }
  }

  /** As an index names it: {@code amd64}, {@code linux}. */
  public record Platform(String architecture, String os) {}
}
