/**
 * The store on a POSIX file system, in the tree that distribution's filesystem driver writes, so
 * that an existing volume is served in place and can go back. Here is everything that knows a path
 * or a file; no HTTP and no JSON (manifests are read through the injected {@code ManifestReader}).
 * Only the server's assembly calls in, through {@link
 * io.stowage.registry.storage.filesystem.FileStorage}; all others see the contracts of the core.
 */
@NullMarked
package io.stowage.registry.storage.filesystem;

import org.jspecify.annotations.NullMarked;
