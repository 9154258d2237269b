package io.stowage.registry.auth.htpasswd;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Authenticator;
import io.stowage.registry.access.Identity;
import java.util.Optional;

/**
 * Checks user names and passwords against an {@link HtpasswdFile}. Every failure costs what the
 * costliest hash of the file costs, for unknown users too, so that time doesn't tell who exists.
 * Passwords of more than 72 bytes or with a zero in them are refused, because bcrypt would look at
 * a part of them only. Remembers nothing; each call computes.
 */
public final class HtpasswdAuthenticator implements Authenticator {
  private final HtpasswdFile users;

  public HtpasswdAuthenticator(HtpasswdFile users) {
    this.users = users;
  }

  @Override
  public Optional<Authentication> authenticate(String user, String password) {
    boolean checkable = BcryptHash.canCheck(password);
    boolean matches = users.hashFor(user).matches(checkable ? password : "");
    if (users.knows(user) && checkable && matches) {
      return Optional.of(Authentication.of(new Identity(user)));
    }
    users.paddingFor(user).forEach(dummy -> dummy.matches(""));
    return Optional.empty();
  }
}
