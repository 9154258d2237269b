/**
 * Contracts of content: what a store promises about blobs, uploads, manifests, tags and referrers.
 * Implementations live in sibling modules and are held to these texts by the contract suites of the
 * testkit. No path, no file and no HTTP is named here.
 */
@NullMarked
package io.stowage.registry.storage;

import org.jspecify.annotations.NullMarked;
