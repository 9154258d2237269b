/**
 * Values of the OCI specifications: names, tags, digests, media types, descriptors. Each is valid
 * by construction, so nobody checks again. Nothing here does I/O or knows HTTP. Anyone may call it.
 */
@NullMarked
package io.stowage.registry.oci;

import org.jspecify.annotations.NullMarked;
