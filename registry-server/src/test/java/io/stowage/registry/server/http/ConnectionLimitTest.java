package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What {@link AdmissionTest} shows in detail, over real sockets. */
class ConnectionLimitTest {
  @Test
  void re6_connectionBeyondTheTotal_isClosedUnreadAndOthersGoOn() throws Exception {
    HttpServerSettings settings = ServedHttp.settings().withLimits(ServedHttp.connections(1, 0));
    try (ServedHttp http = ServedHttp.by(settings, ServedHttp::echo);
        WireClient first = http.connect()) {
      assertThat(first.get("/").status()).isEqualTo(200);
      try (WireClient second = http.connect()) {
        assertThat(second.isClosedByServer()).isTrue();
      }
      assertThat(first.get("/").status()).isEqualTo(200);
      first.reset();
      ServedHttp.await(() -> http.server().connections().open() == 0);
      try (WireClient third = http.connect()) {
        assertThat(third.get("/").status()).isEqualTo(200);
      }
      assertThat(http.server().connections().refused()).isEqualTo(1);
    }
  }

  @Test
  void re6_connectionBeyondThoseOfItsAddress_isClosedUnread() throws Exception {
    HttpServerSettings settings = ServedHttp.settings().withLimits(ServedHttp.connections(10, 1));
    try (ServedHttp http = ServedHttp.by(settings, ServedHttp::echo);
        WireClient first = http.connect();
        WireClient second = http.connect()) {
      assertThat(first.get("/").status()).isEqualTo(200);
      assertThat(second.isClosedByServer()).isTrue();
      assertThat(http.server().connections().refusedOfAddress()).isEqualTo(1);
    }
  }
}
