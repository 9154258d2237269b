package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Libraries that had holes are on the class path in versions without them. That the holes are
 * closed is shown by the tests of the behaviour: {@code SmugglingTableTest}, {@code
 * Http2FloodTest}, {@code TlsStormTest}.
 */
final class VersionFloorsTest {
  /** What the server is made of. Whatever comes along besides is code that nobody asked for. */
  private static final Set<String> NETTY =
      Set.of(
          "netty-buffer",
          "netty-codec-base",
          "netty-codec-compression",
          "netty-codec-http",
          "netty-codec-http2",
          "netty-common",
          "netty-handler",
          "netty-resolver",
          "netty-transport",
          "netty-transport-classes-epoll",
          "netty-transport-native-epoll",
          "netty-transport-native-unix-common");

  static Stream<Arguments> floorsOfNetty() {
    return Stream.of(
        Arguments.of("SC-1", "4.2.18", "CVE-2026-89044"),
        Arguments.of(
            "SC-2",
            "4.2.15",
            "CVE-2026-50020, CVE-2026-50560, CVE-2026-50010, CVE-2026-45416, CVE-2026-44249"),
        Arguments.of(
            "SC-3",
            "4.2.13",
            "CVE-2026-41417, CVE-2026-42578 to -42581, CVE-2026-42583 to -42585, CVE-2026-42587"),
        Arguments.of("SC-4", "4.2.11", "CVE-2026-33870, CVE-2026-33871"),
        Arguments.of(
            "SC-5", "4.2.9", "CVE-2025-67735, CVE-2025-58056, CVE-2025-58057, CVE-2025-55163"),
        Arguments.of("SC-6", "4.2.0", "all of 4.1.118 and before"),
        Arguments.of("SC-7", "4.2.0", "CVE-2023-44487"),
        Arguments.of("SC-8", "4.2.0", "CVE-2019-9512, CVE-2019-9514, CVE-2019-9518"));
  }

  @ParameterizedTest(name = "{0}: Netty {1} closed {2}")
  @MethodSource("floorsOfNetty")
  @DisplayName("SC-1, SC-2, SC-3, SC-4, SC-5, SC-6, SC-7, SC-8: Netty is new enough")
  void netty_everyPart_isOfTheFloorOrNewer(String id, String floor, String closed) {
    assertThat(netty())
        .isNotEmpty()
        .allSatisfy((part, version) -> assertAtLeast(part, version, floor));
  }

  @Test
  @DisplayName("SC-1, RE-20: all parts of Netty are of one version, and there are no others")
  void netty_parts_areThoseThatAreNeeded() {
    assertThat(netty().keySet()).isEqualTo(NETTY);
    assertThat(Set.copyOf(netty().values())).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "tools.jackson.core/jackson-core, 3.0.0", // CVE-2025-52999, in 2.15
    "tools.jackson.core/jackson-databind, 3.0.0",
    "org.yaml/snakeyaml, 2.0", // CVE-2022-1471
    "com.nimbusds/nimbus-jose-jwt, 10.0.2" // CVE-2025-53864, CVE-2023-52428
  })
  @DisplayName("SC-9: the parsers of documents, configurations and tokens are new enough")
  void library_isOfTheFloorOrNewer(String library, String floor) throws IOException {
    String of = "/META-INF/maven/" + library + "/pom.properties";
    Properties properties = new Properties();
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(of), of)) {
      properties.load(in);
    }
    assertAtLeast(library, properties.getProperty("version"), floor);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.fasterxml.jackson.databind.ObjectMapper",
        "io.netty.handler.codec.haproxy.HAProxyMessageDecoder",
        "org.apache.commons.collections.Transformer",
        "org.apache.logging.log4j.core.lookup.JndiLookup",
        "org.springframework.security.crypto.bcrypt.BCrypt"
      })
  @DisplayName("SC-9: libraries known for their holes are not there at all")
  void class_ofAnotherLibrary_isNotThere(String name) {
    assertThat(getClass().getResource("/" + name.replace('.', '/') + ".class")).isNull();
  }

  private static Map<String, String> netty() {
    return Version.identify().values().stream()
        .collect(
            Collectors.toMap(
                Version::artifactId, Version::artifactVersion, (one, _) -> one, TreeMap::new));
  }

  private static void assertAtLeast(String what, String version, String floor) {
    assertThat(ModuleDescriptor.Version.parse(version.replace(".Final", "")))
        .as(what + " " + version)
        .isGreaterThanOrEqualTo(ModuleDescriptor.Version.parse(floor));
  }
}
