package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.stowage.registry.server.http.HttpMessages.Message;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Any bytes are the same requests for the server's decoder as for a second reader, or refused;
 * however the network cuts them into pieces.
 */
class DecoderFuzzTest {

  @Test
  void decode_anyBytes_areReadAsByAnother_PF7_PF8_PF9_PF10_PF11_PF12_PF13() throws Exception {
    FuzzRun.of("decoder", new Mutator(HttpCorpus.requests()))
        .against(
            input -> {
              RandomGenerator random = new SplittableRandom(Arrays.hashCode(input));
              Decoded decoded = Decoded.of(List.of(input));

              assertThat(Decoded.of(pieces(input, random))).isEqualTo(decoded);
              requireReadAlike(decoded, HttpMessages.read(input));
              return !decoded.rejected();
            });
  }

  private static void requireReadAlike(Decoded decoded, HttpMessages other) {
    List<Message> theirs = other.whole();
    List<Message> ours = decoded.messages();
    assertThat(theirs.subList(0, Math.min(ours.size(), theirs.size()))).isEqualTo(ours);
    if (other.endsClean() && !decoded.rejected()) {
      assertThat(ours).isEqualTo(theirs);
    }
  }

  private static List<byte[]> pieces(byte[] input, RandomGenerator random) {
    List<byte[]> pieces = new ArrayList<>();
    int longest = 1 << random.nextInt(10);
    for (int at = 0; at < input.length; ) {
      int end = Math.min(input.length, at + 1 + random.nextInt(longest));
      pieces.add(Arrays.copyOfRange(input, at, end));
      at = end;
    }
    return pieces;
  }

  /**
   * What came out of a decoder.
   *
   * @param rejected whether it found a doubt, after these messages
   */
  private record Decoded(List<Message> messages, boolean rejected) {

    static Decoded of(List<byte[]> pieces) {
      StrictRequestDecoder decoder = new StrictRequestDecoder(Limits.DEFAULTS);
      EmbeddedChannel channel = new EmbeddedChannel(decoder);
      Reading reading = new Reading(decoder);
      for (byte[] piece : pieces) {
        ByteBuf buffer = Unpooled.copiedBuffer(piece);
        channel.writeInbound(buffer);
        for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
          reading.take(part);
        }
      }
      channel.finishAndReleaseAll();
      return new Decoded(reading.messages, reading.rejected);
    }
  }

  /** What a connection does with what its decoder hands on. */
  private static final class Reading {
    private final StrictRequestDecoder decoder;
    private final List<Message> messages = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private String method = "";
    private String target = "";
    private boolean rejected;

    Reading(StrictRequestDecoder decoder) {
      this.decoder = decoder;
    }

    void take(Object part) {
      if (rejected) {
        ReferenceCountUtil.release(part);
        return;
      }
      switch (part) {
        case RejectedRequest _ -> rejected = true;
        case HttpRequest request -> begin(request);
        case HttpContent content -> add(content);
        default -> throw new AssertionError("decoded: " + part);
      }
    }

    private void begin(HttpRequest request) {
      try {
        RequestFraming framing = RequestFraming.of(request);
        assertThat(framing.path()).startsWith("/").doesNotContain("?", "#", " ");
        method = request.method().name();
        target = request.uri();
      } catch (RejectedRequest doubt) {
        rejected = true;
        decoder.reject();
      }
    }

    private void add(HttpContent content) {
      body.append(content.content().toString(ISO_8859_1));
      content.release();
      if (content instanceof LastHttpContent) {
        messages.add(new Message(method, target, body.toString()));
        body.setLength(0);
        decoder.resume();
      }
    }
  }
}
