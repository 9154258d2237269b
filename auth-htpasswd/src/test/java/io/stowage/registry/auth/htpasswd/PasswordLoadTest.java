package io.stowage.registry.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More logins at once than can be checked: one worker, which stands still until it is let go. */
@Timeout(60)
class PasswordLoadTest {
  private static final String ALICE =
      "alice:$2y$04$7y9GG.10Pu0/LVS7h9X9R.okvH8n6zy33TeSXCDNiqDj8dQwBPciW";
  private static final String PASSWORD = "pä ss:word";
  private static final int WAITING = 2;

  @TempDir private Path folder;

  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore checks = new Semaphore(0);
  private final Semaphore begun = new Semaphore(0);
  private final AtomicInteger computed = new AtomicInteger();
  private Path file;
  private HtpasswdAuthenticator authenticator;

  @BeforeEach
  void open() throws Exception {
    file = Files.write(folder.resolve("users"), List.of(ALICE, ALICE.replace("alice", "bob")));
    authenticator =
        new HtpasswdAuthenticator(
            file,
            new HtpasswdAuthenticator.Options(Duration.ofMinutes(1), 10, 1, WAITING),
            System::nanoTime,
            (hash, password) -> {
              computed.incrementAndGet();
              begun.release();
              checks.acquireUninterruptibly();
              return hash.matches(password);
            });
  }

  @AfterEach
  void close() {
    checks.release(1000);
    authenticator.close();
    clients.close();
  }

  @Test
  void authenticate_equalLoginsAtOnce_computeOneHash() throws Exception {
    List<Future<Optional<Authentication>>> logins = new ArrayList<>();
    logins.add(login("alice", PASSWORD));
    begun.acquire();
    CountDownLatch others = new CountDownLatch(20);
    for (int i = 0; i < 20; i++) {
      logins.add(
          clients.submit(
              () -> {
                others.countDown();
                return authenticator.authenticate("alice", PASSWORD);
              }));
    }
    others.await();

    checks.release();

    for (Future<Optional<Authentication>> login : logins) {
      assertThat(login.get()).isPresent();
    }
    assertThat(computed).hasValue(1);
  }

  @Test
  void authenticate_queueFull_isTurnedAwayAtOnce() throws Exception {
    fillTheQueue();

    RegistryException refusal =
        catchThrowableOfType(
            RegistryException.class, () -> authenticator.authenticate("alice", PASSWORD));

    assertThat(refusal.errors())
        .singleElement()
        .isInstanceOfSatisfying(
            RegistryError.TooManyRequests.class,
            error ->
                assertThat(error.retryAfter())
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5)));
    checks.release(1000);
  }

  @Test
  void authenticate_remembered_waitsForNobody() throws Exception {
    checks.release();
    assertThat(login("alice", PASSWORD).get()).isPresent();
    begun.acquire();

    fillTheQueue();

    assertThat(authenticator.authenticate("alice", PASSWORD)).isPresent();
    assertThat(authenticator.recall("alice", PASSWORD)).isPresent();
  }

  @Test
  void an14_hashChangedDuringTheCheck_oldPasswordIsNobody() throws Exception {
    Future<Optional<Authentication>> login = login("alice", PASSWORD);
    begun.acquire();
    Files.write(
        file, List.of("alice:$2y$05$tSvpFJX3F2lZKZjEuuVD0.PjMjLQpykrKulJ.PH6asWKFZ4RSMALe"));
    authenticator.reload();

    checks.release(1000);

    assertThat(login.get()).isEmpty();
    assertThat(authenticator.recall("alice", PASSWORD)).isEmpty();
  }

  @Test
  void authenticate_callerInterrupted_goesAndStaysInterrupted() throws Exception {
    fillTheQueue();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread client =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    authenticator.authenticate("alice", "first");
                  } catch (RegistryException e) {
                    interrupted.complete(Thread.currentThread().isInterrupted());
                  }
                });

    client.interrupt();

    assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void close_othersWait_turnsThemAway() throws Exception {
    List<Future<Optional<Authentication>>> logins = fillTheQueue();

    authenticator.close();

    for (Future<Optional<Authentication>> login : logins) {
      assertThat(catchThrowableOfType(ExecutionException.class, login::get))
          .cause()
          .isInstanceOfSatisfying(
              RegistryException.class,
              refusal ->
                  assertThat(refusal.errors())
                      .hasOnlyElementsOfType(RegistryError.Unavailable.class));
    }
  }

  /** One login that is checked, and as many as may wait. */
  private List<Future<Optional<Authentication>>> fillTheQueue() throws InterruptedException {
    List<Future<Optional<Authentication>>> logins = new ArrayList<>();
    logins.add(login("alice", "first"));
    begun.acquire();
    for (int i = 0; i < WAITING; i++) {
      logins.add(login("alice", "waits " + i));
    }
    while (authenticator.waiting() < WAITING) {
      Thread.onSpinWait();
    }
    return logins;
  }

  private Future<Optional<Authentication>> login(String user, String password) {
    return clients.submit(() -> authenticator.authenticate(user, password));
  }
}
