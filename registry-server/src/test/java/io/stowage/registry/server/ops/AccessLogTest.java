package io.stowage.registry.server.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

final class AccessLogTest {
  @Test
  void close_afterExchanges_hasWrittenEachOfThem() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (AccessLog log = AccessLog.start(out, AccessLine.COMBINED)) {
      for (int i = 0; i < 100; i++) {
        log.completed(Exchanges.get("/" + i));
      }
    }

    assertThat(out.toString(UTF_8).lines()).hasSize(100).last().asString().contains("GET /99 ");
  }
}
