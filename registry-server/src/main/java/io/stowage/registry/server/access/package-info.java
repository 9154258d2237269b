/**
 * The gate that every request passes before a handler runs: who is it, and may they do this; and
 * what it asks: credentials, the ways to check them, and the throttle in front of passwords. The
 * dispatcher asks for the whole request, a handler for what it finds inside one (a mount's source,
 * the names in a list).
 */
@NullMarked
package io.stowage.registry.server.access;

import org.jspecify.annotations.NullMarked;
