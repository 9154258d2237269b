package io.stowage.registry.auth.token;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A long-lived credential, without its secret.
 *
 * @param id ten characters, unique in a registry
 * @param user whose it is; for a robot its own user name, {@code robot$NAME}
 * @param note what it is for, in its maker's words; may be empty
 * @param scopes at least one
 * @param expires from when on it doesn't hold, or null for never
 */
public record Credential(
    String id,
    Kind kind,
    String user,
    String note,
    List<Scope> scopes,
    Instant created,
    @Nullable Instant expires) {
  /** What the user names of robots begin with. */
  public static final String ROBOT_PREFIX = "robot$";

  /** What a robot may be called, for messages. */
  public static final String ROBOT_RULE =
      "1 to 64 of a-z, 0-9, '.', '_' and '-', beginning and ending with a letter or digit";

  private static final Pattern ROBOT = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?");

  public Credential {
    if (user.isEmpty()) {
      throw new IllegalArgumentException("user: empty (expected: a name)");
    }
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException("scopes: none (expected: at least one)");
    }
    scopes = List.copyOf(scopes);
  }

  /** Whose rights it has. */
  public enum Kind {
    /** A user's, narrowed by its scopes: a personal access token. */
    PERSONAL,
    /** Its own, which are its scopes: a robot account. */
    ROBOT
  }

  /**
   * The user name of a robot.
   *
   * @throws IllegalArgumentException that names the name and the rule it breaks
   */
  public static String robotUser(String name) {
    if (!ROBOT.matcher(name).matches()) {
      throw new IllegalArgumentException("robot name: " + name + " (expected: " + ROBOT_RULE + ")");
    }
    return ROBOT_PREFIX + name;
  }

  public boolean isExpired(Instant now) {
    return expires != null && !now.isBefore(expires);
  }
}
