package io.stowage.registry.auth.htpasswd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The users of an htpasswd file. Immutable; every hash in it can be checked. Blank lines and those
 * that begin with {@code #} don't count, and of two lines for one user the later one holds.
 */
public final class HtpasswdFile {
  private static final int COST_WITHOUT_USERS = 10;

  private final Map<String, BcryptHash> hashes;
  private final int highestCost;

  private HtpasswdFile(Map<String, BcryptHash> hashes) {
    this.hashes = Map.copyOf(hashes);
    this.highestCost =
        hashes.values().stream().mapToInt(BcryptHash::cost).max().orElse(COST_WITHOUT_USERS);
  }

  /**
   * Reads the lines of a file.
   *
   * @param name how messages call the file
   * @throws HtpasswdException with every line that can't be used, and how to mend it
   */
  public static HtpasswdFile parse(String name, List<String> lines) throws HtpasswdException {
    Map<String, BcryptHash> hashes = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        parseLine(name, i + 1, line, hashes).ifPresent(problems::add);
      }
    }
    if (!problems.isEmpty()) {
      throw new HtpasswdException(problems);
    }
    return new HtpasswdFile(hashes);
  }

  /** Adds the line's user, or says what is wrong without repeating what may be a password. */
  private static Optional<String> parseLine(
      String file, int number, String line, Map<String, BcryptHash> hashes) {
    String place = file + ":" + number + ": ";
    int colon = line.indexOf(':');
    if (colon < 1) {
      return Optional.of(
          place + "not a line of the form user:hash; make one with: htpasswd -B " + file + " USER");
    }
    String user = line.substring(0, colon);
    Optional<BcryptHash> hash = BcryptHash.parse(line.substring(colon + 1));
    hash.ifPresent(it -> hashes.put(user, it));
    return hash.isPresent()
        ? Optional.empty()
        : Optional.of(
            place
                + "the hash of "
                + user
                + " is not bcrypt ($2y$, $2a$ or $2b$); set the password again with: htpasswd -B "
                + file
                + " "
                + user);
  }

  /** How many users there are. */
  public int size() {
    return hashes.size();
  }

  /** The hash to check this user's password against; for an unknown user a costliest dummy. */
  BcryptHash hashFor(String user) {
    return hashes.getOrDefault(user, BcryptHash.dummy(highestCost));
  }

  /**
   * What to compute besides after a failed check, so that together it costs as much as the
   * costliest hash of the file: each step of the cost doubles the work, and 2^c + 2^c + 2^(c+1) +
   * ... + 2^(highest-1) = 2^highest.
   */
  List<BcryptHash> paddingFor(String user) {
    return IntStream.range(hashFor(user).cost(), highestCost).mapToObj(BcryptHash::dummy).toList();
  }

  boolean knows(String user) {
    return hashes.containsKey(user);
  }
}
