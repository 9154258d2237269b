package io.stowage.registry.server.access;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.Identity;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.server.http.Request;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides on requests by one {@link AccessPolicy}. Without a way to log in everybody is anonymous,
 * which is all there is so far: a configuration that asks for authentication is refused at start.
 */
public final class AccessGate {
  private final AccessPolicy policy;

  public AccessGate(AccessPolicy policy) {
    this.policy = policy;
  }

  /**
   * Lets a request through and tells whose it is.
   *
   * @param repository that the request is about, or null if it is about the registry as a whole
   * @throws RegistryException with {@code Denied} if it may not be done
   */
  public Identity admit(Request request, Action action, @Nullable RepositoryName repository) {
    Identity identity = Identity.ANONYMOUS;
    if (!policy.allows(identity, action, repository)) {
      throw new RegistryException(
          new RegistryError.Denied(
              "%s is not allowed to anonymous clients (%s)"
                  .formatted(action.name().toLowerCase(Locale.ROOT), request.method())));
    }
    return identity;
  }

  /** Whether the identity may do this with a repository that its request mentions. */
  public boolean allows(Identity identity, Action action, RepositoryName repository) {
    return policy.allows(identity, action, repository);
  }
}
