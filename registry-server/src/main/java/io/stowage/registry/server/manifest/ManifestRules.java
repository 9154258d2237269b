package io.stowage.registry.server.manifest;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.server.manifest.Manifest.Child;
import io.stowage.registry.server.manifest.Manifest.Content;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What an operator demands of manifests beyond the specification, by the keys {@code validation.*},
 * {@code policy.*} and {@code stowage.validation.*}.
 *
 * @param contentRequired whether config and layers must be there before the manifest
 * @param childRequired which entries of an index must be there before it
 * @param urlAllowed which URLs a layer may name; the registry never fetches them
 * @param classes which classes of images are accepted; empty for all
 */
public record ManifestRules(
    boolean contentRequired,
    Predicate<Child> childRequired,
    Predicate<String> urlAllowed,
    Set<String> classes) {

  /** Everything that a manifest names must be there; any URL and any class is fine. */
  public static final ManifestRules DEFAULT =
      new ManifestRules(true, child -> true, url -> true, Set.of());

  private static final String PLUGIN_CONFIG = "application/vnd.docker.plugin.v1+json";

  public ManifestRules {
    classes = Set.copyOf(classes);
  }

  /**
   * Checks the type that the client announced against what the bytes say, so that the type given at
   * push is the type given back, although no store keeps it.
   *
   * @param contentType the {@code Content-Type} of the request, empty if there was none
   */
  public static void requireType(Manifest manifest, String contentType) {
    String announced = MediaType.withoutParameters(contentType);
    if (!ManifestParser.isManifestType(announced)) {
      throw ManifestParser.unsupported("Content-Type", announced);
    }
    if (!announced.equals(manifest.mediaType().value())) {
      throw new RegistryException(
          new RegistryError.ManifestInvalid(
              "Content-Type is %s, but the manifest says %s"
                  .formatted(announced, manifest.mediaType())));
    }
  }

  /** Checks the class of an image. An index has none: what it lists came through here before. */
  public void requireAllowedClass(Manifest manifest) {
    if (classes.isEmpty() || manifest.mediaType().isIndex()) {
      return;
    }
    String type = manifest.contents().getFirst().descriptor().mediaType();
    String imageClass = type.equals(PLUGIN_CONFIG) ? "plugin" : "image";
    if (!classes.contains(imageClass)) {
      throw new RegistryException(new RegistryError.ClassNotAllowed(imageClass));
    }
  }

  /** Checks every URL of every layer. */
  public void requireAllowedUrls(Manifest manifest) {
    for (Content content : manifest.contents()) {
      for (String url : content.urls()) {
        if (!urlAllowed.test(url)) {
          throw new RegistryException(
              new RegistryError.ManifestInvalid(
                  "validation.manifests.urls refuses the URL " + url));
        }
      }
    }
  }

  /** The blobs that must be there: config and layers, and what an index lists besides manifests. */
  public List<Descriptor> requiredBlobs(Manifest manifest) {
    if (manifest.mediaType().isIndex()) {
      return requiredChildren(manifest)
          .filter(child -> !ManifestParser.isManifestType(child.mediaType()))
          .toList();
    }
    return contentRequired
        ? manifest.contents().stream()
            .filter(content -> !content.isNonDistributable())
            .map(Content::descriptor)
            .toList()
        : List.of();
  }

  /** The manifests that must be there: those which an index lists. A subject need not be. */
  public List<Descriptor> requiredManifests(Manifest manifest) {
    return requiredChildren(manifest)
        .filter(child -> ManifestParser.isManifestType(child.mediaType()))
        .toList();
  }

  private Stream<Descriptor> requiredChildren(Manifest manifest) {
    return manifest.children().stream().filter(childRequired).map(Child::descriptor);
  }

  /** A platform in Go's spelling, as in {@code validation.manifests.indexes.platformlist}. */
  public record Platform(String architecture, String os) {

    /** Requires only the entries of these platforms. */
    public static Predicate<Child> anyOf(Set<Platform> platforms) {
      return child ->
          child.architecture() != null
              && child.os() != null
              && platforms.contains(new Platform(child.architecture(), child.os()));
    }
  }
}
