package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RE-12: frames that ask for nothing are weighed against those that do")
class FrameMeterTest {
  private static final int FRAME_HEADER = 9;
  private static final int PRIORITY = 2;
  private static final int UNKNOWN = 0xfa;

  private long now = Long.MAX_VALUE - FrameMeter.REFILL_NANOS; // the nano clock may overflow
  private final FrameMeter meter = new FrameMeter(now);

  FrameMeterTest() {
    assertThat(receives(FrameClient.PREFACE.getBytes(US_ASCII))).isTrue();
  }

  private boolean receives(byte[] bytes) {
    return meter.received(Unpooled.wrappedBuffer(bytes), now);
  }

  private boolean receives(int type, int payload) {
    return receives(FrameClient.frame(type, 0, 1, new byte[payload]));
  }

  /** How many such frames are let through, of a million at most. */
  private int letThrough(int type, int payload) {
    byte[] frame = FrameClient.frame(type, 0, 1, new byte[payload]);
    int count = 0;
    while (count < 1_000_000 && receives(frame)) {
      count++;
    }
    return count;
  }

  @ParameterizedTest
  @CsvSource({
    FrameClient.PING + ", 8",
    FrameClient.SETTINGS + ", 0",
    FrameClient.SETTINGS + ", 6",
    FrameClient.WINDOW_UPDATE + ", 4",
    FrameClient.RST_STREAM + ", 4",
    PRIORITY + ", 5",
    UNKNOWN + ", 16384"
  })
  void received_nothingButOverhead_endsWithTheAllowance(int type, int payload) {
    assertThat(letThrough(type, payload))
        .isEqualTo((int) (FrameMeter.ALLOWANCE_BYTES / (FRAME_HEADER + payload)));
  }

  @ParameterizedTest
  @CsvSource({
    FrameClient.DATA + ", 9",
    FrameClient.DATA + ", 16384",
    FrameClient.HEADERS + ", 1",
    FrameClient.CONTINUATION + ", 9"
  })
  void received_requestsAndBodies_haveNoBound(int type, int payload) {
    assertThat(letThrough(type, payload)).isEqualTo(1_000_000);
  }

  @Test
  void received_dataOfOneByteEach_isOverheadInTheEnd() {
    assertThat(letThrough(FrameClient.DATA, 1))
        .isBetween(8_000, (int) FrameMeter.ALLOWANCE_BYTES / 8);
  }

  @Test
  void received_byteByByte_isTheSame() {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    frames.writeBytes(FrameClient.frame(FrameClient.DATA, 0, 1, new byte[100_000]));
    for (int i = 0; i < 5_000; i++) {
      frames.writeBytes(FrameClient.frame(FrameClient.PING, 0, 0, new byte[8]));
    }
    for (byte b : frames.toByteArray()) {
      assertThat(receives(new byte[] {b})).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 1_000_000})
  void received_afterAWhile_hasTheAllowanceAgainAndNoMore(int windows) {
    for (int i = 0; i < 3_855; i++) {
      assertThat(receives(FrameClient.PING, 8)).isTrue();
    }

    now += FrameMeter.REFILL_NANOS * windows;

    assertThat(letThrough(FrameClient.PING, 8)).isBetween(3_854, 3_855);
  }

  @Test
  void received_steadily_isLetThrough() {
    for (int i = 0; i < 100_000; i++) {
      now += FrameMeter.REFILL_NANOS / 3_800;
      assertThat(receives(FrameClient.PING, 8)).isTrue();
    }
  }

  @Test
  void sent_muchData_paysForTheWindowUpdatesOfIt() {
    for (int i = 0; i < 100_000; i++) {
      meter.sent(4096);
      assertThat(receives(FrameClient.WINDOW_UPDATE, 4)).isTrue();
      assertThat(receives(FrameClient.WINDOW_UPDATE, 4)).isTrue();
    }
  }

  @Test
  void sent_toAReaderInSmallPieces_paysForTheWindowUpdatesOfEach() {
    for (int i = 0; i < 100_000; i++) {
      meter.sent(512);
      assertThat(receives(FrameClient.WINDOW_UPDATE, 4)).isTrue();
      assertThat(receives(FrameClient.WINDOW_UPDATE, 4)).isTrue();
    }
  }

  @Test
  void sent_byteByByte_paysForFewWindowUpdates() {
    int updates = 0;
    while (updates < 1_000_000 && receives(FrameClient.WINDOW_UPDATE, 4)) {
      meter.sent(1);
      updates++;
    }

    assertThat(updates).isBetween(5_000, 5_100);
  }

  @Test
  void sent_inSmallPieces_isWorthAsMuchAsInLargeOnes() {
    for (int i = 0; i < 64 * 1024; i++) {
      meter.sent(1);
    }

    assertThat(letThrough(FrameClient.PING, 8))
        .isEqualTo((int) ((FrameMeter.ALLOWANCE_BYTES + 4096) / (FRAME_HEADER + 8)));
  }

  @Test
  void received_inShortIntervals_losesNothingOfTheAllowance() {
    long step = FrameMeter.REFILL_NANOS / FrameMeter.ALLOWANCE_BYTES * 3 / 2; // 1.5 bytes
    for (int i = 0; i < 3_855; i++) {
      assertThat(receives(FrameClient.PING, 8)).isTrue();
    }
    long steps = FrameMeter.REFILL_NANOS / step;
    for (int i = 0; i < steps; i++) {
      now += step;
      var _ = receives(new byte[0]);
    }

    assertThat(letThrough(FrameClient.PING, 8)).isBetween(3_854, 3_855);
  }

  @Test
  void received_afterABigUpload_hasSavedUpSomeAndNoMore() {
    for (int i = 0; i < 1_000; i++) {
      receives(FrameClient.DATA, 16_384);
    }

    assertThat(letThrough(FrameClient.PING, 8))
        .isEqualTo((int) (FrameMeter.MAX_BALANCE_BYTES / (FRAME_HEADER + 8)));
  }
}
