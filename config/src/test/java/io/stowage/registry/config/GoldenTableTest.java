package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Key by key: a value in the file, the same value in a variable, and what is in force. The table
 * must have a row for every key that is built; what stands in lists has a table of its own.
 */
class GoldenTableTest {
  private static final String TABLE =
      """
      loglevel                                          | debug                       | debug
      log.level                                         | WARN                        | WARN
      log.formatter                                     | json                        | json
      log.fields                                        | {a: 1, b: {c: x}}           | {a=1, b.c=x}
      log.accesslog.disabled                            | yes                         | true
      log.reportcaller                                  | on                          | true
      log.hooks                                         | [{type: mail, options: {smtp: {addr: 'm:25'}, from: a@b, to: c@d}}] | 1 item
      stowage.log.requests                              | ALL                         | ALL
      stowage.log.access.format                         | json                        | json
      storage.filesystem.rootdirectory                  | /srv/registry               | /srv/registry
      storage.filesystem.maxthreads                     | 200                         | 200
      storage.delete.enabled                            | true                        | true
      storage.redirect.disable                          | true                        | true
      storage.cache.blobdescriptor                      | inmemory                    | inmemory
      storage.cache.layerinfo                           | inmemory                    | inmemory
      storage.cache.blobdescriptorsize                  | 500                         | 500
      storage.tag.concurrencylimit                      | 7                           | 7
      storage.maintenance.uploadpurging.enabled         | false                       | false
      storage.maintenance.uploadpurging.age             | 48h                         | 48h
      storage.maintenance.uploadpurging.interval        | 1h30m                       | 1h30m
      storage.maintenance.uploadpurging.dryrun          | true                        | true
      storage.maintenance.readonly.enabled              | true                        | true
      auth.htpasswd.realm                               | My Registry                 | My Registry
      auth.htpasswd.path                                | /auth/htpasswd              | /auth/htpasswd
      auth.token.realm                                  | https://auth.example.com/t  | https://auth.example.com/t
      auth.token.service                                | registry.example.com        | registry.example.com
      auth.token.issuer                                 | Auth Service                | Auth Service
      auth.token.rootcertbundle                         | /auth/certs.pem             | /auth/certs.pem
      auth.token.jwks                                   | /auth/jwks.json             | /auth/jwks.json
      auth.token.autoredirect                           | true                        | true
      auth.token.autoredirectpath                       | /tokens                     | /tokens
      auth.token.signingalgorithms                      | [ES256, EdDSA]              | [ES256, EdDSA]
      http.addr                                         | 127.0.0.1:0                 | 127.0.0.1:0
      http.net                                          | tcp                         | tcp
      http.prefix                                       | /registry/                  | /registry/
      http.host                                         | https://r.example.com       | https://r.example.com
      http.secret                                       | 12345                       | ****
      http.relativeurls                                 | false                       | false
      http.draintimeout                                 | 1.5s                        | 1s500ms
      http.headers                                      | {X-A: [a, b], X-B: c}       | {X-A=[a, b], X-B=[c]}
      http.tls.certificate                              | /tls/cert.pem               | /tls/cert.pem
      http.tls.key                                      | /tls/key.pem                | /tls/key.pem
      http.tls.clientcas                                | [/a, /b]                    | [/a, /b]
      http.tls.clientauth                               | verify-client-cert-if-given | verify-client-cert-if-given
      http.tls.minimumtls                               | tls1.3                      | tls1.3
      http.tls.ciphersuites                             | [TLS_A, TLS_B]              | [TLS_A, TLS_B]
      http.http2.disabled                               | true                        | true
      http.h2c.enabled                                  | true                        | true
      health.storagedriver.enabled                      | true                        | true
      health.storagedriver.interval                     | 100ms                       | 100ms
      health.storagedriver.threshold                    | 3                           | 3
      http.debug.addr                                   | 127.0.0.1:5001              | 127.0.0.1:5001
      http.debug.prometheus.enabled                     | true                        | true
      http.debug.prometheus.path                        | /m                          | /m
      notifications.events.includereferences            | true                        | true
      notifications.endpoints                           | [{name: a, url: 'http://x'}] | 1 item
      health.file                                       | [{file: /f}]                | 1 item
      health.http                                       | [{uri: 'http://x/'}]        | 1 item
      health.tcp                                        | [{addr: 'x:1'}]             | 1 item
      stowage.notifications.headispull                  | false                       | false
      stowage.notifications.maxqueue                    | 2MiB                        | 2097152
      stowage.notifications.maxage                      | 1h                          | 1h
      stowage.notifications.secrets                     | {a: s}                      | ****
      catalog.maxentries                                | 50                          | 50
      tags.maxtags                                      | 0x10                        | 16
      proxy.username                                    | me                          | me
      proxy.password                                    | hush                        | ****
      proxy.exec.command                                | /bin/x                      | /bin/x
      proxy.exec.lifetime                               | 1h                          | 1h
      proxy.ttl                                         | 168h                        | 168h
      proxy.cachewritetimeout                           | 5m                          | 5m
      validation.disabled                               | true                        | true
      validation.enabled                                | false                       | false
      validation.manifests.urls.allow                   | ['^https://a/', b]          | [^https://a/, b]
      validation.manifests.urls.deny                    | x                           | [x]
      validation.manifests.indexes.platforms            | None                        | None
      validation.manifests.indexes.platformlist         | [{architecture: a, os: o}]  | 1 item
      policy.repository.classes                         | [image, plugin]             | [image, plugin]
      stowage.validation.missinglayers                  | allow                       | allow
      stowage.manifests.maxbytes                        | 8MiB                        | 8388608
      stowage.uploads.maxperidentity                    | 0                           | 0
      stowage.http.maxrequestline                       | 16384                       | 16384
      stowage.http.maxheaderbytes                       | 64KiB                       | 65536
      stowage.http.maxbodybytes                         | 128KiB                      | 131072
      stowage.http.maxranges                            | 4                           | 4
      stowage.http.maxheaderfields                      | 50                          | 50
      stowage.http.headertimeout                        | 5s                          | 5s
      stowage.http.idletimeout                          | 90s                         | 1m30s
      stowage.http.bodystalltimeout                     | 2m                          | 2m
      stowage.http.minbodyrate                          | 0                           | 0
      stowage.http.maxdrainbytes                        | 64KiB                       | 65536
      stowage.http.maxconnections                       | 500                         | 500
      stowage.http.maxconnectionsperaddress             | 50                          | 50
      stowage.http.trustedproxies                       | [10.0.0.0/8, private]       | [10.0.0.0/8, private]
      stowage.http.cors.allowedorigins                  | https://ui.example.com      | [https://ui.example.com]
      stowage.http.cors.maxage                          | 1h                          | 1h
      stowage.http.tls.keypassphrase                    | hush                        | ****
      stowage.access.file                               | /access.yml                 | /access.yml
      stowage.access.groups                             | {CI: [a, b], ops: c}        | {CI=[a, b], ops=[c]}
      stowage.access.rules                              | [{subject: anonymous, repositories: '**', actions: pull}] | 1 item
      stowage.auth.remember                             | 0                           | 0s
      stowage.auth.freefailures                         | 3                           | 3
      stowage.auth.failurewindow                        | 30s                         | 30s
      stowage.auth.maxwaiting                           | 16                          | 16
      stowage.auth.createmissing                        | true                        | true
      stowage.tokens.enabled                            | true                        | true
      stowage.tokens.service                            | registry.example.com        | registry.example.com
      stowage.tokens.issuer                             | me                          | me
      stowage.tokens.lifetime                           | 10m                         | 10m
      stowage.tokens.refreshlifetime                    | 24h                         | 24h
      stowage.tokens.keyrotation                        | 168h                        | 168h
      stowage.storage.lockwait                          | 0                           | 0s
      stowage.storage.verifyreads                       | true                        | true
      stowage.gc.grace                                  | 1h                          | 1h
      stowage.scrub.enabled                             | false                       | false
      stowage.scrub.rate                                | 1MiB                        | 1048576
      stowage.scrub.interval                            | 24h                         | 24h
      """;

  private static final Set<String> TESTED_ELSEWHERE =
      Set.of("version", "storage.filesystem", "auth.none", "auth.htpasswd", "auth.token");

  private static final Map<String, String> TLS =
      Map.of(
          "REGISTRY_HTTP_TLS_CERTIFICATE", "/c",
          "REGISTRY_HTTP_TLS_KEY", "/k",
          "REGISTRY_HTTP_TLS_CLIENTCAS", "/ca");

  /** What the keys of a section need beside them, by the beginning of their names. */
  private static final Map<String, Map<String, String>> NEEDED =
      Map.of(
          "auth.htpasswd.", Map.of("REGISTRY_AUTH_HTPASSWD_PATH", "/users"),
          "auth.token.",
              Map.of(
                  "REGISTRY_AUTH_TOKEN_REALM", "https://t",
                  "REGISTRY_AUTH_TOKEN_SERVICE", "s",
                  "REGISTRY_AUTH_TOKEN_ISSUER", "i",
                  "REGISTRY_AUTH_TOKEN_JWKS", "/jwks"),
          "http.tls.", TLS,
          "stowage.http.tls.", TLS,
          "storage.maintenance.uploadpurging.",
              Map.of("REGISTRY_STOWAGE_UPLOADS_MAXPERIDENTITY", "0"),
          "stowage.access.groups", Map.of("REGISTRY_STOWAGE_ACCESS_RULES", "[]"),
          "stowage.notifications.secrets",
              Map.of("REGISTRY_NOTIFICATIONS_ENDPOINTS", "[{name: a, url: 'http://x'}]"),
          "stowage.", Map.of("REGISTRY_AUTH_HTPASSWD_PATH", "/users"));

  record Row(String key, String written, String effective) {
    String variable() {
      return "REGISTRY_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    private Loading withNeeded(Loading bare) {
      Loading whole = bare.withFile("/access.yml", "rules: []");
      for (Map.Entry<String, Map<String, String>> section : NEEDED.entrySet()) {
        if (key.startsWith(section.getKey())) {
          for (Map.Entry<String, String> needed : section.getValue().entrySet()) {
            if (!needed.getKey().equals(variable())) {
              whole = whole.with(needed.getKey(), needed.getValue());
            }
          }
        }
      }
      return whole;
    }

    /** The key as nested flow mappings, below what every file needs. */
    Loading inFile() {
      if (key.startsWith("storage.")) {
        String rest = key.substring("storage.".length());
        String storage =
            rest.startsWith("filesystem.")
                ? nested(rest)
                : "filesystem: {rootdirectory: /data}, " + nested(rest);
        return withNeeded(Loading.of("version: 0.1\nstorage: {" + storage + "}\n"));
      }
      return withNeeded(Loading.minimalAnd(nested(key) + "\n"));
    }

    private String nested(String path) {
      int dot = path.indexOf('.');
      return dot < 0
          ? path + ": " + written
          : path.substring(0, dot) + ": {" + nested(path.substring(dot + 1)) + "}";
    }

    Loading inVariable() {
      return withNeeded(Loading.of(Loading.MINIMAL).with(variable(), written));
    }
  }

  static Stream<Row> rows() {
    return TABLE
        .lines()
        .map(line -> Arrays.stream(line.split(" \\| ")).map(String::strip).toList())
        .map(cells -> new Row(cells.get(0), cells.get(1), cells.get(2)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void load_keyInFile_isInForceWithItsLine(Row row) {
    Setting setting = row.inFile().setting(row.key());

    assertThat(setting.value()).isEqualTo(row.effective());
    assertThat(setting.source()).isInstanceOf(Source.Line.class);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void load_keyInVariable_isInForceWithItsName(Row row) {
    Setting setting = row.inVariable().setting(row.key());

    assertThat(setting.value()).isEqualTo(row.effective());
    assertThat(setting.source()).isEqualTo(new Source.Variable(row.variable()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void load_keyOfTheTable_leavesNoWarning(Row row) {
    assertThat(row.inFile().notices()).isEmpty();
    assertThat(row.inVariable().notices()).isEmpty();
  }

  @Test
  void table_everyKeyInForce_hasARow() {
    Set<String> tested = rows().map(Row::key).collect(Collectors.toSet());

    assertThat(KnownKeys.TABLE)
        .filteredOn(key -> key.fate() == Fate.BUILT || key.fate() == Fate.ACCEPTED)
        .extracting(Key::path)
        .filteredOn(path -> !TESTED_ELSEWHERE.contains(path) && !path.contains(KeyNode.ITEM))
        .allSatisfy(path -> assertThat(tested).contains(path));
  }
}
