package io.stowage.registry.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Any text is a configuration, the same each time, or refused by name with at least one problem.
 */
class ConfigurationFuzzTest {
  private static final String FILE =
      """
      version: 0.1
      log:
        level: info
        fields: {service: registry, &x name: *x}
      storage:
        filesystem:
          rootdirectory: /data
          maxthreads: 100
        delete: {enabled: true}
        maintenance:
          uploadpurging: {enabled: true, age: 168h, interval: 24h, dryrun: false}
      http:
        addr: 127.0.0.1:5000
        headers: {X-Content-Type-Options: [nosniff], "X-Other": ['a', b]}
        http2: {disabled: false}
      auth:
        htpasswd: {realm: basic-realm, path: /auth/htpasswd}
      notifications:
        endpoints:
        - name: alistener
          url: https://listener.example/event
          headers: {Authorization: [Bearer secret]}
          timeout: 1s
          threshold: 10
          backoff: 1s
      health:
        storagedriver: {enabled: true, interval: 10s, threshold: 3}
      """;

  @Test
  void load_anyFile_isAcceptedOrRefused_PF21() throws Exception {
    Corpus files =
        Corpus.of(
                FILE,
                Loading.MINIMAL,
                "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n" + Loading.MINIMAL,
                Loading.MINIMAL + "http: &h\n  addr: :5000\nlog: {<<: *h, level: debug}\n",
                "# a comment\n---\n" + Loading.MINIMAL + "...\n")
            .withWords(
                "&a ",
                "*a",
                "<<: *a",
                "<<: ",
                "[*a, *a, *a, *a]",
                "!!javax.script.ScriptEngine ",
                "!!binary ",
                "!",
                "- ",
                ": ",
                "\n  ",
                "\n    ",
                "? ",
                "|",
                ">-",
                "%YAML 1.1\n",
                "---\n",
                "0x7fffffffffffffff",
                "1:30",
                ".inf",
                ".nan",
                "~",
                "\u0085",
                "\\ud800",
                "\"\\x",
                "9223372036854775807h",
                "stowage:\n",
                "${HOME}");

    FuzzRun.of("configuration-file", new Mutator(files))
        .against(input -> isAccepted(Loading.of(new String(input, UTF_8))));
  }

  @Test
  void load_anyVariables_areAcceptedOrRefused() throws Exception {
    Corpus variables =
        Corpus.of(
                "REGISTRY_HTTP_ADDR=:5001\nREGISTRY_LOG_LEVEL=debug\nREGISTRY_HTTP_SECRET_FILE=/s",
                "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/x\nREGISTRY_STORAGE_DELETE_ENABLED=true",
                "REGISTRY_HTTP_HEADERS={X-A: [b, c]}\nREGISTRY_HTTP_HEADERS_X-B_0=d",
                "REGISTRY_NOTIFICATIONS_ENDPOINTS_0_URL=http://a/\n"
                    + "REGISTRY_NOTIFICATIONS_ENDPOINTS_0_NAME=a",
                "REGISTRY_AUTH={htpasswd: {realm: r, path: /p}}\nREGISTRY_AUTH_HTPASSWD_REALM=q")
            .withWords(
                "REGISTRY_",
                "_FILE",
                "_0",
                "_999999999999",
                "__",
                "=",
                "\n",
                "[[[[",
                "{a: {b: ",
                "&a [*a]",
                "_-1",
                "_ENABLED",
                "STOWAGE",
                "REGISTRY_STOWAGE_",
                "yes",
                "1e9s");

    FuzzRun.of("configuration-variables", new Mutator(variables))
        .against(
            input ->
                isAccepted(
                    new Loading(
                        Loading.MINIMAL,
                        variables(new String(input, UTF_8)),
                        Map.of("/s", "content"))));
  }

  private static Map<String, String> variables(String text) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      variables.put(
          equals < 0 ? line : line.substring(0, equals),
          equals < 0 ? "" : line.substring(equals + 1));
    }
    return variables;
  }

  private static boolean isAccepted(Loading loading) throws ConfigurationException {
    Loaded loaded;
    try {
      loaded = loading.load();
    } catch (ConfigurationException refused) {
      assertThat(refused.problems()).isNotEmpty();
      assertThat(refused.problems()).allMatch(problem -> !problem.text().isBlank());
      return false;
    }
    assertThat(loading.load().configuration()).hasToString(loaded.configuration().toString());
    assertThat(loaded.settings()).isNotEmpty().allMatch(setting -> !setting.text().isBlank());
    return true;
  }
}
