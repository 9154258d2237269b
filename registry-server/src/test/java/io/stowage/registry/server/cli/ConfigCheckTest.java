package io.stowage.registry.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigCheckTest {
  private static final String OPEN =
      "the registry is open to everybody who can reach it (auth is not configured)";

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("config.yml");
  }

  private void write(String yaml) throws IOException {
    Files.writeString(
        file,
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
        """
                .formatted(folder.resolve("data"))
            + yaml);
  }

  private CommandRun check(String... flags) {
    return CommandRun.of(
        Stream.concat(Stream.of("config", "check", file.toString()), Stream.of(flags))
            .toArray(String[]::new));
  }

  private CommandRun checkWith(Map<String, String> environment, UnaryOperator<ConfigCheck> how) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ConfigCheck check = new ConfigCheck(new PrintWriter(out), new PrintWriter(err));
    int exitCode = how.apply(check).run(file, environment);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  @Test
  void check_soundFile_printsEveryValueWithItsSource() throws IOException {
    write("http: {addr: '127.0.0.1:0'}\ncatalog: {maxentries: 5}\n");

    CommandRun run = checkWith(Map.of("REGISTRY_TAGS_MAXTAGS", "7"), UnaryOperator.identity());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines())
        .startsWith("# " + file, "", "version = 0.1  (" + file + ":1)", "")
        .contains(
            "log.level = info  (default)",
            "http.addr = 127.0.0.1:0  (" + file + ":5)",
            "catalog.maxentries = 5  (" + file + ":6)",
            "tags.maxtags = 7  (REGISTRY_TAGS_MAXTAGS)",
            "stowage.tokens.enabled = auto  (default)");
  }

  @Test
  void check_sections_standInTheOrderOfTheDocumentation() throws IOException {
    write("http: {addr: '127.0.0.1:0'}\n");

    assertThat(
            check()
                .out()
                .lines()
                .filter(line -> line.contains(" = "))
                .map(line -> line.replaceFirst("[. ].*", ""))
                .distinct())
        .containsSubsequence(
            "version", "log", "storage", "http", "notifications", "health", "catalog", "stowage");
  }

  @Test
  void check_itemsOfLists_areShownEachWithItsSource() throws IOException {
    write(
        """
        http: {addr: '127.0.0.1:0'}
        notifications:
          endpoints:
            - name: hook
              url: https://me:hidden@hook.test/
              headers:
                Authorization: [Bearer hidden]
        """);

    CommandRun run =
        checkWith(
            Map.of("REGISTRY_NOTIFICATIONS_ENDPOINTS_0_TIMEOUT", "3s"),
            check -> check.onlyChanged(true));

    assertThat(run.out())
        .contains(
            """
            notifications.endpoints = 1 item  (%1$s:7)
            notifications.endpoints[0].name = hook  (%1$s:8)
            notifications.endpoints[0].url = https://****@hook.test/  (%1$s:9)
            notifications.endpoints[0].headers = ****  (%1$s:10)
            notifications.endpoints[0].timeout = 3s  (REGISTRY_NOTIFICATIONS_ENDPOINTS_0_TIMEOUT)
            """
                .formatted(file));
    assertThat(run.out() + run.err()).doesNotContain("hidden");
  }

  @Test
  void check_changed_leavesOutWhatStandsAtItsDefault() throws IOException {
    write("http: {addr: '127.0.0.1:0', draintimeout: 8s}\nlog: {level: info}\n");

    CommandRun run = check("--changed");

    assertThat(run.out())
        .isEqualTo(
            """
            # %1$s

            version = 0.1  (%1$s:1)

            storage.filesystem.rootdirectory = %2$s  (%1$s:4)

            http.addr = 127.0.0.1:0  (%1$s:5)
            """
                .formatted(file, folder.resolve("data")));
  }

  @Test
  void check_warnings_followTheValuesAndFailOnlyIfThatIsAskedFor() throws IOException {
    write("htpp: {addr: ':1'}\n");

    CommandRun run = check();

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .endsWith(
            "\nwarning: %1$s:5: unknown key htpp, ignored; did you mean http?\nwarning: %1$s: %2$s\n"
                .formatted(file, OPEN));
    assertThat(check("--strict").exitCode()).isOne();
  }

  @Test
  void check_strictWithALineOfInformation_succeeds() throws IOException {
    write("http: {addr: '127.0.0.1:0'}\nredis: {addr: 'r:1'}\n");

    CommandRun run = check("--strict");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .endsWith(
            "\ninfo: %s:6: redis is not needed: caches are in this server's memory\n"
                .formatted(file));
  }

  @Test
  void check_problems_areAllToldWithTheirSources() throws IOException {
    write("http: {addr: nowhere, prefix: '?'}\n");

    CommandRun run = checkWith(Map.of("REGISTRY_LOG_LEVEL", "warning"), UnaryOperator.identity());

    assertThat(run.exitCode()).isOne();
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            """
            warning: %1$s: %2$s
            configuration error: REGISTRY_LOG_LEVEL: log.level: "warning" is not allowed (expected: error, warn, info, debug)
            configuration error: %1$s:5: http.addr: "nowhere" is not allowed (expected: host:port, :port or [address]:port)
            configuration error: %1$s:5: http.prefix: "?" is not allowed (expected: a path such as /registry/)
            Run 'registry serve --help' for usage.
            """
                .formatted(file, OPEN));
  }

  @Test
  void check_missingFile_isToldAsByServe() {
    assertThat(check().err())
        .startsWith("configuration error: open " + file + ": no such file or directory\n");
    assertThat(check().exitCode()).isOne();
  }

  @Test
  void check_withoutAFile_takesTheOneOfTheVariable() throws IOException {
    write("http: {addr: '127.0.0.1:0'}\n");
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);

    int exitCode =
        new ConfigCheck(printer, printer)
            .run(null, Map.of("REGISTRY_CONFIGURATION_PATH", file.toString()));

    assertThat(exitCode).isZero();
    assertThat(out.toString()).startsWith("# " + file);
  }

  @Test
  void check_inAClusterOfServices_hasNothingToWarnOf() throws IOException {
    write("http: {addr: '127.0.0.1:0'}\n");
    Map<String, String> environment = new TreeMap<>();
    for (String service : List.of("", "AUTH_", "STORAGE_", "HTTP_", "REDIS_", "UI_", "LOG_")) {
      String prefix = "REGISTRY_" + service;
      environment.put(prefix + "SERVICE_HOST", "10.96.0.7");
      environment.put(prefix + "SERVICE_PORT", "5000");
      environment.put(prefix + "SERVICE_PORT_HTTP", "5000");
      environment.put(prefix + "PORT", "tcp://10.96.0.7:5000");
      environment.put(prefix + "PORT_5000_TCP", "tcp://10.96.0.7:5000");
      environment.put(prefix + "PORT_5000_TCP_PROTO", "tcp");
      environment.put(prefix + "PORT_5000_TCP_PORT", "5000");
      environment.put(prefix + "PORT_5000_TCP_ADDR", "10.96.0.7");
    }

    CommandRun run = checkWith(environment, check -> check.strict(true));

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).contains("\ninfo: environment: skipped 56 variables");
  }

  // --- what a start would find out

  @ParameterizedTest
  @ValueSource(strings = {"", "alice:{SHA}x\n", "alice\n"})
  void check_usersThatCannotBeChecked_areRefused(String content) throws IOException {
    Path users = folder.resolve("users");
    if (!content.isEmpty()) {
      Files.writeString(users, content + "bob:$apr1$x$y\n");
    }
    write("http: {addr: '127.0.0.1:0'}\nauth: {htpasswd: {path: " + users + "}}\n");

    CommandRun run = check();

    assertThat(run.exitCode()).isOne();
    assertThat(run.out()).contains("auth.htpasswd.path = " + users);
    assertThat(run.err())
        .startsWith("configuration error: %s:6: auth.htpasswd.path: %s:".formatted(file, users));
    assertThat(run.err().lines()).hasSize(content.isEmpty() ? 1 : 2);
  }

  @Test
  void check_usersThatAStartMakes_areARemark() throws IOException {
    Path users = folder.resolve("users");
    write(
        """
        http: {addr: '127.0.0.1:0'}
        auth: {htpasswd: {path: %s}}
        stowage: {auth: {createmissing: true}}
        """
            .formatted(users));

    CommandRun run = check();

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .endsWith(
            "warning: %s:6: auth.htpasswd.path: %s is not there; a start makes it\n"
                .formatted(file, users));
    assertThat(users).doesNotExist();
  }

  @Test
  void check_keysOfATokenServiceThatAreNone_areRefused() throws IOException {
    Path bundle = Files.writeString(folder.resolve("bundle.pem"), "nothing");
    write(
        "http: {addr: '127.0.0.1:0'}\nauth: {token: {realm: 'https://a', service: s, issuer: i,"
            + " rootcertbundle: %s}}\n".formatted(bundle));

    CommandRun run = check();

    assertThat(run.exitCode()).isOne();
    assertThat(run.err())
        .startsWith(
            "configuration error: %s:6: auth.token.rootcertbundle: %s: ".formatted(file, bundle));
  }

  @Test
  void check_filesOfTls_mustFit() throws IOException {
    Path one = selfSigned("one");
    Path other = selfSigned("other");
    String tls = "http: {addr: '127.0.0.1:0', tls: {certificate: %s, key: %s%s}}\n";

    write(tls.formatted(one.resolve("registry.crt"), one.resolve("registry.key"), ""));
    assertThat(check().err()).isEmpty();
    write(tls.formatted(one.resolve("registry.crt"), other.resolve("registry.key"), ""));
    assertThat(check().err())
        .startsWith("configuration error: %s:5: http.tls.certificate: ".formatted(file))
        .contains("doesn't belong to the certificate");
    write(tls.formatted(one.resolve("none"), one.resolve("registry.key"), ""));
    assertThat(check().err()).contains(one.resolve("none").toString());
    write(
        tls.formatted(
            one.resolve("registry.crt"), one.resolve("registry.key"), ", ciphersuites: [TLS_X]"));
    assertThat(check().err())
        .startsWith("configuration error: %s:5: http.tls.ciphersuites: ".formatted(file))
        .contains("TLS_X");
  }

  private Path selfSigned(String name) {
    Path certificates = folder.resolve(name);
    CommandRun made = CommandRun.of("tls", "self-signed", "--out", certificates.toString());
    assertThat(made.exitCode()).as(made.err()).isZero();
    return certificates;
  }

  @Test
  void check_fileWhereTheRootShouldBe_isNamed() throws IOException {
    Files.createFile(folder.resolve("data"));
    write("http: {addr: '127.0.0.1:0'}\n");

    CommandRun run = check();

    assertThat(run.exitCode()).isOne();
    assertThat(run.err())
        .isEqualTo(
            "configuration error: %s:4: storage.filesystem.rootdirectory: %s: is a file, not a folder\n"
                .formatted(file, folder.resolve("data")));
  }

  @ParameterizedTest
  @CsvSource({
    "'{addr: \"nowhere.invalid:5000\"}', http.addr",
    "'{addr: \"127.0.0.1:0\", debug: {addr: \"nowhere.invalid:5001\"}}', http.debug.addr"
  })
  void check_hostNobodyKnows_isRefused(String http, String key) throws IOException {
    write("http: " + http + "\n");

    CommandRun run = check();

    assertThat(run.exitCode()).isOne();
    assertThat(run.err())
        .isEqualTo(
            "configuration error: %s:5: %s: cannot listen on nowhere.invalid: unknown host\n"
                .formatted(file, key));
  }

  @Test
  void check_wholeConfiguration_leavesNoTrace() throws IOException {
    Path users = Files.writeString(folder.resolve("users"), "");
    write(
        """
        http: {addr: '127.0.0.1:0'}
        auth: {htpasswd: {path: %s}}
        stowage: {tokens: {enabled: true}}
        """
            .formatted(users));

    CommandRun run = check();

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains(users + " has no users, so nobody can log in");
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left).containsExactlyInAnyOrderElementsOf(List.of(folder, file, users));
    }
  }
}
