package io.stowage.registry.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HtpasswdFileTest {
  @TempDir private Path folder;

  private static final String ALICE =
      "alice:$2y$05$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe";
  private static final String BOB =
      "bob:$2y$04$7y9GG.10Pu0/LVS7h9X9R.okvH8n6zy33TeSXCDNiqDj8dQwBPciW";

  @Test
  void parse_blankLinesAndComments_areSkipped() throws Exception {
    HtpasswdFile file =
        HtpasswdFile.parse("users", List.of("# who", "", "  " + ALICE + " \r", "   ", BOB));

    assertThat(file.size()).isEqualTo(2);
    assertThat(file.knows("alice")).isTrue();
    assertThat(file.knows("carol")).isFalse();
  }

  @Test
  void parse_userTwice_laterLineHolds() throws Exception {
    HtpasswdFile file = HtpasswdFile.parse("users", List.of(ALICE, BOB.replace("bob:", "alice:")));

    assertThat(file.size()).isEqualTo(1);
    assertThat(file.hashFor("alice").cost()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "$apr1$iN0cM6ku$yP/da4s4A0DBzqlbBN1VH/, Apache's MD5 ($apr1$)",
    "{SHA}EfatjsUqKYSrqv18O1FlA3hcIHI=, SHA-1 ({SHA})",
    "$1$iN0cM6ku$yP/da4s4A0DBzqlbBN1VH/, MD5 crypt ($1$)",
    "$5$rounds=535000$abc$def, SHA-256 crypt ($5$)",
    "$6$abc$def, SHA-512 crypt ($6$)",
    "$y$j9T$abc$def, yescrypt or scrypt",
    "'$argon2id$v=19$m=65536,t=3,p=4$abc$def', Argon2",
    "rl0uyK0nLFkQE, 'DES crypt, by its length'",
    "plain, 'plain text, or of an unknown kind'",
    "'', nothing",
    "$2x$05$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe, bcrypt with a known flaw ($2x$)",
    "$2y$03$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe, 'a bcrypt hash that is cut, or of a cost outside of 4 to 30'",
    "$2y$31$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe, 'a bcrypt hash that is cut, or of a cost outside of 4 to 30'",
    "$2y$05$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMAL, 'a bcrypt hash that is cut, or of a cost outside of 4 to 30'"
  })
  void parse_otherHash_isRefusedWithLineAndKindAndRemedy(String hash, String kind) {
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdFile.parse("users", List.of(ALICE, "dave:" + hash)))
        .withMessage(
            "users:2: the hash of dave is not bcrypt ($2y$, $2a$ or $2b$) but "
                + kind
                + "; set the password again with: registry htpasswd add users dave");
  }

  @Test
  void parse_oddNames_giveACommandThatCanBePasted() {
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdFile.parse("my users", List.of("o'neil\u001b[1m:plain")))
        .withMessageContaining("the hash of o'neil\\u001b[1m is")
        .withMessageEndingWith("registry htpasswd add 'my users' 'o'\\''neil\\u001b[1m'");
  }

  @Test
  void parse_manyBadLines_reportsAllAndRepeatsNone() {
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(
            () -> HtpasswdFile.parse("users", List.of("hidden", ":hidden", ALICE, "eve:hidden")))
        .satisfies(
            e -> {
              assertThat(e.problems()).hasSize(3);
              assertThat(e.problems())
                  .first()
                  .isEqualTo(
                      "users:1: not a line of the form user:hash; take it out, and make a right one"
                          + " with: registry htpasswd add users USER");
              assertThat(e.getMessage()).doesNotContain("hidden");
            });
  }

  @Test
  void hashFor_unknownUser_costsAsMuchAsTheCostliest() throws Exception {
    assertThat(HtpasswdFile.parse("users", List.of(ALICE, BOB)).hashFor("carol").cost())
        .isEqualTo(5);
    assertThat(HtpasswdFile.parse("users", List.of()).hashFor("carol").cost()).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice", "bob", "carol", "nobody"})
  void padding_anyUser_addsUpToTheCostliest(String user) throws Exception {
    HtpasswdFile file =
        HtpasswdFile.parse(
            "users", List.of(ALICE, BOB, ALICE.replace("alice:$2y$05", "carol:$2y$09")));

    long rounds =
        (1L << file.hashFor(user).cost())
            + file.paddingFor(user).stream().mapToLong(hash -> 1L << hash.cost()).sum();

    assertThat(rounds).isEqualTo(1L << 9);
  }

  @Test
  void hash_asText_isHidden() throws Exception {
    assertThat(HtpasswdFile.parse("users", List.of(ALICE)).hashFor("alice"))
        .hasToString("bcrypt of cost 5");
  }

  // --- from a file

  @Test
  void read_missingFile_showsTheCommandsThatMakeOne() {
    Path file = folder.resolve("none");

    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdFile.read(file))
        .withMessage(
            "%1$s: no such file; make one with: registry htpasswd add %1$s USER (or with: docker run --rm -it -v HOST_FOLDER:%2$s IMAGE registry htpasswd add %1$s USER)"
                .formatted(file, folder));
  }

  @Test
  void read_linkToNowhere_isAMissingFile() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("none"));

    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdFile.read(link))
        .withMessageStartingWith(link + ": no such file");
  }

  @Test
  void read_folder_saysWhereItMayComeFrom() {
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdFile.read(folder))
        .withMessage(
            folder + ": a folder, not a file; docker makes one where the file to mount is missing");
  }

  @Test
  void read_notUtf8_namesTheLine() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("users"), ALICE + "\nbjörn:x\n", StandardCharsets.ISO_8859_1);

    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdFile.read(file))
        .withMessage(file + ":2: not text in UTF-8");
  }

  @Test
  void read_byteOrderMark_isRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("users"), "\uFEFF" + ALICE);

    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdFile.read(file))
        .withMessage(
            file + ":1: begins with a byte order mark; save the file as UTF-8 without one");
  }

  @Test
  void read_windowsLineEnds_areNoPartOfTheHash() throws Exception {
    Path file = Files.writeString(folder.resolve("users"), ALICE + "\r\n\r\n" + BOB + "\r\n");

    assertThat(HtpasswdFile.read(file).size()).isEqualTo(2);
  }

  @Test
  void read_tooLarge_isRefused() throws Exception {
    Path file = Files.write(folder.resolve("users"), new byte[HtpasswdFile.MAX_BYTES + 1]);

    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdFile.read(file))
        .withMessage(file + ": larger than 16 MiB");
  }
}
