package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies that are opened when they are sent: files by sendfile, other channels in pieces. */
@ParameterizedClass
@EnumSource(Wire.class)
class SliceTest {
  @TempDir Path folder;

  private final Wire wire;

  SliceTest(Wire wire) {
    this.wire = wire;
  }

  /** A file of random bytes that remembers which channels were opened on it. */
  private final class Content {
    final byte[] bytes;
    final Path file;
    final List<SeekableByteChannel> opened = new CopyOnWriteArrayList<>();

    Content(int length) throws IOException {
      bytes = new byte[length];
      new Random(length).nextBytes(bytes);
      file = Files.write(folder.resolve("content"), bytes);
    }

    ResponseBody.Slice file(long offset, long length) {
      return new ResponseBody.Slice(() -> remember(FileChannel.open(file)), offset, length);
    }

    ResponseBody.Slice other(long offset, long length) {
      return new ResponseBody.Slice(
          () -> remember(new PlainChannel(FileChannel.open(file))), offset, length);
    }

    byte[] range(int offset, int length) {
      return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    void assertClosed(int count) {
      ServedHttp.await(() -> opened.stream().noneMatch(SeekableByteChannel::isOpen));
      assertThat(opened).hasSize(count);
    }

    private SeekableByteChannel remember(SeekableByteChannel channel) {
      opened.add(channel);
      return channel;
    }
  }

  private ServedHttp serving(ResponseBody body) throws IOException {
    return wire.serve(request -> new Response(200, Headers.EMPTY, body));
  }

  @Test
  void file_isSentAndClosedAndTheConnectionGoesOn() throws Exception {
    Content content = new Content(5_000_000);
    try (ServedHttp http = serving(content.file(0, 5_000_000));
        WireClient client = http.connect()) {
      assertThat(client.get("/").body()).isEqualTo(content.bytes);
      assertThat(client.get("/").body()).isEqualTo(content.bytes);
      assertThat(http.completed(2)).allMatch(e -> e.bytesSent() == 5_000_000);
      content.assertClosed(2);
    }
  }

  @Test
  void file_withOffset_sendsThatPart() throws Exception {
    Content content = new Content(100_000);
    try (ServedHttp http = serving(content.file(70_000, 20_000));
        WireClient client = http.connect()) {
      assertThat(client.get("/").body()).isEqualTo(content.range(70_000, 20_000));
    }
  }

  @Test
  void otherChannel_isSentAndClosed() throws Exception {
    Content content = new Content(1_000_000);
    try (ServedHttp http = serving(content.other(1, 999_000));
        WireClient client = http.connect()) {
      assertThat(client.get("/").body()).isEqualTo(content.range(1, 999_000));
      assertThat(http.completed(1).getFirst().bytesSent()).isEqualTo(999_000);
      content.assertClosed(1);
    }
  }

  @Test
  void sequence_isSentInOrder() throws Exception {
    Content content = new Content(300_000);
    ResponseBody body =
        new ResponseBody.Sequence(
            List.of(
                new ResponseBody.Bytes("first".getBytes(US_ASCII)),
                content.file(10, 100_000),
                ResponseBody.Empty.INSTANCE,
                content.other(20, 200_000),
                new ResponseBody.Sequence(List.of(content.file(0, 3))),
                new ResponseBody.Bytes("last".getBytes(US_ASCII))));
    try (ServedHttp http = serving(body);
        WireClient client = http.connect()) {
      WireResponse response = client.get("/");

      assertThat(response.body()).hasSize(300_012).startsWith("first".getBytes(US_ASCII));
      assertThat(Arrays.copyOfRange(response.body(), 5, 100_005))
          .isEqualTo(content.range(10, 100_000));
      assertThat(Arrays.copyOfRange(response.body(), 100_005, 300_005))
          .isEqualTo(content.range(20, 200_000));
      assertThat(response.text()).endsWith("last");
      assertThat(client.get("/").body()).hasSize(300_012);
      content.assertClosed(6);
    }
  }

  @Test
  void emptySlice_isNotOpened() throws Exception {
    Content content = new Content(10);
    try (ServedHttp http = serving(content.file(0, 0));
        WireClient client = http.connect()) {
      assertThat(client.get("/").header("Content-Length")).contains("0");
      content.assertClosed(0);
    }
  }

  @Test
  void file_shorterThanPromised_isAnsweredBy500() throws Exception {
    Content content = new Content(1000);
    try (ServedHttp http = serving(content.file(500, 501));
        WireClient client = http.connect()) {
      assertThat(client.get("/").status()).isEqualTo(500);
      assertThat(client.isClosedByServer()).isTrue();
      content.assertClosed(1);
    }
  }

  @Test
  @DisplayName("IS-7: a file that gets shorter is never sent as if it were whole")
  void file_truncatedWhileItIsSent_endsTheConnection() throws Exception {
    int length = 64 * 1024 * 1024;
    Content content = new Content(length);
    try (ServedHttp http = serving(content.file(0, length));
        WireClient client = http.connect(16 * 1024)) {
      client.send("GET / HTTP/1.1\nHost: test\n\n");
      assertThat(client.readHead().header("Content-Length")).contains("" + length);
      try (FileChannel file = FileChannel.open(content.file, StandardOpenOption.WRITE)) {
        file.truncate(100);
      }

      assertThatThrownBy(() -> client.readBytes(length)).isInstanceOf(IOException.class);
      assertThat(http.completed(1).getFirst().bytesSent()).isLessThan(length);
      content.assertClosed(1);
    }
  }

  @Test
  void otherChannel_thatEndsEarly_endsTheConnection() throws Exception {
    AtomicReference<Content> shared = new AtomicReference<>();
    Content content = new Content(8 * 1024 * 1024);
    shared.set(content);
    ResponseBody body =
        new ResponseBody.Slice(
            () -> new LyingChannel(FileChannel.open(shared.get().file)), 0, 9 * 1024 * 1024);
    try (ServedHttp http = serving(body);
        WireClient client = http.connect()) {
      client.send("GET / HTTP/1.1\nHost: test\n\n");
      client.readHead();

      assertThatThrownBy(() -> client.readBytes(9 * 1024 * 1024)).isInstanceOf(EOFException.class);
      assertThat(http.completed(1).getFirst().bytesSent()).isEqualTo(8L * 1024 * 1024);
    }
  }

  @Test
  void source_thatFailsToOpen_isAnsweredBy500() throws Exception {
    ResponseBody body =
        new ResponseBody.Slice(
            () -> {
              throw new IOException("no such content, on purpose");
            },
            0,
            10);
    try (ServedHttp http = serving(body);
        WireClient client = http.connect()) {
      assertThat(client.get("/").status()).isEqualTo(500);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void re6_slowReaders_holdNoBuffers() throws Exception {
    int length = 16 * 1024 * 1024;
    Content content = new Content(length);
    try (ServedHttp http = serving(content.file(0, length))) {
      List<WireClient> readers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        WireClient reader = http.connect(16 * 1024);
        readers.add(reader.send("GET / HTTP/1.1\nHost: test\n\n"));
        reader.readHead();
      }

      assertThat(http.completed()).isEmpty();
      // With TLS every reader has a piece that was encrypted for it.
      long perReader = wire == Wire.TLS ? 2 * Budget.PIECE_BYTES : 40 * 1024;
      assertThat(http.server().usedBufferBytes()).isLessThan(50 * perReader);
      assertThat(readers.getFirst().readBytes(length)).isEqualTo(content.bytes);
      for (WireClient reader : readers) {
        reader.close();
      }
      assertThat(http.completed(50)).hasSize(50);
      content.assertClosed(50);
    }
  }

  /** A channel that is no file. */
  private static class PlainChannel implements SeekableByteChannel {
    private final FileChannel file;

    PlainChannel(FileChannel file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      return file.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return file.write(from);
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
      file.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
      file.truncate(size);
      return this;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** A channel that says it is longer than it is. */
  private static final class LyingChannel extends PlainChannel {
    LyingChannel(FileChannel file) {
      super(file);
    }

    @Override
    public long size() {
      return Long.MAX_VALUE;
    }
  }
}
