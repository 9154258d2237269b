package io.stowage.registry.access;

import io.stowage.registry.oci.RepositoryName;
import org.jspecify.annotations.Nullable;

/**
 * What a credential proved: who asks, and what they may use it for.
 *
 * @param grant what the credential is good for
 * @param basis where the rights come from
 */
public record Authentication(Identity identity, Grant grant, Basis basis) {
  /** Nothing was shown, and nothing proved. */
  public static final Authentication ANONYMOUS = of(Identity.ANONYMOUS);

  /** Where rights come from. */
  public enum Basis {
    /** From the policy, which knows the identity; the grant narrows them. */
    POLICY,
    /** From the grant itself: the policy need not know the identity. */
    GRANT
  }

  /** Of a credential that is good for whatever its holder may do. */
  public static Authentication of(Identity identity) {
    return new Authentication(identity, Grant.UNLIMITED, Basis.POLICY);
  }

  /**
   * Whether a user proved to be there in person: by a password, which is good for whatever its
   * holder may do. No token and no robot's secret is.
   */
  public boolean isUnlimited() {
    return !identity.isAnonymous() && basis == Basis.POLICY && grant.equals(Grant.UNLIMITED);
  }

  /** Whether this may be done under this policy. */
  public boolean allows(AccessPolicy policy, Action action, @Nullable RepositoryName repository) {
    return grant.covers(action, repository) && isGiven(policy, action, repository);
  }

  /** Whether the catalog shows this repository under this policy: to whoever may pull from it. */
  public boolean lists(AccessPolicy policy, RepositoryName repository) {
    return grant.lists(repository) && isGiven(policy, Action.PULL, repository);
  }

  private boolean isGiven(AccessPolicy policy, Action action, @Nullable RepositoryName repository) {
    return switch (basis) {
      case GRANT -> true;
      case POLICY -> policy.allows(identity, action, repository);
    };
  }
}
