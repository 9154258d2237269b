package io.stowage.registry.auth.htpasswd;

import io.stowage.registry.access.Credential;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A user and a new password's hash, as a line of an htpasswd file. Nobody whom this lets through is
 * read otherwise by another program: the name holds no colon and no line end, and bcrypt looks at
 * the whole password.
 */
public final class HtpasswdLine {
  /** The bounds of Apache's program. */
  public static final int LEAST_COST = BcryptHash.LEAST_COST;

  public static final int MOST_COST = 17;
  public static final int DEFAULT_COST = 10;

  private static final int MAX_USER_BYTES = 255;

  private final String user;
  private final BcryptHash hash;

  private HtpasswdLine(String user, BcryptHash hash) {
    this.user = user;
    this.hash = hash;
  }

  /**
   * Hashes a password, which takes the time that the cost asks for.
   *
   * @param cost the binary logarithm of bcrypt's rounds
   * @throws HtpasswdException if user, password or cost break a rule
   */
  public static HtpasswdLine of(String user, String password, int cost) throws HtpasswdException {
    List<String> problems = new ArrayList<>();
    checkUser(user, problems);
    checkPassword(password, problems);
    if (cost < LEAST_COST || cost > MOST_COST) {
      problems.add("cost: %d (expected: %d to %d)".formatted(cost, LEAST_COST, MOST_COST));
    }
    if (!problems.isEmpty()) {
      throw new HtpasswdException(problems);
    }
    return new HtpasswdLine(user, BcryptHash.of(password, cost));
  }

  private static void checkUser(String user, List<String> problems) {
    String name = "user name \"" + Printable.text(user) + "\": ";
    if (user.isEmpty()) {
      problems.add("the user name is empty");
    } else if (!user.equals(user.strip())) {
      problems.add(name + "white space at its begin or end would be lost in the file");
    }
    if (user.indexOf(':') >= 0) {
      problems.add(name + "has a ':', which ends the name in the file");
    }
    if (user.startsWith("#")) {
      problems.add(name + "begins with '#', which makes the line a comment");
    }
    if (user.startsWith(Credential.ROBOT_PREFIX)) {
      problems.add(
          name + "begins with '" + Credential.ROBOT_PREFIX + "', as the accounts of robots do");
    }
    if (user.codePoints().anyMatch(Character::isISOControl)) {
      problems.add(name + "has a control character");
    }
    if (user.getBytes(StandardCharsets.UTF_8).length > MAX_USER_BYTES) {
      problems.add(name + "has more than " + MAX_USER_BYTES + " bytes");
    }
  }

  private static void checkPassword(String password, List<String> problems) {
    int length = BcryptHash.lengthInBytes(password);
    if (password.isEmpty()) {
      problems.add("the password is empty");
    }
    if (length > BcryptHash.MAX_PASSWORD_BYTES) {
      problems.add(
          "the password has %d bytes (at most %d, because bcrypt looks at no more)"
              .formatted(length, BcryptHash.MAX_PASSWORD_BYTES));
    }
    if (password.indexOf('\0') >= 0) {
      problems.add("the password has a zero byte, where bcrypt would take it to end");
    }
  }

  public String user() {
    return user;
  }

  /** The line without its end: {@code user:$2y$10$...}. */
  public String text() {
    return user + ":" + hash.text();
  }

  /** Never the hash. */
  @Override
  public String toString() {
    return user + ":" + hash;
  }
}
