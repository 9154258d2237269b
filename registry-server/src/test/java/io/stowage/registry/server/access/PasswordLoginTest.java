package io.stowage.registry.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Authenticator;
import io.stowage.registry.access.Identity;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Logins of alice and bob, whose passwords are their names, with three free failures a minute. */
final class PasswordLoginTest {
  private static final int FREE = 3;
  private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress THERE = InetAddress.ofLiteral("2001:db8::1");

  private final AtomicLong now = new AtomicLong();
  private final Names names = new Names();
  private PasswordLogin login =
      new PasswordLogin(names, new LoginThrottle(FREE, Duration.ofMinutes(1), 100, now::get));
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(PasswordLogin.class);

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.setAdditive(true);
    logger.detachAppender(log);
  }

  @Test
  void login_rightPassword_isThatUser() {
    assertThat(login.login(HERE, "alice", "alice")).contains(authentication("alice"));
    assertThat(log.list).isEmpty();
  }

  @Test
  void login_remembered_computesNothing() {
    login.login(HERE, "alice", "alice");
    login.login(HERE, "alice", "alice");

    assertThat(names.computed).isEqualTo(1);
  }

  @Test
  void login_ofEveryOutcome_isCounted() {
    LoginCounts counts = new LoginCounts();
    LoginThrottle throttle = new LoginThrottle(FREE, Duration.ofMinutes(1), 100, now::get);
    login = new PasswordLogin(names, throttle, counts);

    login.login(HERE, "bob", "bob");
    login.login(HERE, "bob", "bob");
    guess(FREE);
    refusal(HERE, "alice", "guess");
    login.login(HERE, "bob", "bob");

    assertThat(Arrays.stream(LoginCounts.Result.values()).map(counts::of))
        .containsExactly(1L, 2L, (long) FREE, 1L);
  }

  @Test
  void an13_guesser_isTurnedAwayWithTheTimeToWait() {
    guess(FREE);
    now.addAndGet(Duration.ofSeconds(10).toNanos());

    assertThat(refusal(HERE, "alice", "guess").retryAfter()).isEqualTo(Duration.ofSeconds(50));
    assertThat(names.computed).isEqualTo(FREE);
  }

  @Test
  void an13_guesserWhoIsRight_isTurnedAwayLikeOneWhoIsWrong() {
    login.login(THERE, "alice", "alice");
    guess(FREE);

    assertThat(refusal(HERE, "alice", "alice")).isEqualTo(refusal(HERE, "alice", "guess"));
  }

  @Test
  void an13_guessAmongManyAtOnce_isTurnedAwayWhetherRightOrWrong() {
    assertThat(overtaken("alice", "alice")).isEqualTo(overtaken("alice", "guess"));
    assertThat(login.login(THERE, "alice", "alice")).contains(authentication("alice"));
  }

  @Test
  void an13_guessesForManyUsersAtOnce_areTurnedAwayWhetherRightOrWrong() {
    assertThat(overtaken("another", "alice")).isEqualTo(overtaken("another", "guess"));
    assertThat(refusal(HERE, "alice", "alice")).isNotNull();
  }

  /** What alice's login is told when others, who started at the same time, have failed by then. */
  private RegistryError.TooManyRequests overtaken(String other, String password) {
    LoginThrottle throttle = new LoginThrottle(FREE, Duration.ofMinutes(1), 100, now::get);
    Authenticator slow =
        (user, shown) -> {
          for (int i = 0; i < FREE; i++) {
            throttle.failed(HERE, other);
          }
          return names.authenticate(user, shown);
        };
    login = new PasswordLogin(slow, throttle);
    RegistryError.TooManyRequests refusal = refusal(HERE, "alice", password);
    login = new PasswordLogin(names, throttle);
    return refusal;
  }

  @Test
  void an13_rightPasswordFromElsewhere_isNotLockedOut() {
    guess(FREE);

    assertThat(login.login(THERE, "alice", "alice")).contains(authentication("alice"));
  }

  @Test
  void an13_colleagueBehindTheGuessersAddress_goesOnWorking() {
    login.login(HERE, "bob", "bob");
    guess(FREE);

    assertThat(login.login(HERE, "bob", "bob")).contains(authentication("bob"));
  }

  @Test
  void an13_guessesForManyUsersFromOneAddress_areOneEachAndComputeNothing() {
    login.login(THERE, "bob", "bob");
    guess(FREE);
    names.computed = 0;

    refusal(HERE, "bob", "guess");

    assertThat(refusal(HERE, "bob", "bob")).isNotNull();
    assertThat(names.computed).isZero();
  }

  @Test
  void an13_afterTheWindow_everybodyMayTryAgain() {
    guess(FREE);
    now.addAndGet(Duration.ofMinutes(1).toNanos());

    assertThat(login.login(HERE, "alice", "alice")).contains(authentication("alice"));
  }

  @Test
  void login_tooManyWait_isNoFailure() {
    names.busy = true;
    for (int i = 0; i < 2 * FREE; i++) {
      refusal(HERE, "alice", "alice");
    }
    names.busy = false;

    assertThat(login.login(HERE, "alice", "alice")).isPresent();
  }

  @Test
  void sl1_failedLogin_isLoggedWithoutThePassword() {
    login.login(HERE, "alice", "hunter2");

    assertThat(log.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo("failed login from 192.0.2.1 as \"alice\"");
  }

  @Test
  void sl3_hugeUserName_isLoggedCutShort() {
    login.login(HERE, "\uD83D\uDE00".repeat(1 << 20), "guess");

    assertThat(log.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo("failed login from 192.0.2.1 as \"" + "\uD83D\uDE00".repeat(64) + "...\"");
  }

  private void guess(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(login.login(HERE, "alice", "guess " + i)).isEmpty();
    }
  }

  private RegistryError.TooManyRequests refusal(InetAddress client, String user, String password) {
    RegistryException refusal =
        catchThrowableOfType(RegistryException.class, () -> login.login(client, user, password));
    assertThat(refusal.errors()).singleElement().isInstanceOf(RegistryError.TooManyRequests.class);
    return (RegistryError.TooManyRequests) refusal.errors().getFirst();
  }

  private static Authentication authentication(String user) {
    return Authentication.of(new Identity(user));
  }

  /** Knows alice and bob, and remembers who was right. */
  private static final class Names implements Authenticator {
    private final Set<String> remembered = new HashSet<>();
    private int computed;
    private boolean busy;

    @Override
    public Optional<Authentication> authenticate(String user, String password) {
      if (busy) {
        throw new RegistryException(
            new RegistryError.TooManyRequests("busy", Duration.ofSeconds(1)));
      }
      computed++;
      if (!Set.of("alice", "bob").contains(user) || !user.equals(password)) {
        return Optional.empty();
      }
      remembered.add(user);
      return Optional.of(authentication(user));
    }

    @Override
    public Optional<Authentication> recall(String user, String password) {
      return remembered.contains(user) && user.equals(password)
          ? Optional.of(authentication(user))
          : Optional.empty();
    }
  }
}
