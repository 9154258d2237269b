package io.stowage.registry.server.http;

import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What lies between HTTP/1.1 and TCP: what is tested on one must hold on the other. */
enum Wire {
  PLAIN,
  TLS;

  /** One authority and one server for all tests that don't care about either. */
  private static final class Known {
    static final TestCertificates AUTHORITY = TestCertificates.authority("tests");
    static final TlsSettings SERVER = TestCertificates.settings(AUTHORITY.server("localhost"));
    static final SSLContext CLIENT = TestTrust.in(AUTHORITY);
  }

  ServedHttp serve(HttpHandler handler) throws IOException {
    return serve(ServedHttp.settings(), handler);
  }

  ServedHttp serve(HttpServerSettings settings, HttpHandler handler) throws IOException {
    return ServedHttp.by(on(settings), handler, client());
  }

  ServedHttp serve(HttpServerSettings settings, HttpHandler handler, Budget budget)
      throws IOException {
    return ServedHttp.by(on(settings), handler, client(), budget);
  }

  HttpServerSettings on(HttpServerSettings settings) {
    return this == TLS ? settings.withTls(Known.SERVER) : settings;
  }

  /** A timeout that a test waits for. A handshake has to fit into it on a busy machine. */
  Duration shortTimeout() {
    return Duration.ofMillis(this == TLS ? 1500 : 80);
  }

  /** How a client trusts such a server, where there is something to trust. */
  @Nullable SSLContext client() {
    return this == TLS ? Known.CLIENT : null;
  }
}
