package io.stowage.registry.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HtpasswdEditorTest {
  private static final String ALICE =
      "alice:$2y$05$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe";
  private static final int CHEAP = HtpasswdLine.LEAST_COST;

  @TempDir private Path folder;

  // --- content

  @Test
  void put_missingFile_isMadeForItsOwnerOnly() throws Exception {
    Path file = folder.resolve("users");
    HtpasswdLine bob = HtpasswdLine.of("bob", "secret", CHEAP);

    assertThat(new HtpasswdEditor(file).put(bob)).isEqualTo(HtpasswdEditor.Change.CREATED_FILE);

    assertThat(file).hasContent(bob.text() + "\n");
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(HtpasswdFile.read(file).proves("bob", "secret")).isTrue();
    assertThat(names()).containsExactly("users");
  }

  @Test
  void put_newUser_keepsAllOthersByteForByte() throws Exception {
    byte[] before =
        "# who\r\n\r\n  %s  \r\nbj\u00f6rn:plain\r\n"
            .formatted(ALICE)
            .getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(folder.resolve("users"), before);
    HtpasswdLine bob = HtpasswdLine.of("bob", "secret", CHEAP);

    assertThat(new HtpasswdEditor(file).put(bob)).isEqualTo(HtpasswdEditor.Change.ADDED);

    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
        .isEqualTo(new String(before, StandardCharsets.ISO_8859_1) + bob.text() + "\r\n");
  }

  @Test
  void put_lastLineWithoutEnd_getsOne() throws Exception {
    Path file = Files.writeString(folder.resolve("users"), ALICE);
    HtpasswdLine bob = HtpasswdLine.of("bob", "secret", CHEAP);

    new HtpasswdEditor(file).put(bob);

    assertThat(Files.readString(file)).isEqualTo(ALICE + "\n" + bob.text() + "\n");
  }

  @Test
  void put_knownUser_replacesInPlaceWhateverStoodThere() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("users"), "first:x\r\n alice:$apr1$x\r\n#alice:y\nalicea:z\n" + ALICE);
    HtpasswdLine alice = HtpasswdLine.of("alice", "secret", CHEAP);

    assertThat(new HtpasswdEditor(file).put(alice)).isEqualTo(HtpasswdEditor.Change.REPLACED);

    assertThat(Files.readString(file))
        .isEqualTo("first:x\r\n" + alice.text() + "\r\n#alice:y\nalicea:z\n");
  }

  @Test
  void put_nameBeyondAscii_isUtf8() throws Exception {
    Path file = folder.resolve("users");
    HtpasswdEditor editor = new HtpasswdEditor(file);
    editor.put(HtpasswdLine.of("björn", "old", CHEAP));

    assertThat(editor.put(HtpasswdLine.of("björn", "pä ss:word", CHEAP)))
        .isEqualTo(HtpasswdEditor.Change.REPLACED);

    assertThat(HtpasswdFile.read(file).proves("björn", "pä ss:word")).isTrue();
  }

  @Test
  void remove_userBehindWhiteSpaceOfUnicode_isFoundAsByTheServer() throws Exception {
    Path file = Files.writeString(folder.resolve("users"), "\u3000" + ALICE + "\n");
    assertThat(HtpasswdFile.read(file).knows("alice")).isTrue();

    assertThat(new HtpasswdEditor(file).remove("alice")).isTrue();

    assertThat(HtpasswdFile.read(file).knows("alice")).isFalse();
  }

  @Test
  void remove_user_takesAllOfTheirLinesOnly() throws Exception {
    Path file =
        Files.writeString(folder.resolve("users"), ALICE + "\n#alice:x\n\nbob:y\n" + ALICE + "\n");

    assertThat(new HtpasswdEditor(file).remove("alice")).isTrue();

    assertThat(Files.readString(file)).isEqualTo("#alice:x\n\nbob:y\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bob", "#alice", "ali", "alice:"})
  void remove_unknownUser_changesNothing(String user) throws Exception {
    String before = ALICE + "\n#alice:x\n";
    Path file = Files.writeString(folder.resolve("users"), before);

    assertThat(new HtpasswdEditor(file).remove(user)).isFalse();

    assertThat(Files.readString(file)).isEqualTo(before);
  }

  @Test
  void remove_missingFile_isNotMade() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> new HtpasswdEditor(folder.resolve("users")).remove("alice"));
    assertThat(folder).isEmptyDirectory();
  }

  // --- the file

  @Test
  void put_existingFile_keepsItsMode() throws Exception {
    Path file = Files.writeString(folder.resolve("users"), ALICE + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    new HtpasswdEditor(file).put(HtpasswdLine.of("bob", "secret", CHEAP));

    assertThat(mode(file)).isEqualTo("rw-r-----");
  }

  @Test
  void put_readerOfTheOldFile_seesAllOfIt() throws Exception {
    Path file = Files.writeString(folder.resolve("users"), ALICE + "\n");
    try (Stream<String> old = Files.lines(file)) {
      new HtpasswdEditor(file).remove("alice");

      assertThat(old).containsExactly(ALICE);
    }
  }

  @Test
  void put_folderTakesNoOtherFile_overwrites() throws Exception {
    // The name of a file beside would be too long; a file that is mounted by itself ends up here
    // too.
    Path file = Files.writeString(folder.resolve("u".repeat(250)), "first:x\n" + ALICE + "\n");

    new HtpasswdEditor(file).remove("first");

    assertThat(Files.readString(file)).isEqualTo(ALICE + "\n");
    assertThat(names()).hasSize(1);
  }

  @Test
  void put_throughLinks_changesWhatTheyLeadTo() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path file = Files.writeString(data.resolve("users"), ALICE + "\n");
    Files.createSymbolicLink(folder.resolve("inner"), Path.of("data/users"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("inner"));

    new HtpasswdEditor(link).put(HtpasswdLine.of("bob", "secret", CHEAP));

    assertThat(link).isSymbolicLink();
    assertThat(HtpasswdFile.read(file).knows("bob")).isTrue();
  }

  @Test
  void put_linksInACircle_areRefused() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("link"));

    assertThatExceptionOfType(FileSystemLoopException.class)
        .isThrownBy(() -> new HtpasswdEditor(link).put(HtpasswdLine.of("bob", "secret", CHEAP)));
  }

  @Test
  void put_missingFolder_isNamed() {
    Path missing = folder.resolve("none");

    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(
            () ->
                new HtpasswdEditor(missing.resolve("users"))
                    .put(HtpasswdLine.of("bob", "secret", CHEAP)))
        .withMessage(missing.toString());
  }

  @Test
  @Timeout(60)
  void put_manyThreadsAndProcesses_loseNothing() throws Exception {
    Path file = folder.resolve("users");
    List<Process> processes = new ArrayList<>();
    for (String prefix : List.of("a", "b")) {
      processes.add(Writer.start(file, prefix, 25));
    }
    HtpasswdEditor editor = new HtpasswdEditor(file);
    List<Future<HtpasswdEditor.Change>> changes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 25; i++) {
        HtpasswdLine line = HtpasswdLine.of("c" + i, "secret", CHEAP);
        changes.add(threads.submit(() -> editor.put(line)));
      }
    }
    for (Future<HtpasswdEditor.Change> change : changes) {
      change.get();
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }

    assertThat(HtpasswdFile.read(file).size()).isEqualTo(75);
    assertThat(names()).containsExactly("users");
  }

  /** Another process that edits. */
  static final class Writer {
    private Writer() {}

    static Process start(Path file, String prefix, int users) throws IOException {
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              Writer.class.getName(),
              file.toString(),
              prefix,
              Integer.toString(users))
          .inheritIO()
          .start();
    }

    public static void main(String[] args) throws Exception {
      HtpasswdEditor editor = new HtpasswdEditor(Path.of(args[0]));
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        editor.put(HtpasswdLine.of(args[1] + i, "secret", CHEAP));
      }
    }
  }

  // --- what a line may be

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "\"\", the user name is empty",
        "\"al:ice\", \"user name \"\"al:ice\"\": has a ':', which ends the name in the file\"",
        "\"#alice\", \"user name \"\"#alice\"\": begins with '#', which makes the line a comment\"",
        "\" alice\", \"user name \"\" alice\"\": white space at its begin or end would be lost in the file\"",
        "\"al\u0007ice\", \"user name \"\"al\\u0007ice\"\": has a control character\""
      })
  void of_badUserName_isRefusedWithTheRule(String user, String problem) {
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdLine.of(user, "secret", CHEAP))
        .satisfies(e -> assertThat(e.problems()).containsExactly(problem));
  }

  @Test
  void of_longUserName_isRefused() {
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdLine.of("ä".repeat(128), "secret", CHEAP))
        .withMessageEndingWith("...\": has more than 255 bytes");
  }

  @Test
  void an7_newPasswordOfMoreThan72Bytes_isRefused() throws Exception {
    assertThat(HtpasswdLine.of("alice", "ä".repeat(36), CHEAP).user()).isEqualTo("alice");
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdLine.of("alice", "ä".repeat(36) + "b", CHEAP))
        .withMessage("the password has 73 bytes (at most 72, because bcrypt looks at no more)");
  }

  @Test
  void of_badPassword_isRefusedAndNotRepeated() {
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdLine.of("alice", "", CHEAP))
        .withMessage("the password is empty");
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdLine.of("alice", "hidden\0", CHEAP))
        .withMessage("the password has a zero byte, where bcrypt would take it to end");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 18})
  void of_costOutOfBounds_isRefused(int cost) {
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdLine.of("alice", "secret", cost))
        .withMessage("cost: " + cost + " (expected: 4 to 17)");
  }

  @Test
  void line_asText_hidesTheHash() throws Exception {
    assertThat(HtpasswdLine.of("alice", "secret", CHEAP)).hasToString("alice:bcrypt of cost 4");
  }

  // --- the first user

  @Test
  void sl2_firstUser_hasARandomPasswordInAFileForItsOwner() throws Exception {
    Path file = folder.resolve("new/auth/users");

    Path passwordFile = FirstUser.createIfMissing(file).orElseThrow();

    String password = Files.readString(passwordFile).strip();
    assertThat(password).hasSize(32);
    assertThat(mode(passwordFile)).isEqualTo("rw-------");
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(mode(folder.resolve("new/auth"))).isEqualTo("rwx------");
    assertThat(HtpasswdFile.read(file).proves(FirstUser.NAME, password)).isTrue();
  }

  @Test
  void sl2_passwordFileOfOldWithAnyMode_isMadeAnew() throws Exception {
    Path old = Files.writeString(folder.resolve("users.password"), "old");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-rw-rw-"));

    Path passwordFile = FirstUser.createIfMissing(folder.resolve("users")).orElseThrow();

    assertThat(passwordFile).isEqualTo(old);
    assertThat(mode(passwordFile)).isEqualTo("rw-------");
  }

  @Test
  void createIfMissing_fileThere_isLeftAlone() throws Exception {
    Path file = Files.writeString(folder.resolve("users"), ALICE);

    assertThat(FirstUser.createIfMissing(file)).isEmpty();

    assertThat(file).hasContent(ALICE);
    assertThat(names()).containsExactly("users");
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return Set.copyOf(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
