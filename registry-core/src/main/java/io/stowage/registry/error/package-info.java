/**
 * What can go wrong, as data: the answers that a client of the registry may get. No HTTP status is
 * known here; the server maps each error to one. Anyone may throw a {@link
 * io.stowage.registry.error.RegistryException}; only the server's dispatcher catches it.
 */
@NullMarked
package io.stowage.registry.error;

import org.jspecify.annotations.NullMarked;
