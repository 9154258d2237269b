package io.stowage.registry.auth.htpasswd;

import io.stowage.registry.access.Credential;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
  /** The largest file that is read. */
  static final int MAX_BYTES = 16 << 20;

  private static final int COST_WITHOUT_USERS = 10;

  private final Map<String, BcryptHash> hashes;
  private final int highestCost;
  private final BcryptHash dummy;

  private HtpasswdFile(Map<String, BcryptHash> hashes) {
    this.hashes = Map.copyOf(hashes);
    this.highestCost =
        hashes.values().stream().mapToInt(BcryptHash::cost).max().orElse(COST_WITHOUT_USERS);
    this.dummy = BcryptHash.dummy(highestCost);
  }

  /**
   * Reads a file, through symbolic links.
   *
   * @throws HtpasswdException if it isn't there, isn't text, or has lines that can't be used; says
   *     how to mend it
   */
  public static HtpasswdFile read(Path file) throws IOException, HtpasswdException {
    if (Files.isDirectory(file)) {
      throw new HtpasswdException(
          file + ": a folder, not a file; docker makes one where the file to mount is missing");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new HtpasswdException(file + ": not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new HtpasswdException(file + ": larger than " + (MAX_BYTES >> 20) + " MiB");
      }
      return parse(file.toString(), StrictText.lines(file.toString(), content));
    } catch (NoSuchFileException e) {
      throw new HtpasswdException(
          "%s: no such file; make one with: %s (or with: %s)"
              .formatted(
                  file,
                  AddCommand.text(file.toString(), "USER"),
                  AddCommand.inContainer(file, "USER")));
    }
  }

  /**
   * Reads the lines of a file.
   *
   * @param name how messages call the file
   * @throws HtpasswdException with every line that can't be used, and how to mend it
   */
  static HtpasswdFile parse(String name, List<String> lines) throws HtpasswdException {
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
          place
              + "not a line of the form user:hash; take it out, and make a right one with: "
              + AddCommand.text(file, "USER"));
    }
    String user = line.substring(0, colon);
    if (user.startsWith(Credential.ROBOT_PREFIX)) {
      return Optional.of(
          place
              + "the name %s is that of a robot account; take the line out, or rename the user"
                  .formatted(Printable.text(user)));
    }
    String hash = line.substring(colon + 1);
    Optional<BcryptHash> bcrypt = BcryptHash.parse(hash);
    bcrypt.ifPresent(it -> hashes.put(user, it));
    return bcrypt.isPresent()
        ? Optional.empty()
        : Optional.of(
            place
                + "the hash of %s is not bcrypt ($2y$, $2a$ or $2b$) but %s; set the password again with: %s"
                    .formatted(
                        Printable.text(user),
                        ForeignHash.of(hash).text(),
                        AddCommand.text(file, Printable.text(user))));
  }

  /** How many users there are. */
  public int size() {
    return hashes.size();
  }

  public boolean knows(String user) {
    return hashes.containsKey(user);
  }

  /** Whether this is the user's password; takes the time that the hash asks for. */
  public boolean proves(String user, String password) {
    return knows(user) && BcryptHash.canCheck(password) && hashFor(user).matches(password);
  }

  /** The hash to check this user's password against; for an unknown user a costliest dummy. */
  BcryptHash hashFor(String user) {
    return hashes.getOrDefault(user, dummy);
  }

  /**
   * What to compute besides after a failed check, so that together it costs as much as the
   * costliest hash of the file: each step of the cost doubles the work, and 2^c + 2^c + 2^(c+1) +
   * ... + 2^(highest-1) = 2^highest.
   */
  List<BcryptHash> paddingFor(String user) {
    return IntStream.range(hashFor(user).cost(), highestCost).mapToObj(BcryptHash::dummy).toList();
  }
}
