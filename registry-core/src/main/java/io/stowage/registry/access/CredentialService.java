package io.stowage.registry.access;

import io.stowage.registry.storage.StorageFullException;
import io.stowage.registry.storage.StorageReadOnlyException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes, lists and ends personal access tokens and robot accounts. What a call changes is durable
 * when it returns, and holds from then on for every request. Who may call it is not asked here.
 * Safe for use by any number of threads; a call may block for as long as the disk does.
 */
public interface CredentialService {
  /** How many personal access tokens a user has at most; expired ones give way to new ones. */
  int MAX_PERSONAL = 100;

  /** How many robots there are at most; expired ones give way to new ones. */
  int MAX_ROBOTS = 1000;

  /**
   * Makes a personal access token.
   *
   * @param expires from when on it doesn't hold, or null for never
   * @throws CredentialRefusedException if there is no such user, the user has too many, or the end
   *     is not in the future
   * @throws StorageFullException if there is no room for it
   * @throws StorageReadOnlyException if nothing can be written
   */
  Created createPersonal(String user, String note, List<Scope> scopes, @Nullable Instant expires)
      throws IOException, CredentialRefusedException;

  /**
   * Makes a robot account.
   *
   * @param name without {@link Credential#ROBOT_PREFIX}
   * @param expires from when on it doesn't hold, or null for never
   * @throws CredentialRefusedException if it can't be called so, there is one of that name that
   *     holds, there are too many, or the end is not in the future
   * @throws StorageFullException if there is no room for it
   * @throws StorageReadOnlyException if nothing can be written
   */
  Created createRobot(String name, String note, List<Scope> scopes, @Nullable Instant expires)
      throws IOException, CredentialRefusedException;

  /** All of them, the oldest first; expired ones too, for a while. */
  List<Credential> list() throws IOException;

  /** The credential of this id; empty too if there can't be one. */
  Optional<Credential> find(String id) throws IOException;

  /**
   * Ends a credential: whoever shows it, or a token that was got with it, is refused from now on.
   *
   * @return whether there was one
   * @throws StorageReadOnlyException if nothing can be written
   */
  boolean revoke(String id) throws IOException;

  /**
   * A credential that was just made.
   *
   * @param secret what its holder shows; kept nowhere
   */
  record Created(Credential credential, String secret) {
    /** Never the secret. */
    @Override
    public String toString() {
      return credential.toString();
    }
  }
}
