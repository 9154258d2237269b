package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is believed about other connections, and what. */
final class TrustedProxiesTest {
  private static final TrustedProxies PRIVATE = TrustedProxies.of(List.of("private"));
  private static final SocketAddress PROXY = peer("10.0.0.1");
  private static final SocketAddress STRANGER = peer("203.0.113.9");

  // ---- Addresses and blocks.

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "192.0.2.0/24, 192.0.2.255, true",
    "192.0.2.0/24, 192.0.3.0, false",
    "192.0.2.77/24, 192.0.2.1, true",
    "192.0.2.128/25, 192.0.2.127, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "::/0, 203.0.113.9, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "2001:db8::1, 2001:DB8:0::1, true",
    "::ffff:192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, ::ffff:192.0.2.7, true",
    "::ffff:192.0.2.0/120, 192.0.2.9, true",
    "::ffff:192.0.2.0/120, 192.0.3.9, false"
  })
  @DisplayName("OB-10: a block covers the same addresses however they are written")
  void trusts_addressOrBlock_isWhatItCovers(String named, String address, boolean trusted) {
    assertThat(TrustedProxies.of(List.of(named)).trusts(peer(address))).isEqualTo(trusted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.255.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.7.7",
        "127.8.8.8",
        "::1",
        "fdff::1",
        "fe80::1",
        "::ffff:10.0.0.1"
      })
  @DisplayName("OB-10: private addresses are private also as IPv6")
  void trusts_private_coversWhatIsNotPublic(String address) {
    assertThat(PRIVATE.trusts(peer(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11.0.0.1",
        "172.32.0.1",
        "172.15.0.1",
        "192.169.0.1",
        "::2",
        "fec0::1",
        "2001::1"
      })
  void trusts_private_coversNothingPublic(String address) {
    assertThat(PRIVATE.trusts(peer(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "proxy.test",
        "10",
        "10.0.0",
        "10.0.0.256",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "::/129",
        "::ffff:10.0.0.0/8",
        "fe80::1%eth0",
        "[::1]",
        "Private"
      })
  @DisplayName("OB-10: no block means more than it says, and no zone is ignored")
  void of_whatIsNoAddress_isNamed(String name) {
    assertThatThrownBy(() -> TrustedProxies.of(List.of("private", name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "trusted proxy: %s (expected: an address, a block like 10.0.0.0/8, private, or unix)"
                .formatted(name));
  }

  // ---- Strangers.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-Host | attacker.test",
        "X-Forwarded-Proto | https",
        "X-Forwarded-For | 127.0.0.1",
        "Forwarded | for=127.0.0.1;host=attacker.test;proto=https"
      })
  void resolve_strangersWord_countsForNothing_AN10_AN11(String name, String value) {
    Headers headers = headers(name, value);
    Origin own = new Origin(InetAddress.ofLiteral("203.0.113.9"), "http", "registry.test:5000");

    assertThat(PRIVATE.resolve(STRANGER, headers, false)).isEqualTo(own);
    assertThat(TrustedProxies.NONE.resolve(STRANGER, headers, false)).isEqualTo(own);
    assertThat(TrustedProxies.NONE.resolve(PROXY, headers, true))
        .isEqualTo(new Origin(InetAddress.ofLiteral("10.0.0.1"), "https", "registry.test:5000"));
  }

  @Test
  void resolve_peerWithoutAddress_isTrustedByNobody() {
    assertThat(
            PRIVATE.resolve(
                UnixDomainSocketAddress.of("socket"),
                headers("X-Forwarded-For", "192.0.2.7"),
                false))
        .isEqualTo(new Origin(null, "http", "registry.test:5000"));
  }

  // ---- Trusted proxies.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.7                               | 192.0.2.7",
        "192.0.2.7:4711                          | 192.0.2.7",
        "2001:db8::1                             | 2001:db8::1",
        "[2001:db8::1]                           | 2001:db8::1",
        "[2001:db8::1]:4711                      | 2001:db8::1",
        "::ffff:192.0.2.7                        | 192.0.2.7",
        "127.0.0.1, 192.0.2.7                    | 192.0.2.7",
        "198.51.100.1, 192.0.2.7, 192.168.0.1    | 192.0.2.7",
        "192.168.0.2, 10.7.7.7,, 192.168.0.1     | 192.168.0.2",
        "unknown, 192.168.0.1                    | 192.168.0.1",
        "1.2.3.4.5                               | 10.0.0.1",
        "'192.0.2.7, 1'                          | 10.0.0.1",
        "' '                                     | 10.0.0.1"
      })
  void resolve_forwardedFor_isTheFirstFromTheRightThatIsNotTrusted(String chain, String client) {
    assertThat(PRIVATE.resolve(PROXY, headers("X-Forwarded-For", chain), false).client())
        .isEqualTo(InetAddress.ofLiteral(client));
  }

  @Test
  void resolve_forwardedForInSeveralFields_isOneChain() {
    Headers headers =
        headers("X-Forwarded-For", "127.0.0.1", "X-Forwarded-For", "192.0.2.7, 10.0.0.2");

    assertThat(PRIVATE.resolve(PROXY, headers, false).client())
        .isEqualTo(InetAddress.ofLiteral("192.0.2.7"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=192.0.2.7;proto=https;host=a.test           | 192.0.2.7   | https://a.test",
        "FOR=\"192.0.2.7:80\" ; Proto=HTTPS;HOST=\"a.test:8443\" | 192.0.2.7 | https://a.test:8443",
        "for=\"[2001:db8::1]:4711\";host=\"[::1]:5000\"  | 2001:db8::1 | http://[::1]:5000",
        "for=[2001:db8::1]:4711                          | 2001:db8::1 | http://registry.test:5000",
        "for=\"\\192.0.2.7\";by=_x;secret=\"a,b;c\"      | 192.0.2.7   | http://registry.test:5000",
        "for=127.0.0.1;host=x.test, for=192.0.2.7        | 192.0.2.7   | http://registry.test:5000",
        "for=192.0.2.7;proto=https;host=a.test, for=10.0.0.2;proto=http;host=inner"
            + " | 192.0.2.7 | https://a.test",
        "for=192.0.2.7, , for=10.0.0.2;host=inner;,      | 192.0.2.7   | http://inner",
        "for=_hidden;proto=https                         | 10.0.0.1    | https://registry.test:5000",
        "for=unknown;host=a.test                         | 10.0.0.1    | http://a.test",
        "proto=https                                     | 10.0.0.1    | https://registry.test:5000",
        "for=192.0.2.7;proto=ftp;host=\"a.test/x\"       | 192.0.2.7   | http://registry.test:5000"
      })
  void resolve_forwarded_isWhatTheFarthestTrustedProxySays(
      String field, String client, String base) {
    Origin origin = PRIVATE.resolve(PROXY, headers("Forwarded", field), false);

    assertThat(origin.client()).isEqualTo(InetAddress.ofLiteral(client));
    assertThat(origin.base()).isEqualTo(base);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for=192.0.2.7;for=192.0.2.8",
        "for",
        "for=",
        "for=\"192.0.2.7",
        "for=\"192.0.2.7\\",
        "for =192.0.2.7",
        "for= 192.0.2.7",
        "for=192.0.2.7 proto=https",
        "=192.0.2.7",
        "for=192.0.2.7, {",
        "a=\"b\"c"
      })
  void resolve_malformedForwarded_isIgnored(String field) {
    assertThat(PRIVATE.resolve(PROXY, headers("Forwarded", field), false))
        .isEqualTo(new Origin(InetAddress.ofLiteral("10.0.0.1"), "http", "registry.test:5000"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.7           | https       | a.test           | https://a.test",
        "192.0.2.7           | HTTPS       | a.test:8443      | https://a.test:8443",
        // The proxy before this one adds, this one adds too.
        "192.0.2.7, 10.0.0.2 | https, http | a.test, inner    | https://a.test",
        // What the client sent before counts for nothing.
        "9.9.9.9, 192.0.2.7  | https, http | evil.test, inner | http://inner",
        // The last proxy overwrites both.
        "192.0.2.7, 10.0.0.2 | https       | a.test           | https://a.test",
        "192.0.2.7           | http, https | evil.test, inner | https://inner",
        "192.0.2.7           | gopher      | a b              | http://registry.test:5000"
      })
  void resolve_protoAndHost_areThoseOfTheClientsProxy(
      String nodes, String schemes, String hosts, String base) {
    Headers headers =
        headers("X-Forwarded-For", nodes, "X-Forwarded-Proto", schemes, "X-Forwarded-Host", hosts);

    assertThat(PRIVATE.resolve(PROXY, headers, false).base()).isEqualTo(base);
  }

  @Test
  void resolve_protoWithoutFor_isBelieved() {
    assertThat(PRIVATE.resolve(PROXY, headers("X-Forwarded-Proto", "https"), false))
        .isEqualTo(new Origin(InetAddress.ofLiteral("10.0.0.1"), "https", "registry.test:5000"));
  }

  @Test
  void resolve_bothKindsThatAgree_areBelieved() {
    Headers headers =
        headers(
            "Forwarded", "for=192.0.2.7;proto=https",
            "X-Forwarded-For", "192.0.2.7",
            "X-Forwarded-Proto", "https");

    assertThat(PRIVATE.resolve(PROXY, headers, false))
        .isEqualTo(new Origin(InetAddress.ofLiteral("192.0.2.7"), "https", "registry.test:5000"));
  }

  /** One of the two came through the proxy as the client wrote it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "for=127.0.0.1;proto=https",
        "for=192.0.2.7;proto=https;host=attacker.test",
        "for=192.0.2.7;proto=http",
        "malformed"
      })
  void resolve_bothKindsThatDisagree_countForNothing_AN10(String forwarded) {
    Headers headers =
        headers(
            "Forwarded", forwarded,
            "X-Forwarded-For", "192.0.2.7",
            "X-Forwarded-Proto", "https");

    assertThat(PRIVATE.resolve(PROXY, headers, false))
        .isEqualTo(new Origin(InetAddress.ofLiteral("10.0.0.1"), "http", "registry.test:5000"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.test/",
        "a@b.test",
        "a.test:",
        "a.test:65536",
        "a.test:x",
        "[::1",
        "[x]",
        "::1",
        "a\\b",
        "\"",
        "%61.test"
      })
  void resolve_hostThatCouldBeNone_isNotPassedOn_AN11(String host) {
    assertThat(TrustedProxies.NONE.resolve(STRANGER, Headers.of("Host", host), false).base())
        .isEmpty();
    assertThat(PRIVATE.resolve(PROXY, headers("X-Forwarded-Host", host), false).authority())
        .isEqualTo("registry.test:5000");
  }

  @Property
  void resolve_anyHeaders_isAnAddressAndAHost(
      @ForAll("texts") String forwarded,
      @ForAll("texts") String nodes,
      @ForAll("texts") String host) {
    Headers headers =
        headers("Forwarded", forwarded, "X-Forwarded-For", nodes, "X-Forwarded-Host", host);
    Origin only = PRIVATE.resolve(PROXY, headers("Forwarded", forwarded), false);

    assertThat(PRIVATE.resolve(PROXY, headers, false).base())
        .matches("https?://[A-Za-z0-9._:\\[\\]-]+");
    assertThat(only.base()).matches("https?://[A-Za-z0-9._:\\[\\]-]+");
    assertThat(only.client()).isNotNull();
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "for=",
            "host=",
            "proto=",
            "https",
            "\"",
            "\\",
            ";",
            ",",
            "=",
            " ",
            "192.0.2.7",
            "10.0.0.2",
            "[::1]",
            ":",
            "a.test",
            "/",
            "@",
            "\t",
            "%",
            "x")
        .list()
        .map(parts -> String.join("", parts));
  }

  // ---- The warning.

  @Test
  void look_strangersHeaders_areToldOnce() {
    List<String> told = new ArrayList<>();
    IgnoredForwarding ignored = new IgnoredForwarding(PRIVATE, told::add);

    ignored.look(STRANGER, headers("Accept", "x"));
    ignored.look(PROXY, headers("X-Forwarded-Proto", "https"));
    assertThat(told).isEmpty();

    for (int i = 0; i < 10; i++) {
      ignored.look(
          STRANGER, headers("X-Forwarded-For", "127.0.0.1", "X-Forwarded-Proto", "SECRET"));
      ignored.look(STRANGER, headers("Forwarded", "for=127.0.0.1"));
    }
    assertThat(told)
        .containsExactly(
            "X-Forwarded-Proto from 203.0.113.9 is ignored; if that is your proxy, add it to"
                + " stowage.http.trustedproxies");
  }

  @Test
  void look_throughTheFileSystem_isToldUnlessThatIsTrusted() {
    List<String> told = new ArrayList<>();
    SocketAddress local = UnixDomainSocketAddress.of("");
    Headers headers = headers("X-Forwarded-Proto", "https");

    new IgnoredForwarding(TrustedProxies.of(List.of("unix")), told::add).look(local, headers);
    assertThat(told).isEmpty();

    new IgnoredForwarding(PRIVATE, told::add).look(local, headers);
    assertThat(told)
        .containsExactly(
            "X-Forwarded-Proto from unix is ignored; if that is your proxy, add it to"
                + " stowage.http.trustedproxies");
  }

  // ---- Over the wire.

  @Test
  void request_fromATrustedProxy_carriesTheClientsOrigin() throws Exception {
    HttpServerSettings settings =
        ServedHttp.settings().withTrustedProxies(TrustedProxies.of(List.of("127.0.0.1")));
    try (ServedHttp http = ServedHttp.by(settings, TrustedProxiesTest::tell);
        WireClient client = http.connect()) {
      client.send(
          """
          GET / HTTP/1.1
          Host: inner
          X-Forwarded-For: 192.0.2.7
          X-Forwarded-Proto: https
          X-Forwarded-Host: a.test

          """);

      assertThat(client.readResponse("GET").text()).isEqualTo("192.0.2.7 https://a.test");
      assertThat(http.completed(1).getFirst().request().client())
          .isEqualTo(InetAddress.ofLiteral("192.0.2.7"));
    }
  }

  @Test
  void request_fromAStranger_carriesItsOwnOrigin_AN10() throws Exception {
    try (ServedHttp http = ServedHttp.by(TrustedProxiesTest::tell);
        WireClient client = http.connect()) {
      client.send(
          """
          GET / HTTP/1.1
          Host: inner
          X-Forwarded-For: 192.0.2.7
          X-Forwarded-Proto: https
          X-Forwarded-Host: a.test

          """);

      assertThat(client.readResponse("GET").text()).isEqualTo("127.0.0.1 http://inner");
    }
  }

  private static Response tell(Request request) {
    InetAddress client = request.client();
    return ServedHttp.text(
        200, (client == null ? "nobody" : client.getHostAddress()) + " " + request.origin().base());
  }

  private static SocketAddress peer(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 4711);
  }

  private static Headers headers(String... namesAndValues) {
    Headers.Builder headers = Headers.builder().add("Host", "registry.test:5000");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers.build();
  }
}
