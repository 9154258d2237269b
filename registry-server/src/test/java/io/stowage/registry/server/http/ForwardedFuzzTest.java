package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whatever proxies are said to have seen: a sound origin, and a stranger's word counts nothing. */
class ForwardedFuzzTest {
  private static final TrustedProxies PRIVATE = TrustedProxies.of(List.of("private"));
  private static final SocketAddress PROXY = new InetSocketAddress("10.0.0.1", 4711);
  private static final SocketAddress STRANGER = new InetSocketAddress("203.0.113.9", 4711);

  /** What a URL to this server may begin with; nothing in it ends it early or leads elsewhere. */
  private static final Pattern BASE =
      Pattern.compile("|https?://(?:[A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+])(?::[0-9]{1,5})?");

  @Test
  void resolve_anyForwardedFields_isASoundOrigin_AN10() throws Exception {
    Corpus fields =
        Corpus.of(
                "Host: registry.test:5000\nForwarded: for=192.0.2.1;proto=https;host=example.test",
                "Host: r.test\nForwarded: for=\"[2001:db8::1]:4711\", for=10.1.1.1;host=\"a:1\"",
                "Host: r.test\nX-Forwarded-For: 192.0.2.1, 10.0.0.2\nX-Forwarded-Proto: https",
                "Host: [::1]:5000\nX-Forwarded-For: 192.0.2.1\nX-Forwarded-Host: example.test",
                "Host: r.test\nForwarded: for=_hidden, for=unknown\nX-Forwarded-For: 192.0.2.1")
            .withWords(
                "Forwarded: ",
                "\nX-Forwarded-For: ",
                "\nX-Forwarded-Host: ",
                "\nX-Forwarded-Proto: ",
                "for=",
                "host=",
                "proto=https",
                "\"",
                "\\",
                "@",
                "evil.test",
                "user@evil.test",
                "[::ffff:10.0.0.1]",
                "2130706433",
                "%eth0",
                ":99999",
                "javascript");

    FuzzRun.of("forwarded", new Mutator(fields))
        .against(input -> isBelieved(new String(input, ISO_8859_1)));
  }

  private static boolean isBelieved(String text) {
    Headers headers = headers(text);
    Origin connection = Origin.ofConnection(PROXY, headers, false);
    Origin resolved = PRIVATE.resolve(PROXY, headers, false);

    assertThat(resolved.base()).matches(BASE);
    assertThat(PRIVATE.resolve(PROXY, headers, false)).isEqualTo(resolved);
    assertThat(PRIVATE.resolve(STRANGER, headers, false))
        .isEqualTo(Origin.ofConnection(STRANGER, headers, false));
    assertThat(TrustedProxies.NONE.resolve(PROXY, headers, false)).isEqualTo(connection);
    return !resolved.equals(connection);
  }

  /** A field for each line; a line that none can be made of is left out, as it never gets here. */
  private static Headers headers(String text) {
    Headers.Builder headers = Headers.builder();
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(':');
      try {
        headers.add(line.substring(0, Math.max(colon, 0)), line.substring(colon + 1).strip());
      } catch (IllegalArgumentException malformed) {
        // such a line never comes so far
      }
    }
    return headers.build();
  }
}
