package io.stowage.registry.auth.htpasswd;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindrot.jbcrypt.BCrypt;

/**
 * A bcrypt hash that can be checked, valid by construction. {@code $2a$}, {@code $2b$} and {@code
 * $2y$} name the same function for passwords of up to 72 bytes, and longer ones are refused.
 *
 * @param cost the binary logarithm of the rounds, 4 to 30
 * @param rest salt and checksum, 53 characters
 */
record BcryptHash(int cost, String rest) {
  /** What bcrypt looks at; whatever follows would make no difference. */
  static final int MAX_PASSWORD_BYTES = 72;

  static final int LEAST_COST = 4;
  private static final int MOST_COST = 30;
  private static final int CHECKSUM_CHARACTERS = 31;
  private static final Pattern SHAPE =
      Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$([./A-Za-z0-9]{53})");

  /** The hash of a password with a salt that nobody had before. */
  static BcryptHash of(String password, int cost) {
    return parse(BCrypt.hashpw(password, BCrypt.gensalt(cost))).orElseThrow();
  }

  /** A hash that no password is known for: salt and checksum are dots. */
  static BcryptHash dummy(int cost) {
    return new BcryptHash(cost, ".".repeat(53));
  }

  /** Empty for any other kind of hash, a torn one, or a cost that can't be computed. */
  static Optional<BcryptHash> parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int cost = Integer.parseInt(matcher.group(1));
    return cost < LEAST_COST || cost > MOST_COST
        ? Optional.empty()
        : Optional.of(new BcryptHash(cost, matcher.group(2)));
  }

  /** Whether this is the password; takes the time that the cost asks for. */
  boolean matches(String password) {
    String computed = BCrypt.hashpw(password, "$2a$%02d$%s".formatted(cost, rest));
    // Not the salt: its last character has bits that don't count, and programs differ over them.
    return MessageDigest.isEqual(checksumOf(computed), checksumOf(rest));
  }

  private static byte[] checksumOf(String hash) {
    return hash.substring(hash.length() - CHECKSUM_CHARACTERS).getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether bcrypt would look at the whole password, and C programs at the same one. */
  static boolean canCheck(String password) {
    return password.indexOf('\0') < 0 && lengthInBytes(password) <= MAX_PASSWORD_BYTES;
  }

  static int lengthInBytes(String password) {
    return password.getBytes(StandardCharsets.UTF_8).length;
  }

  /** As Apache's program writes it. */
  String text() {
    return "$2y$%02d$%s".formatted(cost, rest);
  }

  /** Never the hash itself. */
  @Override
  public String toString() {
    return "bcrypt of cost " + cost;
  }
}
