package io.stowage.registry.server.api;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Query;
import java.io.IOException;

/**
 * A request whose route is known and which was let through the gate.
 *
 * @param method one that the route has; {@code HEAD} is handled as {@code GET}, whose body is not
 *     sent
 * @param caller who asks
 * @param limits how much the request may ask for
 */
record Exchange(
    Request request, Method method, Query query, Authentication caller, RequestLimits limits) {

  /**
   * Reads a body whole that is neither a blob nor a manifest.
   *
   * @throws RegistryException with {@code BodyTooLarge} as soon as it is known to be longer than
   *     the limit
   */
  byte[] smallBody() throws IOException {
    return RequestBodies.readSmall(request, limits.maxBodyBytes());
  }
}
