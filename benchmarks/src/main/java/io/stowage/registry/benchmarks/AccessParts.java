package io.stowage.registry.benchmarks;

import io.stowage.registry.access.AccessRule;
import io.stowage.registry.access.AccessRules;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Identity;
import io.stowage.registry.access.RepositoryPattern;
import io.stowage.registry.access.Subject;
import io.stowage.registry.access.TokenRejectedException;
import io.stowage.registry.auth.htpasswd.HtpasswdAuthenticator;
import io.stowage.registry.auth.htpasswd.HtpasswdEditor;
import io.stowage.registry.auth.htpasswd.HtpasswdException;
import io.stowage.registry.auth.htpasswd.HtpasswdLine;
import io.stowage.registry.auth.token.RememberedTokens;
import io.stowage.registry.auth.token.ResourceAccess;
import io.stowage.registry.auth.token.SigningKeys;
import io.stowage.registry.auth.token.TokenClaims;
import io.stowage.registry.auth.token.TokenIssuer;
import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs each request to say who it is and to be let in: a password or a token that was
 * verified before, and a decision by rules.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AccessParts {
  private static final String USER = "alice";
  private static final String PASSWORD = "correct-horse-battery-staple";
  private static final int COST = 10;
  private static final int RULES = 20;
  private static final Duration LONG = Duration.ofDays(1);

  private final Identity identity = new Identity(USER);
  private final RepositoryName repository = new RepositoryName("team20/tools/app");
  private final AccessRules rules = rules();
  private final Path folder;
  private final HtpasswdAuthenticator passwords;
  private final RememberedTokens tokens;
  private final String token;

  public AccessParts() {
    try {
      folder = Files.createTempDirectory("access-parts");
      passwords = passwords(folder.resolve("users"));
      passwords.authenticate(USER, PASSWORD);
      Clock clock = Clock.systemUTC();
      SigningKeys keys = new SigningKeys(folder.resolve("keys"), LONG, LONG, clock);
      TokenIssuer issuer = new TokenIssuer(keys, "stowage", "stowage", LONG, LONG, clock);
      tokens = new RememberedTokens(issuer, clock);
      ResourceAccess access =
          new ResourceAccess(ResourceAccess.REPOSITORY, repository.value(), Set.of("pull"));
      token = issuer.access(USER, List.of(access), null).token();
    } catch (IOException | HtpasswdException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A password that was right before: an HMAC and a look into memory. */
  @Benchmark
  public Optional<Authentication> passwordRemembered() {
    return passwords.recall(USER, PASSWORD);
  }

  /** A token whose signature was right before: the same. */
  @Benchmark
  public TokenClaims tokenRemembered() throws IOException, TokenRejectedException {
    return tokens.verify(token);
  }

  /** A decision by the last of twenty rules, each of which names this user. */
  @Benchmark
  public boolean twentyRules() {
    return rules.allows(identity, Action.PULL, repository);
  }

  @TearDown
  public void removeFiles() throws IOException {
    passwords.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private static AccessRules rules() {
    return new AccessRules(
        Map.of(),
        IntStream.rangeClosed(1, RULES)
            .mapToObj(i -> new RepositoryPattern("team" + i + "/**"))
            .map(team -> new AccessRule(new Subject.User(USER), team, Set.of(Action.PULL)))
            .toList());
  }

  private static HtpasswdAuthenticator passwords(Path file) throws IOException, HtpasswdException {
    new HtpasswdEditor(file).put(HtpasswdLine.of(USER, PASSWORD, COST));
    return HtpasswdAuthenticator.open(file, HtpasswdAuthenticator.Options.remembering(LONG));
  }
}
