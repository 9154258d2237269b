package io.stowage.registry.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Credential;
import io.stowage.registry.access.CredentialRefusedException;
import io.stowage.registry.access.CredentialService;
import io.stowage.registry.access.Identity;
import io.stowage.registry.access.Scope;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.StorageFullException;
import io.stowage.registry.storage.StorageReadOnlyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialStoreTest {
  private static final RepositoryName APP = new RepositoryName("team/app");
  private static final RepositoryName OTHER = new RepositoryName("other/app");
  private static final AccessPolicy NOTHING = (identity, action, repository) -> false;
  private static final List<Scope> PULL = List.of(Scope.parse("team/**:pull"));

  private final TestClock clock = new TestClock();
  private final Set<String> users = new HashSet<>(Set.of("alice"));
  @TempDir Path root;
  private Path folder = Path.of("");
  private CredentialStore store = new CredentialStore(folder, users::contains, clock);

  @BeforeEach
  void open() {
    folder = root.resolve("_stowage/credentials");
    store = openAgain();
  }

  /** As another process would. */
  private CredentialStore openAgain() {
    return new CredentialStore(folder, users::contains, clock);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  // --- use

  @Test
  void authenticate_personalToken_isItsUserNarrowedByItsScopes() throws Exception {
    String secret = store.createPersonal("alice", "laptop", PULL, null).secret();

    Authentication caller = store.authenticate("alice", secret).orElseThrow();

    assertThat(caller.identity()).isEqualTo(new Identity("alice"));
    assertThat(caller.allows(AccessPolicy.OPEN, Action.PULL, APP)).isTrue();
    assertThat(caller.allows(AccessPolicy.OPEN, Action.PULL, OTHER)).isFalse();
    assertThat(caller.allows(AccessPolicy.OPEN, Action.PUSH, APP)).isFalse();
    assertThat(caller.allows(NOTHING, Action.PULL, APP)).isFalse();
    assertThat(store.recall("alice", secret)).contains(caller);
  }

  @Test
  void authenticate_robot_hasItsScopesWhateverThePolicy() throws Exception {
    String secret = store.createRobot("ci", "builds", PULL, null).secret();

    Authentication caller = store.authenticate("robot$ci", secret).orElseThrow();

    assertThat(caller.identity()).isEqualTo(new Identity("robot$ci"));
    assertThat(caller.allows(NOTHING, Action.PULL, APP)).isTrue();
    assertThat(caller.allows(AccessPolicy.OPEN, Action.PULL, OTHER)).isFalse();
    assertThat(caller.allows(AccessPolicy.OPEN, Action.PUSH, APP)).isFalse();
  }

  @Test
  void az7_scopesOfEachAction_coverNothingElse() throws Exception {
    for (Action given : Scope.GRANTABLE) {
      Scope scope = new Scope(PULL.getFirst().repositories(), Set.of(given));
      String secret = store.createPersonal("alice", "", List.of(scope), null).secret();
      Authentication caller = store.authenticate("alice", secret).orElseThrow();
      for (Action asked : Scope.GRANTABLE) {
        assertThat(caller.grant().covers(asked, APP))
            .as("%s with a token for %s", asked, given)
            .isEqualTo(
                asked == given
                    || given == Action.ADMIN
                    || (asked == Action.CATALOG && given == Action.PULL));
        assertThat(asked != Action.CATALOG && caller.grant().covers(asked, OTHER)).isFalse();
        assertThat(asked != Action.CATALOG && caller.grant().covers(asked, null)).isFalse();
      }
      assertThat(caller.grant().covers(Action.PING, null)).isTrue();
    }
  }

  @Test
  void authenticate_anythingElse_isEmpty() throws Exception {
    String secret = store.createPersonal("alice", "", PULL, null).secret();
    String robot = store.createRobot("ci", "", PULL, null).secret();
    Secret unknown = Secret.generate(new SecureRandom());

    assertThat(store.authenticate("alice", "password")).isEmpty();
    assertThat(store.authenticate("alice", robot)).isEmpty();
    assertThat(store.authenticate("bob", secret)).isEmpty();
    assertThat(store.authenticate("", secret)).isEmpty();
    assertThat(store.authenticate("ci", robot)).isEmpty();
    assertThat(store.authenticate("alice", unknown.text())).isEmpty();
    assertThat(store.authenticate("alice", secret.substring(0, secret.length() - 1))).isEmpty();
    assertThat(CredentialStore.isOurs(unknown.text())).isTrue();
    assertThat(CredentialStore.isOurs("stw_password")).isFalse();
  }

  @Test
  void authenticate_rightIdWithAnotherSecret_isEmpty() throws Exception {
    CredentialService.Created created = store.createPersonal("alice", "", PULL, null);
    CredentialService.Created other = store.createPersonal("alice", "", PULL, null);
    Path file = folder.resolve(created.credential().id() + ".json");
    Files.writeString(
        file,
        Files.readString(folder.resolve(other.credential().id() + ".json"))
            .replace(other.credential().id(), created.credential().id()));

    assertThat(openAgain().authenticate("alice", created.secret())).isEmpty();
  }

  @Test
  void authenticate_afterItsEnd_isEmpty() throws Exception {
    String secret =
        store.createPersonal("alice", "", PULL, TestClock.START.plusSeconds(60)).secret();
    clock.advance(Duration.ofSeconds(59));
    assertThat(store.authenticate("alice", secret)).isPresent();

    clock.advance(Duration.ofSeconds(1));

    assertThat(store.authenticate("alice", secret)).isEmpty();
  }

  @Test
  void authenticate_userIsGone_isEmpty() throws Exception {
    String secret = store.createPersonal("alice", "", PULL, null).secret();
    String robot = store.createRobot("ci", "", PULL, null).secret();
    assertThat(store.authenticate("alice", secret)).isPresent();

    users.clear();

    assertThat(store.authenticate("alice", secret)).isEmpty();
    assertThat(store.authenticate("robot$ci", robot)).as("robots are no users").isPresent();
  }

  @Test
  void revoke_byAnotherProcess_holdsAtOnce() throws Exception {
    CredentialService.Created created = store.createPersonal("alice", "", PULL, null);
    assertThat(store.authenticate("alice", created.secret())).isPresent();

    assertThat(openAgain().revoke(created.credential().id())).isTrue();

    assertThat(store.authenticate("alice", created.secret())).isEmpty();
    assertThat(store.authentication(created.credential().id())).isEmpty();
    assertThat(store.revoke(created.credential().id())).isFalse();
  }

  @Test
  void create_byAnotherProcess_holdsAtOnce() throws Exception {
    assertThat(store.list()).isEmpty();

    String secret = openAgain().createPersonal("alice", "", PULL, null).secret();

    assertThat(store.authenticate("alice", secret)).isPresent();
  }

  @Test
  void authenticate_again_readsNoFile() throws Exception {
    CredentialService.Created created = store.createPersonal("alice", "", PULL, null);
    store.authenticate("alice", created.secret());
    Path file = folder.resolve(created.credential().id() + ".json");
    var modified = Files.getLastModifiedTime(file);
    Files.write(file, new byte[(int) Files.size(file)]);
    Files.setLastModifiedTime(file, modified);

    assertThat(store.authenticate("alice", created.secret())).isPresent();
  }

  @Test
  void authenticate_damagedFile_failsAndNamesIt() throws Exception {
    CredentialService.Created created = store.createPersonal("alice", "", PULL, null);
    Path file = folder.resolve(created.credential().id() + ".json");
    String text = Files.readString(file);
    for (String damaged :
        List.of(
            "",
            "{}",
            text.replace("\"version\":1", "\"version\":2"),
            text.replace("personal", "other"),
            text.replace("sha256:", "md5:"),
            text.replace("team/**", "a**"),
            text.replace(created.credential().id(), "0000000000"))) {
      Files.writeString(file, damaged);
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> openAgain().authenticate("alice", created.secret()))
          .withMessageContaining(file + ": is not a credential: ");
    }
  }

  // --- administration

  @Test
  void sl1_create_keepsNoSecretAndFilesForTheOwnerOnly() throws Exception {
    CredentialService.Created created =
        store.createPersonal("alice", "laptop", PULL, TestClock.START.plusSeconds(60));

    assertThat(files()).containsExactly(folder.resolve(created.credential().id() + ".json"));
    assertThat(Files.readString(files().getFirst()))
        .isEqualTo(
            """
            {"version":1,"id":"%s","kind":"personal","user":"alice","note":"laptop",\
            "scopes":["team/**:pull"],"created":"2026-11-24T12:00:00Z",\
            "expires":"2026-11-24T12:01:00Z","secret":"%s"}
            """
                .formatted(
                    created.credential().id(), Secret.find(created.secret()).orElseThrow().hash()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().getFirst())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(created.toString()).doesNotContain(created.secret());
    assertThat(store.authenticate("alice", created.secret()).orElseThrow().toString())
        .doesNotContain(created.secret());
  }

  @Test
  void list_oldestFirst_withEverythingButTheSecret() throws Exception {
    Credential first = store.createPersonal("alice", "one", PULL, null).credential();
    clock.advance(Duration.ofSeconds(1));
    Credential second = store.createRobot("ci", "two", PULL, null).credential();

    assertThat(openAgain().list()).containsExactly(first, second);
    assertThat(store.find(first.id())).contains(first);
    assertThat(store.find("../" + first.id())).isEmpty();
    assertThat(store.find("")).isEmpty();
  }

  @Test
  void list_expired_isShownForThirtyDays() throws Exception {
    Credential credential =
        store.createPersonal("alice", "", PULL, TestClock.START.plusSeconds(1)).credential();
    clock.advance(Duration.ofDays(30));
    assertThat(store.list()).containsExactly(credential);
    assertThat(credential.isExpired(clock.instant())).isTrue();

    clock.advance(Duration.ofSeconds(1));

    assertThat(store.list()).isEmpty();
    Credential next = store.createPersonal("alice", "", PULL, null).credential();
    assertThat(files()).containsExactly(folder.resolve(next.id() + ".json"));
  }

  @Test
  @DisplayName("R12: a clock that is ahead for a while removes no token")
  void create_whileTheClockIsAhead_removesNoneThatHoldsAgainLater() throws Exception {
    store = new CredentialStore(folder, users::contains, clock, () -> TestClock.START);
    Instant end = TestClock.START.plus(Duration.ofDays(90));
    String secret = store.createPersonal("alice", "", PULL, end).secret();

    clock.advance(Duration.ofDays(365));
    store.createPersonal("alice", "", PULL, null);
    assertThat(store.authenticate("alice", secret)).isEmpty();

    clock.advance(Duration.ofDays(-365));
    assertThat(store.authenticate("alice", secret)).isPresent();
  }

  @Test
  void create_forNobody_isRefused() {
    assertThatExceptionOfType(CredentialRefusedException.class)
        .isThrownBy(() -> store.createPersonal("bob", "", PULL, null))
        .withMessage("user: bob (expected: one that exists)");
    assertThat(folder).doesNotExist();
  }

  @Test
  void createRobot_nameThatIsTakenOrIllegal_isRefused() throws Exception {
    store.createRobot("ci", "", PULL, TestClock.START.plusSeconds(1));

    for (String name : List.of("", "CI", "-ci", "c$i", "a/b", "a".repeat(65))) {
      assertThatExceptionOfType(CredentialRefusedException.class)
          .isThrownBy(() -> store.createRobot(name, "", PULL, null))
          .withMessageStartingWith("robot name: " + name + " (expected: 1 to 64 of a-z");
    }
    assertThatExceptionOfType(CredentialRefusedException.class)
        .isThrownBy(() -> store.createRobot("ci", "", PULL, null))
        .withMessage("robot name: ci (expected: one that is free)");
    clock.advance(Duration.ofSeconds(1));
    assertThat(store.createRobot("ci", "", PULL, null).credential().user()).isEqualTo("robot$ci");
  }

  @Test
  void create_endThatIsNotInTheFuture_isRefused() {
    for (Instant end : List.of(TestClock.START, TestClock.START.minusSeconds(1))) {
      assertThatExceptionOfType(CredentialRefusedException.class)
          .isThrownBy(() -> store.createPersonal("alice", "", PULL, end))
          .withMessage("expires: %s (expected: a time in the future)", end);
      assertThatExceptionOfType(CredentialRefusedException.class)
          .isThrownBy(() -> store.createRobot("ci", "", PULL, end));
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  @DisplayName("nobody fills the disk with tokens, not even with such that soon end")
  void createPersonal_oneTooMany_isRefusedUnlessAnotherHasEnded() throws Exception {
    users.add("bob");
    Credential brief =
        store.createPersonal("alice", "", PULL, TestClock.START.plusSeconds(1)).credential();
    for (int i = 1; i < CredentialService.MAX_PERSONAL; i++) {
      store.createPersonal("alice", "", PULL, null);
    }
    assertThatExceptionOfType(CredentialRefusedException.class)
        .isThrownBy(() -> store.createPersonal("alice", "", PULL, null))
        .withMessage(
            "personal access tokens of alice: 100 (expected: at most 100; revoke one first)");
    store.createPersonal("bob", "", PULL, null);
    store.createRobot("ci", "", PULL, null);

    clock.advance(Duration.ofSeconds(1));
    store.createPersonal("alice", "", PULL, null);

    assertThat(store.find(brief.id())).isEmpty();
    assertThat(store.list()).hasSize(CredentialService.MAX_PERSONAL + 2);
  }

  @Test
  void write_whereTheDiskIsFullOrForReadingOnly_saysSo() {
    assertThat(PrivateFolder.named(new FileSystemException("f", null, "Read-only file system")))
        .isInstanceOf(StorageReadOnlyException.class)
        .hasMessage("f: Read-only file system");
    for (String reason : List.of("No space left on device", "Disk quota exceeded")) {
      assertThat(PrivateFolder.named(new FileSystemException("f", null, reason)))
          .isInstanceOf(StorageFullException.class);
    }
    FileSystemException other = new FileSystemException("f");
    assertThat(PrivateFolder.named(other)).isSameAs(other);
  }

  @Test
  void revoke_anythingElse_touchesNothing() throws Exception {
    Path outside = Files.writeString(root.resolve("_stowage.json"), "{}");

    assertThat(store.revoke("../_stowage")).isFalse();
    assertThat(store.revoke("0000000000")).isFalse();
    assertThat(outside).exists();
  }
}
