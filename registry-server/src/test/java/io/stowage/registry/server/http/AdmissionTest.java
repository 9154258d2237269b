package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is let in, with a listening channel that the test holds in its hands. */
class AdmissionTest {
  private static final long MANY_FILES = 1_000_000;

  private final TrustedProxies proxies = TrustedProxies.of(List.of("10.0.0.0/8"));
  private final Admission admission =
      new Admission(settings(ServedHttp.connections(5, 2)), MANY_FILES);
  private final EmbeddedChannel listening = new EmbeddedChannel(admission);

  private HttpServerSettings settings(Limits limits) {
    return ServedHttp.settings().withLimits(limits).withTrustedProxies(proxies);
  }

  @AfterEach
  void close() {
    listening.releaseInbound();
    var _ = listening.close();
  }

  /** A connection from somewhere. */
  private static final class Connection extends EmbeddedChannel {
    private final SocketAddress peer;

    Connection(String address) {
      try {
        peer = new InetSocketAddress(InetAddress.getByName(address), 40_000);
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(e);
      }
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return peer;
    }
  }

  private Channel connect(String address) {
    Connection connection = new Connection(address);
    listening.writeInbound(connection);
    return connection;
  }

  @Test
  void re6_connectionsBeyondTheTotal_areClosedAtOnce() {
    List<Channel> let = List.of(connect("10.0.0.1"), connect("10.0.0.1"), connect("192.0.2.1"));
    Channel fourth = connect("192.0.2.2");
    Channel fifth = connect("192.0.2.3");
    Channel sixth = connect("192.0.2.4");

    assertThat(let).allMatch(Channel::isOpen);
    assertThat(fourth.isOpen() && fifth.isOpen()).isTrue();
    assertThat(sixth.isOpen()).isFalse();
    assertThat(admission.counts()).isEqualTo(new ConnectionCounts(5, 5, 1, 0, 0));
    assertThat(listening.inboundMessages()).hasSize(5);
  }

  @Test
  void re6_roomThatIsFreeAgain_isGivenAway() {
    Channel first = connect("192.0.2.1");
    for (int i = 2; i <= 5; i++) {
      connect("192.0.2." + i);
    }
    var _ = first.close();

    assertThat(connect("192.0.2.6").isOpen()).isTrue();
    assertThat(admission.counts().open()).isEqualTo(5);
  }

  @Test
  void re6_connectionsBeyondThoseOfAnAddress_areClosedAtOnce() {
    Channel first = connect("192.0.2.1");
    connect("192.0.2.1");

    assertThat(connect("192.0.2.1").isOpen()).isFalse();
    assertThat(connect("192.0.2.2").isOpen()).isTrue();
    var _ = first.close();
    assertThat(connect("192.0.2.1").isOpen()).isTrue();
    assertThat(admission.counts()).isEqualTo(new ConnectionCounts(3, 5, 0, 1, 0));
  }

  @Test
  void re6_addressesOfOneNetworkOfIpv6_countAsOne() {
    connect("2001:db8::1");
    connect("2001:db8::2");

    assertThat(connect("2001:db8::3").isOpen()).isFalse();
    assertThat(connect("2001:db8:0:1::1").isOpen()).isTrue();
  }

  @Test
  void trustedProxies_countForTheTotalOnly() {
    for (int i = 0; i < 5; i++) {
      assertThat(connect("10.0.0.1").isOpen()).isTrue();
    }
    assertThat(connect("10.0.0.1").isOpen()).isFalse();
    assertThat(admission.counts()).isEqualTo(new ConnectionCounts(5, 5, 1, 0, 0));
  }

  @Test
  void fewFiles_leaveRoomForContent() {
    Admission poor = new Admission(settings(ServedHttp.connections(10_000, 0)), 1024);

    assertThat(poor.counts().most()).isEqualTo(768);
  }

  @Test
  void re6_systemWithoutFiles_isAskedAgainASecondLater() {
    listening.freezeTime();
    listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
    assertThat(listening.config().isAutoRead()).isFalse();

    listening.advanceTimeBy(Admission.BACK_OFF_MILLIS - 1, TimeUnit.MILLISECONDS);
    listening.runScheduledPendingTasks();
    assertThat(listening.config().isAutoRead()).isFalse();

    listening.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    listening.runScheduledPendingTasks();
    assertThat(listening.config().isAutoRead()).isTrue();
    assertThat(admission.counts().failures()).isEqualTo(1);
    assertThat(connect("192.0.2.1").isOpen()).isTrue();
  }

  @Test
  void systemWithoutFiles_isNotAskedAfterTheEnd() {
    listening.freezeTime();
    listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
    var _ = listening.close();

    listening.advanceTimeBy(Admission.BACK_OFF_MILLIS, TimeUnit.MILLISECONDS);
    listening.runScheduledPendingTasks();
    assertThat(listening.config().isAutoRead()).isFalse();
  }

  @Test
  void openFiles_areToldByTheSoftLimit() {
    String limits =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max resident set          unlimited            unlimited            bytes
        Max open files            1024                 524288               files
        """;

    assertThat(OpenFiles.in(limits)).contains(1024L);
    assertThat(OpenFiles.in("Max open files            unlimited   unlimited   files")).isEmpty();
  }

  @Test
  void seldom_countsWhatItDoesNotSay() {
    long[] now = {0};
    Seldom seldom = new Seldom(60, () -> now[0]);
    List<Long> said = new ArrayList<>();
    for (now[0] = 0; now[0] < 130; now[0]++) {
      seldom.say(said::add);
    }

    assertThat(said).containsExactly(1L, 60L, 60L);
  }
}
