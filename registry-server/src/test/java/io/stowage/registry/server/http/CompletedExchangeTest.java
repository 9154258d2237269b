package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompletedExchangeTest {
  @Test
  void all_ofListeners_tellsEachInOrder() throws IOException {
    List<String> heard = new ArrayList<>();
    CompletedExchange.Listener all =
        CompletedExchange.Listener.all(
            List.of(exchange -> heard.add("first"), exchange -> heard.add("second")));
    try (ServedHttp served = ServedHttp.by(ServedHttp::echo);
        WireClient client = served.connect()) {
      client.get("/");
      all.completed(served.completed(1).getFirst());

      assertThat(heard).containsExactly("first", "second");
    }
  }

  @Test
  void particulars_afterTheResponse_tellItsMediaType() throws IOException {
    try (ServedHttp served =
            ServedHttp.by(
                request -> Response.of(200, Headers.of("Content-Type", "application/x-test")));
        WireClient client = served.connect()) {
      client.get("/");

      assertThat(served.completed(1).getFirst().request().particulars().contentType())
          .isEqualTo("application/x-test");
    }
  }
}
