package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Clients that begin TLS and mean no good: many, slow, huge and malformed. */
class TlsStormTest {
  private static final int STORM = 300;
  private static final int RECORD_BYTES = 16 * 1024;
  private static final byte HANDSHAKE = 22;
  private static final byte APPLICATION_DATA = 23;

  private ServedHttp http;

  @BeforeEach
  void start() throws IOException {
    Duration aLong = Duration.ofMinutes(5); // so that no deadline ends what a rule should end
    http = Wire.TLS.serve(ServedHttp.settings(aLong, aLong, aLong), ServedHttp::echo);
  }

  @AfterEach
  void stop() throws IOException {
    assertServed();
    http.close();
  }

  private void assertServed() throws IOException {
    try (WireClient client = http.connect()) {
      assertThat(client.get("/").text()).isEqualTo("GET /");
    }
  }

  private WireClient connectPlain() throws IOException {
    return WireClient.connect(http.server().address());
  }

  @Test
  @DisplayName("RE-14: who begins a handshake with a huge server name, and stops, holds no memory")
  void hello_hugeAndSlow_holdsWhatCameAndNoMore() throws IOException {
    byte[] hello = record(HANDSHAKE, helloFor("a".repeat(15_000)));
    List<WireClient> storm = new ArrayList<>();
    try {
      for (int i = 0; i < STORM; i++) {
        storm.add(connectPlain().send(slice(hello, 0, 2_000)));
      }
      assertServed();
      assertThat(http.server().usedBufferBytes()).isLessThan(STORM * 2L * RECORD_BYTES);
      for (WireClient client : storm) {
        client.send(slice(hello, 2_000, hello.length - 1));
      }
      assertServed();
      assertThat(http.server().usedBufferBytes()).isLessThan(STORM * 4L * RECORD_BYTES);
    } finally {
      for (WireClient client : storm) {
        client.reset();
      }
    }
  }

  @Test
  @DisplayName("RE-14: a handshake message of 16 MiB is not waited for")
  void hello_ofManyRecords_isRefused() throws IOException {
    byte[] first = new byte[RECORD_BYTES];
    ByteBuffer.wrap(first).putInt(0x01ffffff); // ClientHello, and its length in three bytes
    try (WireClient client = connectPlain()) {
      client.send(record(HANDSHAKE, first));
      for (int i = 0; i < 64; i++) {
        client.send(record(HANDSHAKE, new byte[RECORD_BYTES]));
      }
      readToTheEnd(client);
    } catch (SocketException closed) {
      // as it should be; if it were not, reading would time out
    }
  }

  @Test
  @DisplayName("RE-15: malformed records after a handshake end their connection only")
  void records_malformedAfterTheHandshake_endTheirConnectionOnly() throws IOException {
    Random random = new Random(15);
    SSLContext trust = Objects.requireNonNull(Wire.TLS.client());
    InetAddress loopback = InetAddress.getLoopbackAddress();
    int port = http.server().address().getPort();
    for (int i = 0; i < STORM / 3; i++) {
      try (Socket socket = new Socket(loopback, port);
          SSLSocket tls =
              (SSLSocket) trust.getSocketFactory().createSocket(socket, "localhost", port, true)) {
        socket.setSoTimeout(20_000);
        tls.startHandshake();
        byte[] garbage = new byte[1 + random.nextInt(2_000)];
        random.nextBytes(garbage);
        byte[] malformed = i % 2 == 0 ? garbage : record(APPLICATION_DATA, garbage);
        socket.getOutputStream().write(malformed);
        socket.shutdownOutput();
        readToTheEnd(socket.getInputStream());
      }
    }
    assertThat(http.completed()).isEmpty();
  }

  private static void readToTheEnd(InputStream in) throws IOException {
    try {
      in.readAllBytes();
    } catch (SocketException reset) {
      // also an end
    }
  }

  private static void readToTheEnd(WireClient client) throws IOException {
    byte[] alert = new byte[64];
    while (client.read(alert) >= 0) {
      // whatever it says
    }
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  private static byte[] record(byte type, byte[] payload) {
    return ByteBuffer.allocate(5 + payload.length)
        .put(type)
        .putShort((short) 0x0303)
        .putShort((short) payload.length)
        .put(payload)
        .array();
  }

  /** A ClientHello for TLS 1.2 with this server name and nothing else (RFC 6066, section 3). */
  private static byte[] helloFor(String serverName) {
    byte[] name = serverName.getBytes(US_ASCII);
    int extensions = 4 + 2 + 3 + name.length;
    int body = 2 + 32 + 1 + 2 + 2 + 2 + 2 + extensions;
    return ByteBuffer.allocate(4 + body)
        .putInt(0x01000000 | body)
        .putShort((short) 0x0303)
        .put(new byte[32]) // random
        .put((byte) 0) // no session
        .putShort((short) 2)
        .putShort((short) 0xc02f) // one cipher suite
        .put((byte) 1)
        .put((byte) 0) // no compression
        .putShort((short) extensions)
        .putShort((short) 0) // server_name
        .putShort((short) (extensions - 4))
        .putShort((short) (extensions - 6))
        .put((byte) 0) // host_name
        .putShort((short) name.length)
        .put(name)
        .array();
  }
}
