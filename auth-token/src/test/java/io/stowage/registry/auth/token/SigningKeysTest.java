package io.stowage.registry.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stowage.registry.access.TokenRejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeysTest {
  private static final Duration ROTATION = Duration.ofDays(30);
  private static final Duration LONGEST = Duration.ofDays(90);

  private final TestClock clock = new TestClock();
  @TempDir Path root;
  private Path folder = Path.of("");

  @BeforeEach
  void placeFolder() {
    folder = root.resolve("_stowage/tokens");
  }

  private SigningKeys open() {
    return new SigningKeys(folder, ROTATION, LONGEST, clock);
  }

  private TokenIssuer issuer(SigningKeys keys) {
    return new TokenIssuer(
        keys, "stowage", "stowage", Duration.ofMinutes(5), Duration.ofDays(90), clock);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void open_withoutUse_makesNothing() {
    open();

    assertThat(root).isEmptyDirectory();
  }

  @Test
  void current_firstUse_makesAKeyThatOnlyItsOwnerReads() throws Exception {
    SigningKeys.SigningKey key = open().current();

    assertThat(files()).containsExactly(folder.resolve(key.id() + ".jwk"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().getFirst())))
        .isEqualTo("rw-------");
    assertThat(key.toString()).isEqualTo("signing key " + key.id());
  }

  @Test
  void current_afterARestart_isTheSame() throws Exception {
    String first = open().current().id();
    clock.advance(ROTATION.minusSeconds(1));

    assertThat(open().current().id()).isEqualTo(first);
  }

  @Test
  void current_oldKey_isFollowedByANewOneAndStillVerifies() throws Exception {
    SigningKeys keys = open();
    String first = keys.current().id();
    String refresh = issuer(keys).refresh("alice", "b", null, clock.instant().plus(LONGEST));
    clock.advance(ROTATION);

    assertThat(keys.current().id()).isNotEqualTo(first);
    assertThat(files()).hasSize(2);
    assertThat(issuer(open()).verifyRefresh(refresh).subject()).isEqualTo("alice");
  }

  @Test
  void current_retiredKey_isDeletedWhenNothingItSignedCanHold() throws Exception {
    SigningKeys keys = open();
    Path first = folder.resolve(keys.current().id() + ".jwk");
    clock.advance(ROTATION);
    keys.current();
    clock.advance(LONGEST);
    keys.current();
    assertThat(first).as("a token of its last minute may be around").exists();

    clock.advance(ROTATION);
    keys.current();

    assertThat(first).doesNotExist();
    assertThat(files()).hasSize(3);
  }

  @Test
  void find_keyOfAnotherProcess_isFoundWhenATokenNamesIt() throws Exception {
    SigningKeys here = open();
    here.current();
    clock.advance(ROTATION);
    String token = issuer(open()).access("alice", List.of(), null).token();

    assertThat(issuer(here).verify(token).subject()).isEqualTo("alice");
  }

  @Test
  void find_keyThatIsNotOurs_isRejected() throws Exception {
    Path other = root.resolve("other");
    String token =
        issuer(new SigningKeys(other, ROTATION, LONGEST, clock))
            .access("alice", List.of(), null)
            .token();
    SigningKeys keys = open();

    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(TokenRejectedException.class)
          .isThrownBy(() -> issuer(keys).verify(token))
          .withMessageContaining("it is signed with a key that is none of ours");
      keys.current();
    }
  }

  @Test
  void current_manyAtOnce_useOneKey() throws Exception {
    SigningKeys keys = open();
    List<Future<String>> ids = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        ids.add(threads.submit(() -> keys.current().id()));
      }
    }

    for (Future<String> id : ids) {
      assertThat(id.get()).isEqualTo(keys.current().id());
    }
    assertThat(files()).hasSize(1);
  }

  @Test
  void sl1_damagedKey_isNamedAndNotRepeated() throws Exception {
    open().current();
    Path key = files().getFirst();
    String text = Files.readString(key);
    for (String damaged :
        List.of("", "{}", text.substring(0, 80), text.replace("P-256", "P-257"))) {
      Files.writeString(key, damaged);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> open().current())
          .withMessage(
              key + ": is not a signing key; move it away, and tokens that it signed won't hold");
    }
    Files.move(key, key.resolveSibling("other.jwk"));
    Files.writeString(key.resolveSibling("other.jwk"), text);

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> open().current())
        .withMessageStartingWith(key.resolveSibling("other.jwk") + ": is not a signing key");
  }

  @Test
  void current_leftoversOfACrash_areNoKeys() throws Exception {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(".new-0011223344556677"), "{");

    open().current();

    assertThat(files()).hasSize(2);
  }
}
