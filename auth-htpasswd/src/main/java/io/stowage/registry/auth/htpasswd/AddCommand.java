package io.stowage.registry.auth.htpasswd;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** The command that messages offer as a remedy, ready to be pasted into a shell. */
final class AddCommand {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._@%+=:,/-]+");

  private AddCommand() {}

  static String text(String file, String user) {
    return "registry htpasswd add " + quoted(file) + " " + quoted(user);
  }

  /** The same where there is no container yet that it could be run in. */
  static String inContainer(Path file, String user) {
    Path folder = file.toAbsolutePath().getParent();
    String mounted = quoted(folder == null ? "/" : folder.toString());
    return "docker run --rm -it -v HOST_FOLDER:%s IMAGE %s"
        .formatted(mounted, text(file.toAbsolutePath().toString(), user));
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
