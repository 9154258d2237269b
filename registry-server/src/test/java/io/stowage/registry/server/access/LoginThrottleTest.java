package io.stowage.registry.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.stowage.registry.server.access.LoginThrottle.Decision;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Each line of the table, with ten free failures a minute. */
final class LoginThrottleTest {
  private static final int FREE = 10;
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress THERE = InetAddress.ofLiteral("192.0.2.2");
  private static final Decision TRY = new Decision.Try();

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
  private final LoginThrottle throttle = new LoginThrottle(FREE, WINDOW, 100, now::get);

  @Test
  void decide_fewFailures_areFree() {
    fail(FREE - 1, HERE, "alice");

    assertThat(throttle.decide(HERE, "alice")).isEqualTo(TRY);
  }

  @Test
  void an13_tooManyFailuresOfOneUserFromOneAddress_areRefused() {
    fail(FREE, HERE, "alice");

    assertThat(throttle.decide(HERE, "alice")).isEqualTo(new Decision.Refuse(WINDOW));
  }

  @Test
  void an13_sameUserFromElsewhere_mayTry() {
    fail(FREE, HERE, "alice");

    assertThat(throttle.decide(THERE, "alice")).isEqualTo(TRY);
  }

  @Test
  void an13_userUnderAttack_hasOneTryFromEachAddress() {
    fail(FREE, HERE, "alice");
    pass(Duration.ofSeconds(20));
    fail(1, THERE, "alice");

    // Forty seconds until the older failures leave the window, and alice has few again.
    assertThat(throttle.decide(THERE, "alice"))
        .isEqualTo(new Decision.Refuse(Duration.ofSeconds(40)));
    assertThat(throttle.decide(THERE, "bob")).isEqualTo(TRY);
  }

  @Test
  void an13_otherUserFromAGuessersAddress_isLetInByWhatIsRemembered() {
    fail(FREE, HERE, "alice");
    pass(Duration.ofSeconds(15));

    assertThat(throttle.decide(HERE, "bob"))
        .isEqualTo(new Decision.OnlyRemembered(Duration.ofSeconds(45)));
  }

  @Test
  void an13_manyUsersFromOneAddress_areCountedTogether() {
    for (int i = 0; i < FREE; i++) {
      fail(1, HERE, "user" + i);
    }

    assertThat(throttle.decide(HERE, "alice")).isInstanceOf(Decision.OnlyRemembered.class);
    assertThat(throttle.decide(HERE, "user0")).isInstanceOf(Decision.Refuse.class);
  }

  @Test
  void an13_manyAddressesForOneUser_areCountedTogether() {
    for (int i = 1; i <= FREE; i++) {
      fail(1, InetAddress.ofLiteral("198.51.100." + i), "alice");
    }

    assertThat(throttle.decide(InetAddress.ofLiteral("198.51.100.1"), "alice"))
        .isInstanceOf(Decision.Refuse.class);
    assertThat(throttle.decide(HERE, "alice")).isEqualTo(TRY);
  }

  @Test
  void notRemembered_addressOverItsLimit_isRefusedTheSecondTime() {
    fail(FREE, HERE, "alice");

    throttle.notRemembered(HERE, "bob");

    assertThat(throttle.decide(HERE, "bob")).isEqualTo(new Decision.Refuse(WINDOW));
    assertThat(throttle.decide(THERE, "bob")).isEqualTo(TRY);
  }

  @Test
  void notRemembered_often_keepsNobodyOutForLonger() {
    fail(FREE, HERE, "alice");
    pass(WINDOW.minusSeconds(1));
    for (int i = 0; i < FREE; i++) {
      throttle.notRemembered(HERE, "bob");
    }

    assertThat(throttle.decide(HERE, "bob")).isEqualTo(new Decision.Refuse(Duration.ofSeconds(1)));
    pass(Duration.ofSeconds(1));
    assertThat(throttle.decide(HERE, "bob")).isEqualTo(TRY);
  }

  @Test
  void decide_windowSlides_failuresLeaveOneByOne() {
    for (int i = 0; i < FREE; i++) {
      fail(1, HERE, "alice");
      pass(Duration.ofSeconds(1));
    }
    assertThat(throttle.decide(HERE, "alice"))
        .isEqualTo(new Decision.Refuse(WINDOW.minusSeconds(FREE)));

    pass(WINDOW.minusSeconds(FREE));
    assertThat(throttle.decide(HERE, "alice")).isEqualTo(TRY);

    fail(1, HERE, "alice");
    assertThat(throttle.decide(HERE, "alice"))
        .isEqualTo(new Decision.Refuse(Duration.ofSeconds(1)));
  }

  @Test
  void decide_refusedOften_endsAllTheSame() {
    fail(FREE, HERE, "alice");
    for (int i = 0; i < 60; i++) {
      assertThat(throttle.decide(HERE, "alice")).isInstanceOf(Decision.Refuse.class);
      pass(Duration.ofSeconds(1));
    }

    assertThat(throttle.decide(HERE, "alice")).isEqualTo(TRY);
  }

  @Test
  void decide_ipv6_countsTheNetworkOfAHost() {
    fail(FREE, InetAddress.ofLiteral("2001:db8:1:2::1"), "alice");

    assertThat(throttle.decide(InetAddress.ofLiteral("2001:db8:1:2:ffff::9"), "bob"))
        .isInstanceOf(Decision.OnlyRemembered.class);
    assertThat(throttle.decide(InetAddress.ofLiteral("2001:db8:1:3::1"), "bob")).isEqualTo(TRY);
  }

  @Test
  void decide_ipv4InIpv6_isTheSameAddress() {
    fail(FREE, InetAddress.ofLiteral("::ffff:192.0.2.1"), "alice");

    assertThat(throttle.decide(HERE, "bob")).isInstanceOf(Decision.OnlyRemembered.class);
  }

  @Test
  void failed_everNewUsersAndAddresses_takesBoundedMemory() {
    RecentFailures<Integer> failures = new RecentFailures<>(3, WINDOW, 100, now::get);

    for (int i = 0; i < 10_000; i++) {
      failures.add(i);
    }

    assertThat(failures.size()).isEqualTo(100);
  }

  @Test
  void failed_afterTheWindow_keepsNothingOfBefore() {
    RecentFailures<Integer> failures = new RecentFailures<>(3, WINDOW, 100, now::get);
    for (int i = 0; i < 50; i++) {
      failures.add(i);
    }
    pass(WINDOW);

    failures.add(1000);

    assertThat(failures.size()).isEqualTo(1);
  }

  @Test
  void failed_tooManyKeys_forgetsWhoFailedLongestAgo() {
    RecentFailures<String> failures = new RecentFailures<>(1, WINDOW, 2, now::get);
    failures.add("first");
    failures.add("second");
    failures.add("first");

    failures.add("third");

    assertThat(failures.excess("second")).isZero();
    assertThat(failures.excess("first")).isEqualTo(WINDOW);
  }

  @Test
  void new_senselessLimits_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new LoginThrottle(0, WINDOW));
    assertThatIllegalArgumentException().isThrownBy(() -> new LoginThrottle(1, Duration.ZERO));
  }

  private void fail(int times, InetAddress client, String user) {
    for (int i = 0; i < times; i++) {
      throttle.failed(client, user);
    }
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
