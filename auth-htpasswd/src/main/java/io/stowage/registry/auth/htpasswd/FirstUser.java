package io.stowage.registry.auth.htpasswd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * Makes an htpasswd file where there is none, as registry:2 does at start: with the user {@value
 * #NAME} and a password that nobody chose. Unlike there the password goes to a file beside, for its
 * owner only, and never to a log.
 */
public final class FirstUser {
  public static final String NAME = "docker";

  private static final int PASSWORD_BYTES = 24;

  private FirstUser() {}

  /** The file with the password, or empty if there was an htpasswd file already. */
  public static Optional<Path> createIfMissing(Path file) throws IOException, HtpasswdException {
    if (Files.exists(file)) {
      return Optional.empty();
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(folder, mode("rwx------"));
    }
    String password = newPassword();
    Path passwordFile = file.resolveSibling(file.getFileName() + ".password");
    Files.deleteIfExists(passwordFile); // its mode may be anything
    Files.createFile(passwordFile, mode("rw-------"));
    Files.writeString(passwordFile, password + "\n");
    new HtpasswdEditor(file).put(HtpasswdLine.of(NAME, password, HtpasswdLine.DEFAULT_COST));
    return Optional.of(passwordFile);
  }

  private static FileAttribute<?> mode(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }

  private static String newPassword() {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
