/**
 * From the target of a request to a {@link io.stowage.registry.server.route.Route}: every endpoint
 * of the specification as a fully parsed value, with the action that each of its methods needs. No
 * I/O, no ranges, no bodies. The dispatcher calls it.
 */
@NullMarked
package io.stowage.registry.server.route;

import org.jspecify.annotations.NullMarked;
