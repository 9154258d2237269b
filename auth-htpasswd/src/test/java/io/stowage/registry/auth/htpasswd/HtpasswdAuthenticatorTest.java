package io.stowage.registry.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes made by Apache's htpasswd, checked here. */
class HtpasswdAuthenticatorTest {
  private static final String ALICE =
      "alice:$2y$05$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe";
  private static final String BOB =
      "bob:$2y$04$7y9GG.10Pu0/LVS7h9X9R.okvH8n6zy33TeSXCDNiqDj8dQwBPciW";
  private static final List<String> LINES =
      List.of(
          ALICE,
          BOB,
          "carol:$2b$06$TljWqkYa54D0RIxTGbdfz.YODCN5TKTqPPZ/fd/vcIsMqAC3SI1li",
          "dan:$2a$06$TljWqkYa54D0RIxTGbdfz.YODCN5TKTqPPZ/fd/vcIsMqAC3SI1li",
          "long:$2y$04$wB9K2iUIgYCvXVZTZ3Ex/eRW3RaThglGAFpNBXzxMS8IlWJm6eJ2S",
          "empty:$2y$04$aH.IQRD.hEq3NIbGrxkog.Kg3ikYA6p0G97FA/r8EsvKPIKAPPo.u");
  private static final Duration REMEMBER = Duration.ofMinutes(5);
  private static final byte[] KEY = {1, 2, 3};

  @TempDir private Path folder;

  private final AtomicLong now = new AtomicLong();
  private final AtomicLong rounds = new AtomicLong();
  private Path file;
  private HtpasswdAuthenticator authenticator;

  @BeforeEach
  void open() throws Exception {
    file = Files.write(folder.resolve("users"), LINES);
    authenticator =
        new HtpasswdAuthenticator(
            file,
            new HtpasswdAuthenticator.Options(REMEMBER, 100, 1, 10),
            now::get,
            (hash, password) -> {
              rounds.addAndGet(1L << hash.cost());
              return hash.matches(password);
            });
  }

  @AfterEach
  void close() {
    authenticator.close();
  }

  // --- who gets in

  @ParameterizedTest
  @CsvSource({"alice, secret", "bob, pä ss:word", "carol, other", "dan, other"})
  void authenticate_rightPassword_isThatUser(String user, String password) {
    assertThat(authenticator.authenticate(user, password)).contains(authentication(user));
  }

  @ParameterizedTest
  @CsvSource({
    "alice, Secret",
    "alice, ''",
    "bob, secret",
    "nobody, secret",
    "nobody, ''",
    "'', secret",
    "Alice, secret"
  })
  void authenticate_wrongUserOrPassword_isNobody(String user, String password) {
    assertThat(authenticator.authenticate(user, password)).isEmpty();
  }

  @Test
  void an7_passwordsEqualInTheFirst72Bytes_areRefused() {
    String longest = "a".repeat(72);

    assertThat(authenticator.authenticate("long", longest)).contains(authentication("long"));
    assertThat(authenticator.authenticate("long", longest + "b")).isEmpty();
    assertThat(authenticator.authenticate("long", "a".repeat(71))).isEmpty();
  }

  @Test
  void an7_tooManyBytesInFewCharacters_areRefused() {
    assertThat(BcryptHash.canCheck("ä".repeat(36))).isTrue();
    assertThat(BcryptHash.canCheck("ä".repeat(37))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\0tail"})
  void an7_zeroInPassword_isRefusedEvenWhereTheHashIsOfNothing(String password) {
    assertThat(authenticator.authenticate("empty", password)).isEmpty();
    assertThat(authenticator.authenticate("empty", "x".repeat(73))).isEmpty();
    assertThat(authenticator.authenticate("empty", "")).contains(authentication("empty"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice:", "al:ice", "#alice", "a\0lice", "\uD800", "al\nice", ""})
  void an8_oddUserNames_areNobody(String user) {
    assertThat(authenticator.authenticate(user, "secret")).isEmpty();
    assertThat(authenticator.recall(user, "secret")).isEmpty();
  }

  @Test
  void an8_hugePassword_isNobody() {
    assertThat(authenticator.authenticate("alice", "x".repeat(1 << 20))).isEmpty();
    assertThat(authenticator.authenticate("alice", "\uD800")).isEmpty();
  }

  @Test
  void authenticate_saltWithUnusedBits_isTheSameSalt() {
    // The last of the 22 characters of a salt has four bits that don't count; PHP code fills them.
    BcryptHash padded =
        BcryptHash.parse(ALICE.substring(6).replace("VD0.PjMj", "VD0/PjMj")).orElseThrow();

    assertThat(padded.matches("secret")).isTrue();
  }

  // --- what it costs

  @ParameterizedTest
  @CsvSource({
    "nobody, secret",
    "alice, wrong",
    "bob, wrong",
    "carol, wrong",
    "'', ''",
    "alice, 'zero\0'",
    "alice, 0123456789012345678901234567890123456789012345678901234567890123456789012"
  })
  void an5_everyFailure_costsWhatTheCostliestHashCosts(String user, String password) {
    assertThat(authenticator.authenticate(user, password)).isEmpty();

    assertThat(rounds).hasValue(1L << 6);
  }

  @Test
  void authenticate_again_isRememberedWithoutAHash() {
    authenticator.authenticate("alice", "secret");
    rounds.set(0);

    assertThat(authenticator.authenticate("alice", "secret")).contains(authentication("alice"));
    assertThat(authenticator.recall("alice", "secret")).contains(authentication("alice"));
    assertThat(rounds).hasValue(0);
  }

  @Test
  void authenticate_wrongAgain_isNotRemembered() {
    authenticator.authenticate("alice", "wrong");
    authenticator.authenticate("alice", "wrong");

    assertThat(rounds).hasValue(2L << 6);
  }

  @Test
  void recall_neverChecked_isEmptyWithoutAHash() {
    assertThat(authenticator.recall("alice", "secret")).isEmpty();
    assertThat(rounds).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({"alice, Secret", "alice, ''", "bob, secret", "ali, cesecret", "alices, ecret"})
  void recall_anotherUserOrPassword_isEmpty(String user, String password) {
    authenticator.authenticate("alice", "secret");

    assertThat(authenticator.recall(user, password)).isEmpty();
  }

  @Test
  void recall_afterItsTime_isForgottenHoweverOftenItWasUsed() {
    authenticator.authenticate("alice", "secret");
    now.addAndGet(REMEMBER.toNanos() - 1);
    assertThat(authenticator.recall("alice", "secret")).isPresent();

    now.addAndGet(1);
    assertThat(authenticator.recall("alice", "secret")).isEmpty();
  }

  @Test
  void recall_timeOfZero_remembersNothing() throws Exception {
    try (HtpasswdAuthenticator forgetful =
        HtpasswdAuthenticator.open(
            file, HtpasswdAuthenticator.Options.remembering(Duration.ZERO))) {
      assertThat(forgetful.authenticate("alice", "secret")).isPresent();
      assertThat(forgetful.recall("alice", "secret")).isEmpty();
    }
  }

  // --- when the file changes

  @Test
  void an14_hashChanged_forgetsAtOnce() throws Exception {
    authenticator.authenticate("alice", "secret");

    rewrite(BOB.replace("bob:", "alice:"));

    assertThat(authenticator.recall("alice", "secret")).isEmpty();
    assertThat(authenticator.authenticate("alice", "secret")).isEmpty();
    assertThat(authenticator.authenticate("alice", "pä ss:word")).isPresent();
  }

  @Test
  void an14_userGone_forgetsAtOnce() throws Exception {
    authenticator.authenticate("alice", "secret");

    rewrite(BOB);

    assertThat(authenticator.recall("alice", "secret")).isEmpty();
    assertThat(authenticator.authenticate("alice", "secret")).isEmpty();
    assertThat(authenticator.knows("alice")).isFalse();
  }

  @Test
  void an14_anotherUserChanged_remembersTheOthers() throws Exception {
    authenticator.authenticate("alice", "secret");

    rewrite(ALICE);

    assertThat(authenticator.recall("alice", "secret")).isPresent();
  }

  @Test
  void reload_linkTurnedToAnotherFile_readsThatOne() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    try (HtpasswdAuthenticator linked =
        HtpasswdAuthenticator.open(
            link, HtpasswdAuthenticator.Options.remembering(Duration.ZERO))) {
      Path next = Files.write(folder.resolve("next"), List.of(BOB));
      Path turned = Files.createSymbolicLink(folder.resolve("turned"), next);
      Files.move(turned, link, StandardCopyOption.ATOMIC_MOVE);

      linked.reload();

      assertThat(linked.size()).isEqualTo(1);
      assertThat(linked.knows("bob")).isTrue();
    }
  }

  @Test
  void reload_badLine_keepsTheUsersOfBefore() throws Exception {
    Files.write(file, List.of(BOB, "eve:plain"));

    assertThatExceptionOfType(HtpasswdException.class).isThrownBy(authenticator::reload);

    assertThat(authenticator.authenticate("alice", "secret")).isPresent();
  }

  @Test
  void reload_fileGone_keepsTheUsersOfBefore() throws Exception {
    Files.delete(file);

    assertThatExceptionOfType(HtpasswdException.class).isThrownBy(authenticator::reload);

    assertThat(authenticator.size()).isEqualTo(LINES.size());
  }

  // --- fingerprints

  @Test
  void fingerprint_sameEntry_staysOverRestarts() throws Exception {
    try (HtpasswdAuthenticator other =
        HtpasswdAuthenticator.open(
            file, HtpasswdAuthenticator.Options.remembering(Duration.ZERO))) {
      assertThat(other.fingerprint("alice", KEY))
          .isEqualTo(authenticator.fingerprint("alice", KEY));
    }
  }

  @Test
  void fingerprint_otherHashOrKeyOrUser_differs() throws Exception {
    String before = authenticator.fingerprint("alice", KEY).orElseThrow();
    assertThat(authenticator.fingerprint("alice", new byte[] {9}))
        .isPresent()
        .get()
        .isNotEqualTo(before);
    assertThat(authenticator.fingerprint("dan", KEY))
        .isPresent()
        .get()
        .isNotEqualTo(authenticator.fingerprint("carol", KEY).orElseThrow());
    assertThat(authenticator.fingerprint("nobody", KEY)).isEmpty();

    rewrite(BOB.replace("bob:", "alice:"));

    assertThat(authenticator.fingerprint("alice", KEY)).isPresent().get().isNotEqualTo(before);
  }

  private void rewrite(String... lines) throws IOException, HtpasswdException {
    Files.write(file, List.of(lines));
    authenticator.reload();
  }

  private static Authentication authentication(String user) {
    return Authentication.of(new Identity(user));
  }
}
