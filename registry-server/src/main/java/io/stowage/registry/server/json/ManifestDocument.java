package io.stowage.registry.server.json;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A manifest or an index as it is written (image-spec, manifest.md and image-index.md; Docker image
 * manifest v2, schema 2): every field that a registry must look at, none of them checked. A field
 * that is absent or null is null.
 */
public record ManifestDocument(
    @Nullable Integer schemaVersion,
    @Nullable String mediaType,
    @Nullable String artifactType,
    @Nullable DescriptorDocument config,
    @Nullable List<@Nullable DescriptorDocument> layers,
    @Nullable List<@Nullable DescriptorDocument> manifests,
    @Nullable DescriptorDocument subject,
    @Nullable Map<String, @Nullable String> annotations,
    @Nullable List<@Nullable LayerDocument> fsLayers) {

  /** A descriptor as it is written (image-spec, descriptor.md). */
  public record DescriptorDocument(
      @Nullable String mediaType,
      @Nullable String digest,
      @Nullable Long size,
      @Nullable List<@Nullable String> urls,
      @Nullable PlatformDocument platform) {}

  /** A layer as schema 1 writes it (Docker image manifest v2, schema 1). */
  public record LayerDocument(@Nullable String blobSum) {}

  /** A platform as it is written (image-spec, image-index.md). */
  public record PlatformDocument(@Nullable String architecture, @Nullable String os) {}
}
