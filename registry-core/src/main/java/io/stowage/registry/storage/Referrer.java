package io.stowage.registry.storage;

import io.stowage.registry.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A manifest that names another one as its subject.
 *
 * @param cursor opaque; the place of this referrer in the list, for the page after it
 * @param artifactType as in {@link ManifestFacts#artifactType}
 */
public record Referrer(String cursor, Digest digest, @Nullable String artifactType) {}
