package io.stowage.registry.auth.htpasswd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any file is a list of users, or refused by name; and editing it changes one user only. */
class HtpasswdFuzzTest {
  private static final String HASH =
      "$2y$04$" + "abcdefghijklmnopqrstu.".repeat(3).substring(0, 53);

  @TempDir Path folder;

  @Test
  void read_anyFile_isAListOfUsersOrRefused() throws Exception {
    Path file = folder.resolve("htpasswd");
    Corpus files =
        Corpus.of(
                "alice:" + HASH + "\nbob:" + HASH.replace("2y", "2a") + "\n",
                "# users\r\n\r\n alice:" + HASH + " \r\nalice:" + HASH.replace("04", "05") + "\r\n",
                "b\u00f6b:" + HASH)
            .withWords(
                "$2y$",
                "$2x$",
                "$31$",
                "$04$",
                "$apr1$",
                "{SHA}",
                "alice:",
                "robot$ci:",
                "\n:",
                "\n#",
                "\r",
                HASH);

    FuzzRun.of("htpasswd", new Mutator(files)).against(input -> isAList(file, input));
  }

  private static boolean isAList(Path file, byte[] content) throws Exception {
    Files.write(file, content);
    RawLines lines = RawLines.of(content);
    assertThat(lines.bytes()).isEqualTo(content);
    HtpasswdFile users;
    try {
      users = HtpasswdFile.read(file);
    } catch (HtpasswdException refused) {
      assertThat(refused).hasMessageStartingWith(file.toString());
      if (!isShownAsUser(content)) {
        assertThat(refused.getMessage()).doesNotContain(HASH);
      }
      return false;
    }
    for (String line : new String(content, UTF_8).split("\n", -1)) {
      int colon = line.strip().indexOf(':');
      if (colon > 0 && !line.strip().startsWith("#")) {
        requireUser(users, lines, line.strip().substring(0, colon));
      }
    }
    return true;
  }

  /** Whether the hash stands where a user's name does, which messages repeat. */
  private static boolean isShownAsUser(byte[] content) {
    return new String(content, UTF_8)
        .lines()
        .anyMatch(line -> line.indexOf(HASH) >= 0 && line.indexOf(HASH) < line.indexOf(':'));
  }

  private static void requireUser(HtpasswdFile users, RawLines lines, String user)
      throws HtpasswdException {
    assertThat(users.knows(user)).isTrue();
    assertThat(users.hashFor(user).cost()).isBetween(4, 30);
    RawLines without = lines.without(user);
    HtpasswdFile others = HtpasswdFile.parse("f", StrictText.lines("f", without.bytes()));
    assertThat(others.knows(user)).isFalse();
    assertThat(others.size()).isEqualTo(users.size() - 1);
    assertThat(new String(lines.bytes(), ISO_8859_1).length())
        .isGreaterThan(without.bytes().length);
  }
}
