package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a service manager says of sockets; that they are served is tested with a real process. */
final class SocketActivationTest {
  private static final long PID = 4711;

  private static @Nullable ServerAddress find(String pid, String count) throws IOException {
    return SocketActivation.find(Map.of("LISTEN_PID", pid, "LISTEN_FDS", count), PID);
  }

  @Test
  void find_oneSocket_isTheFirstDescriptorAfterTheUsualOnes() throws Exception {
    assertThat(find("4711", "1")).isEqualTo(new ServerAddress.Inherited(3));
  }

  @ParameterizedTest
  @CsvSource({"4712, 1", "4712, 2", "4711, 0", "4711, ''", "'', 1", "4711, -1", "4711, one"})
  void find_nothingForThisProcess_isNone(String pid, String count) throws Exception {
    assertThat(find(pid, count)).isNull();
  }

  @Test
  void find_withoutVariables_isNone() throws Exception {
    assertThat(SocketActivation.find(Map.of(), PID)).isNull();
  }

  @Test
  void find_severalSockets_isRefusedWithTheirNumber() {
    assertThatThrownBy(() -> find("4711", "2"))
        .isInstanceOf(IOException.class)
        .hasMessage("2 sockets were passed by the service manager, and the server listens on one");
  }

  @Test
  void start_onWhatIsNoSocket_isRefused() {
    assertThatThrownBy(() -> start(Transport.best(), 0).close())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot listen on descriptor 0: ");
  }

  @Test
  void start_withoutTheNativeTransport_isRefused() {
    assertThatThrownBy(() -> start(Transport.NIO, 3).close())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "cannot listen on descriptor 3: only Netty's native transport takes a socket that was"
                + " passed");
  }

  private static HttpServer start(Transport transport, int descriptor) throws IOException {
    return HttpServer.start(
        HttpServerSettings.at(new ServerAddress.Inherited(descriptor)),
        ServedHttp::echo,
        exchange -> {},
        new Budget(PlatformDependent.maxDirectMemory()),
        transport);
  }
}
