/**
 * Manifests: from bytes to checked facts, by the rules of the specifications and of the
 * configuration. No storage and no HTTP. The handlers of the package {@code api} call it, and
 * stores through {@link io.stowage.registry.storage.ManifestReader}.
 */
@NullMarked
package io.stowage.registry.server.manifest;

import org.jspecify.annotations.NullMarked;
