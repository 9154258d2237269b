package io.stowage.registry.access;

/**
 * Who asks.
 *
 * @param user the user's name, empty for {@link #ANONYMOUS}
 */
public record Identity(String user) {
  /** Whoever shows no credentials. */
  public static final Identity ANONYMOUS = new Identity("");

  public boolean isAnonymous() {
    return user.isEmpty();
  }
}
