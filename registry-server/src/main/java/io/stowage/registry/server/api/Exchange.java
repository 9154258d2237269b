package io.stowage.registry.server.api;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Query;

/**
 * A request whose route is known and which was let through the gate.
 *
 * @param method one that the route has; {@code HEAD} is handled as {@code GET}, whose body is not
 *     sent
 * @param caller who asks
 */
record Exchange(Request request, Method method, Query query, Authentication caller) {}
