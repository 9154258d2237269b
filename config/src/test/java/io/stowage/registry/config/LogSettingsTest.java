package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who hears of what is logged. */
class LogSettingsTest {
  private static final String HOOK =
      """
      log:
        hooks:
          - type: mail
            disabled: false
            levels: [panic, Warning]
            options:
              smtp:
                addr: mail.example.com:587
                username: me
                password: hidden
                insecure: true
              from: registry@example.com
              to: [ops@example.com, boss@example.com]
      """;

  @Test
  void hook_asDistributionsDocumentationHasIt_isBound() {
    Loading loading = Loading.minimalAnd(HOOK);

    assertThat(loading.notices()).isEmpty();
    assertThat(loading.configuration().log().hooks())
        .containsExactly(
            new LogSettings.MailHook(
                Set.of(LogSettings.Level.ERROR, LogSettings.Level.WARN),
                "mail.example.com",
                587,
                "me",
                "hidden",
                true,
                "registry@example.com",
                List.of("ops@example.com", "boss@example.com")));
  }

  @Test
  void hook_withoutLevels_isForErrors() {
    Loading loading =
        Loading.minimalAnd(
            "log: {hooks: [{type: Mail, options: {smtp: {addr: 'm:25'}, from: a@b, to: c@d}}]}");

    assertThat(loading.configuration().log().hooks().getFirst().levels())
        .containsExactly(LogSettings.Level.ERROR);
  }

  @Test
  void hook_disabled_isNotLookedAt() {
    Loading loading = Loading.minimalAnd("log: {hooks: [{type: slack, disabled: true}]}");

    assertThat(loading.configuration().log().hooks()).isEmpty();
    assertThat(loading.notices()).isEmpty();
  }

  @Test
  void hook_variableOfDistribution_isMet() {
    Loading loading =
        Loading.minimalAnd(HOOK).with("REGISTRY_LOG_HOOKS_0_MAILOPTIONS_SMTP_ADDR", "other:25");

    assertThat(loading.configuration().log().hooks().getFirst().host()).isEqualTo("other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type: mail       | type: slack | type: \"slack\" is not allowed (expected: mail, the only kind of hook)",
        "[panic, Warning] | [loud]      | levels: \"loud\" is not allowed (expected: error, warn, info, debug)",
        "example.com:587  | example.com | options.smtp.addr: \"mail.example.com\" is not allowed (expected: host:port of an SMTP server)",
        "mail.example.com:587 | ':25'   | options.smtp.addr: \":25\" is not allowed (expected: host:port of an SMTP server)",
        "registry@        | registry    | options.from: \"registryexample.com\" is not allowed (expected: an address of mail)",
        "ops@example      | ops         | options.to: \"ops.com\" is not allowed (expected: an address of mail)",
        "to:              | no:         | options.to is missing (expected: addresses of mail)"
      })
  void hook_thatCantWork_isRefused(String right, String wrong, String problem) {
    assertThat(Loading.minimalAnd(HOOK.replace(right, wrong)).problems())
        .singleElement()
        .asString()
        .endsWith("log.hooks[0]." + problem)
        .doesNotContain("hidden");
  }

  @Test
  void hook_password_isNeverShown() {
    Loaded loaded = Loading.minimalAnd(HOOK).accepted();

    assertThat(loaded.settings())
        .extracting(Setting::text)
        .noneMatch(text -> text.contains("hidden"));
    assertThat(loaded.configuration().log().toString()).doesNotContain("hidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{requests: some}", "{access: {format: common}}"})
  void wordsOfOurs_unknown_areRefused(String log) {
    assertThat(Loading.minimalAnd("stowage: {log: " + log + "}").problems())
        .singleElement()
        .asString()
        .contains(" is not allowed (expected: ");
  }
}
