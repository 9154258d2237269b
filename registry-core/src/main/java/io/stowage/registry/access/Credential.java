package io.stowage.registry.access;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A long-lived credential, without its secret.
 *
 * @param id {@value #ID_LENGTH} of 0-9 and a-z, unique in a registry
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

  /** How many characters an id has. */
  public static final int ID_LENGTH = 10;

  private static final Pattern ID = Pattern.compile("[0-9a-z]{" + ID_LENGTH + "}");
  private static final Pattern ROBOT = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?");

  public Credential {
    if (!isId(id)) {
      throw new IllegalArgumentException(
          "id: " + id + " (expected: " + ID_LENGTH + " of 0-9 and a-z)");
    }
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

  /** Whether a credential may have this id. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** Whether a robot may be called so. */
  public static boolean isRobotName(String text) {
    return ROBOT.matcher(text).matches();
  }

  /**
   * The user name of a robot.
   *
   * @throws IllegalArgumentException that names the name and the rule it breaks
   */
  public static String robotUser(String name) {
    if (!isRobotName(name)) {
      throw new IllegalArgumentException("robot name: " + name + " (expected: " + ROBOT_RULE + ")");
    }
    return ROBOT_PREFIX + name;
  }

  public boolean isExpired(Instant now) {
    return expires != null && !now.isBefore(expires);
  }
}
