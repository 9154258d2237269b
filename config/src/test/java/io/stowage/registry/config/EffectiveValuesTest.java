package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which keys two loads differ by. */
final class EffectiveValuesTest {
  private static EffectiveValues values(String yaml) throws ConfigurationException {
    return Loading.minimalAnd(yaml).load().values();
  }

  private static List<String> differences(String before, String after)
      throws ConfigurationException {
    return values(before).differencesTo(values(after));
  }

  @Test
  void differences_otherValues_areNamedInTheOrderOfTheSections() throws Exception {
    assertThat(
            differences(
                "http: {addr: ':5000'}\nlog: {level: info}\n",
                "http: {addr: ':5001', prefix: /a/}\nlog: {level: debug}\n"))
        .containsExactly("log.level", "http.addr", "http.prefix");
  }

  @Test
  void differences_defaultThatIsWrittenDown_isNone() throws Exception {
    assertThat(differences("", "http: {addr: ':5000', draintimeout: 8000ms}\n")).isEmpty();
  }

  @Test
  void differences_whereTheSameIsSaid_countsForNothing() throws Exception {
    assertThat(
            values("http: {addr: ':5001'}\n")
                .differencesTo(
                    Loading.minimalAnd("").with("REGISTRY_HTTP_ADDR", ":5001").load().values()))
        .isEmpty();
  }

  @Test
  void differences_secret_isNamed() throws Exception {
    EffectiveValues one = values("stowage: {notifications: {secrets: {a: one}}}\n");
    EffectiveValues two = values("stowage: {notifications: {secrets: {a: two}}}\n");

    assertThat(one.differencesTo(two)).containsExactly("stowage.notifications.secrets");
  }

  @Test
  void differences_insideAList_areThoseOfTheList() throws Exception {
    String list =
        "stowage: {access: {rules: [{subject: anonymous, repositories: [%s], actions: [pull]}]}}\n";

    assertThat(differences(list.formatted("a"), list.formatted("b")))
        .containsExactly("stowage.access.rules");
    assertThat(differences(list.formatted("a"), list.formatted("a"))).isEmpty();
  }

  @Test
  void differences_keyThatDoesNothingHere_isNone() throws Exception {
    assertThat(differences("", "http: {secret: abc}\n")).isEmpty();
  }

  @Test
  void with_someKeysOfAnother_differsByTheRest() throws Exception {
    EffectiveValues before = values("http: {prefix: /a/}\n");
    EffectiveValues after = values("http: {headers: {X-A: [b]}}\nlog: {level: debug}\n");

    EffectiveValues mixed = before.with(List.of("http.headers", "http.prefix"), after);

    assertThat(mixed.differencesTo(after)).containsExactly("log.level");
    assertThat(mixed.differencesTo(before)).containsExactly("http.prefix", "http.headers");
  }
}
