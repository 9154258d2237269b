package io.stowage.registry.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Identity;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes made by Apache's htpasswd, checked here. */
class HtpasswdAuthenticatorTest {
  private static final List<String> LINES =
      List.of(
          "alice:$2y$05$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe",
          "bob:$2y$04$7y9GG.10Pu0/LVS7h9X9R.okvH8n6zy33TeSXCDNiqDj8dQwBPciW",
          "carol:$2b$06$TljWqkYa54D0RIxTGbdfz.YODCN5TKTqPPZ/fd/vcIsMqAC3SI1li",
          "dan:$2a$06$TljWqkYa54D0RIxTGbdfz.YODCN5TKTqPPZ/fd/vcIsMqAC3SI1li",
          "long:$2y$04$wB9K2iUIgYCvXVZTZ3Ex/eRW3RaThglGAFpNBXzxMS8IlWJm6eJ2S",
          "empty:$2y$04$aH.IQRD.hEq3NIbGrxkog.Kg3ikYA6p0G97FA/r8EsvKPIKAPPo.u");

  private HtpasswdAuthenticator authenticator;

  @BeforeEach
  void parse() throws HtpasswdException {
    authenticator = new HtpasswdAuthenticator(HtpasswdFile.parse("users", LINES));
  }

  @ParameterizedTest
  @CsvSource({"alice, secret", "bob, pä ss:word", "carol, other", "dan, other"})
  void authenticate_rightPassword_isThatUser(String user, String password) {
    assertThat(authenticator.authenticate(user, password))
        .contains(Authentication.of(new Identity(user)));
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
  void authenticate_seventyTwoBytes_isTheLongestPassword() {
    String longest = "a".repeat(72);

    assertThat(authenticator.authenticate("long", longest))
        .contains(Authentication.of(new Identity("long")));
    assertThat(authenticator.authenticate("long", longest + "b")).isEmpty();
    assertThat(authenticator.authenticate("long", "a".repeat(71))).isEmpty();
  }

  @Test
  void authenticate_tooManyBytesInFewCharacters_isNobody() {
    assertThat(BcryptHash.canCheck("ä".repeat(36))).isTrue();
    assertThat(BcryptHash.canCheck("ä".repeat(37))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\0tail"})
  void authenticate_zeroInPassword_isNobodyEvenWhereTheHashIsOfNothing(String password) {
    assertThat(authenticator.authenticate("empty", password)).isEmpty();
    assertThat(authenticator.authenticate("empty", "x".repeat(73))).isEmpty();
    assertThat(authenticator.authenticate("empty", ""))
        .contains(Authentication.of(new Identity("empty")));
  }
}
