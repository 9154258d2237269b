package io.stowage.registry.auth.token;

import io.stowage.registry.access.Action;
import io.stowage.registry.access.Credential;
import io.stowage.registry.access.Grant;
import io.stowage.registry.access.Identity;
import io.stowage.registry.oci.RepositoryName;
import org.jspecify.annotations.Nullable;

/**
 * What a credential is good for. It remembers which one, for the tokens that are issued to its
 * holder. Whoever may pull from some repositories may list them; the registry as a whole is never
 * covered.
 */
record CredentialGrant(Credential credential, Identity identity) implements Grant {
  @Override
  public boolean covers(Action action, @Nullable RepositoryName repository) {
    return switch (action) {
      case PUBLIC, PING -> true;
      case CATALOG -> somewhere(Action.CATALOG) || somewhere(Action.PULL);
      case PULL, PUSH, TAG_OVERWRITE, DELETE, ADMIN ->
          repository != null
              && credential.scopes().stream()
                  .anyMatch(scope -> scope.gives(action, repository, identity));
    };
  }

  private boolean somewhere(Action action) {
    return credential.scopes().stream().anyMatch(scope -> scope.gives(action));
  }
}
