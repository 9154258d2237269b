package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Key by key: a value in the file, the same value in a variable, and what is in force. The table
 * must have a row for every key that is built.
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
      http.addr                                         | 127.0.0.1:0                 | 127.0.0.1:0
      http.net                                          | tcp                         | tcp
      http.prefix                                       | /registry/                  | /registry/
      http.host                                         | https://r.example.com       | https://r.example.com
      http.secret                                       | 12345                       | ****
      http.relativeurls                                 | false                       | false
      http.draintimeout                                 | 1.5s                        | 1s500ms
      http.headers                                      | {X-A: [a, b], X-B: c}       | {X-A=[a, b], X-B=[c]}
      http.http2.disabled                               | true                        | true
      health.storagedriver.enabled                      | true                        | true
      health.storagedriver.interval                     | 100ms                       | 100ms
      health.storagedriver.threshold                    | 3                           | 3
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
      validation.manifests.indexes.platformlist         | [{architecture: a, os: o}]  | 1 items
      stowage.validation.missinglayers                  | allow                       | allow
      stowage.manifests.maxbytes                        | 8MiB                        | 8388608
      stowage.http.maxrequestline                       | 16384                       | 16384
      stowage.http.maxheaderbytes                       | 64KiB                       | 65536
      stowage.http.headertimeout                        | 5s                          | 5s
      stowage.http.idletimeout                          | 90s                         | 1m30s
      stowage.http.bodystalltimeout                     | 2m                          | 2m
      stowage.storage.lockwait                          | 0                           | 0s
      """;

  private static final Set<String> TESTED_ELSEWHERE =
      Set.of(
          "version",
          "storage.filesystem",
          "auth.none",
          "validation.manifests.indexes.platformlist[].architecture",
          "validation.manifests.indexes.platformlist[].os");

  record Row(String key, String written, String effective) {
    String variable() {
      return "REGISTRY_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** The key as nested flow mappings, below what every file needs. */
    Loading inFile() {
      if (key.startsWith("storage.")) {
        String rest = key.substring("storage.".length());
        String storage =
            rest.startsWith("filesystem.")
                ? nested(rest)
                : "filesystem: {rootdirectory: /data}, " + nested(rest);
        return Loading.of("version: 0.1\nstorage: {" + storage + "}\n");
      }
      return Loading.minimalAnd(nested(key) + "\n");
    }

    private String nested(String path) {
      int dot = path.indexOf('.');
      return dot < 0
          ? path + ": " + written
          : path.substring(0, dot) + ": {" + nested(path.substring(dot + 1)) + "}";
    }

    Loading inVariable() {
      return Loading.of(Loading.MINIMAL).with(variable(), written);
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
        .filteredOn(path -> !TESTED_ELSEWHERE.contains(path))
        .allSatisfy(path -> assertThat(tested).contains(path));
  }
}
