package io.stowage.registry.server.api;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Route;
import java.util.SortedSet;

/**
 * Whether anything may be deleted at all: one answer for tags, manifests and blobs alike.
 *
 * @param enabled the key {@code storage.delete.enabled}
 */
record DeletePolicy(boolean enabled) {

  /**
   * Lets a deletion through.
   *
   * @throws RegistryException with {@code OperationDisabled} if deleting is off
   */
  void require(Route route) {
    if (!enabled) {
      SortedSet<String> allowed = route.allowed();
      allowed.remove(Method.DELETE.name());
      throw new RegistryException(
          new RegistryError.OperationDisabled(
              "deleting is switched off (storage.delete.enabled)", allowed));
    }
  }
}
