package io.stowage.registry.server.access;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.Identity;
import io.stowage.registry.oci.RepositoryName;
import org.jspecify.annotations.Nullable;

/** A policy that is replaced while the server runs; each decision is by one of them as a whole. */
public final class ReplaceablePolicy implements AccessPolicy {
  private volatile AccessPolicy current;

  public ReplaceablePolicy(AccessPolicy first) {
    this.current = first;
  }

  /** Decides by this one from now on. */
  public void replace(AccessPolicy next) {
    current = next;
  }

  /** The one in force. */
  public AccessPolicy current() {
    return current;
  }

  @Override
  public boolean allows(Identity identity, Action action, @Nullable RepositoryName repository) {
    return current.allows(identity, action, repository);
  }
}
