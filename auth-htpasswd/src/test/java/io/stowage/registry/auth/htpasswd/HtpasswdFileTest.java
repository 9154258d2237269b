package io.stowage.registry.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtpasswdFileTest {
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
  @ValueSource(
      strings = {
        "$apr1$iN0cM6ku$yP/da4s4A0DBzqlbBN1VH/",
        "{SHA}EfatjsUqKYSrqv18O1FlA3hcIHI=",
        "plain",
        "",
        "$2x$05$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe",
        "$2y$03$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe",
        "$2y$31$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe",
        "$2y$05$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMAL"
      })
  void parse_otherHash_isRefusedWithLineAndRemedy(String hash) {
    assertThatExceptionOfType(HtpasswdException.class)
        .isThrownBy(() -> HtpasswdFile.parse("users", List.of(ALICE, "dave:" + hash)))
        .withMessage(
            "users:2: the hash of dave is not bcrypt ($2y$, $2a$ or $2b$); set the password again"
                + " with: htpasswd -B users dave");
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
                      "users:1: not a line of the form user:hash; make one with: htpasswd -B users"
                          + " USER");
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
}
