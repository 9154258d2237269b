package io.stowage.registry.server.http;

import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Tells the operator, once, that somebody sends forwarded headers without being trusted: most often
 * a proxy that nobody configured, and URLs with the wrong scheme are the first thing that is seen
 * of it. Once only, as anybody may send them. Safe for use by many threads.
 */
final class IgnoredForwarding {
  private static final List<String> NAMES =
      List.of("X-Forwarded-Proto", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host");

  private final TrustedProxies trusted;
  private final Consumer<String> warning;
  private final AtomicBoolean told = new AtomicBoolean();

  IgnoredForwarding(TrustedProxies trusted, Consumer<String> warning) {
    this.trusted = trusted;
    this.warning = warning;
  }

  /** Looks at the headers of a request from this peer. */
  void look(SocketAddress peer, Headers headers) {
    if (told.get() || trusted.trusts(peer)) {
      return;
    }
    InetAddress address = Origin.address(peer);
    String name = address == null ? "unix" : address.getHostAddress();
    for (String header : NAMES) {
      if (headers.contains(header) && told.compareAndSet(false, true)) {
        warning.accept(
            "%s from %s is ignored; if that is your proxy, add it to stowage.http.trustedproxies"
                .formatted(header, name));
      }
    }
  }
}
