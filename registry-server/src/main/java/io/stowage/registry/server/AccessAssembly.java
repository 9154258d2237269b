package io.stowage.registry.server;

import io.stowage.registry.access.AccessRules;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Authenticator;
import io.stowage.registry.access.TokenAuthenticator;
import io.stowage.registry.auth.htpasswd.FirstUser;
import io.stowage.registry.auth.htpasswd.HtpasswdAuthenticator;
import io.stowage.registry.auth.htpasswd.HtpasswdException;
import io.stowage.registry.auth.token.BuiltInTokens;
import io.stowage.registry.auth.token.CredentialStore;
import io.stowage.registry.auth.token.ForeignTokens;
import io.stowage.registry.auth.token.TrustedKeys;
import io.stowage.registry.config.AccessSettings;
import io.stowage.registry.config.AuthSettings;
import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.LoginSettings;
import io.stowage.registry.config.TokenSettings;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.access.Challenge;
import io.stowage.registry.server.access.LoginCounts;
import io.stowage.registry.server.access.LoginThrottle;
import io.stowage.registry.server.access.Logins;
import io.stowage.registry.server.access.PasswordLogin;
import io.stowage.registry.server.access.PasswordsAndTokens;
import io.stowage.registry.server.access.ReplaceablePolicy;
import io.stowage.registry.server.api.RegistryApi;
import io.stowage.registry.server.api.TokenHandler;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.ops.WatchedFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the gate and what it decides by: who can log in, and what they may do. Whatever of it
 * stands in files follows them while the server runs, and stays as it was while they are wrong.
 */
final class AccessAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(AccessAssembly.class);
  private static final int MAX_REMEMBERED = 10_000;

  /** Below the part of the registry's URL that proxies let through. */
  private static final String TOKEN_PATH = "v2/_token";

  /**
   * No secret: what it keys is a hash whose salt nobody knows without the file, and it must be the
   * same after a restart.
   */
  private static final byte[] FINGERPRINT_KEY =
      "stowage refresh token".getBytes(StandardCharsets.US_ASCII);

  private final Configuration configuration;
  private final ConfigurationSource source;
  private final WatchedFiles files;
  private final Consumer<Closeable> started;
  private final ReplaceablePolicy policy;
  private final Function<Request, String> origin;
  private final LoginCounts logins = new LoginCounts();

  /**
   * @param files looks after files for the whole server
   * @param started takes what has to be closed
   * @param origin scheme and host by which a request's client reaches us; empty if it doesn't say
   */
  AccessAssembly(
      Configuration configuration,
      ConfigurationSource source,
      WatchedFiles files,
      Consumer<Closeable> started,
      Function<Request, String> origin) {
    this.configuration = configuration;
    this.source = source;
    this.files = files;
    this.started = started;
    this.origin = origin;
    this.policy = new ReplaceablePolicy(ConfiguredRules.policy(configuration));
  }

  /**
   * What stands at the door.
   *
   * @param users what those of our own have besides; null where there are none
   */
  record Door(AccessGate gate, RegistryApi.@Nullable OwnUsers users) {}

  /** What becomes of logins by password. */
  LoginCounts logins() {
    return logins;
  }

  Door door() throws IOException {
    followRules();
    return switch (configuration.auth()) {
      case AuthSettings.None _ -> new Door(AccessGate.withoutLogins(policy), null);
      case AuthSettings.Htpasswd settings -> doorWithUsers(settings);
      case AuthSettings.Token settings -> doorWithForeignTokens(settings);
    };
  }

  // --- rules

  private void followRules() {
    if (!source.files().isEmpty()) {
      files.watch(source.files(), this::reloadRules);
    }
  }

  /**
   * Takes rules and nothing else from the configuration. Without any, somebody could do what nobody
   * may now, and a file that lost its end looks just like that.
   */
  private void reloadRules() throws IOException {
    AccessSettings now = source.read().access();
    if (now.given()) {
      policy.replace(ConfiguredRules.rules(now));
      LOG.info("{} access rules are in force", now.rules().size());
    } else if (areRulesGiven()) {
      throw new IOException(
          "the configuration has no access rules any more; to serve without them, restart");
    }
  }

  private boolean areRulesGiven() {
    return policy.current() instanceof AccessRules;
  }

  private boolean mayAnonymousDoAnything() {
    return policy.current() instanceof AccessRules rules && rules.givesToAnonymous();
  }

  // --- users of our own

  private Door doorWithUsers(AuthSettings.Htpasswd settings) throws IOException {
    HtpasswdAuthenticator users = openUsers(settings);
    TokenSettings tokens = configuration.tokens();
    LoginSettings limits = configuration.logins();
    LoginThrottle throttle = new LoginThrottle(limits.freeFailures(), limits.failureWindow());
    LOG.info("{} users can log in, by {}", users.size(), settings.path());
    if (tokens.mode() == TokenSettings.Mode.OFF) {
      Logins passwords = new PasswordsAndTokens(new PasswordLogin(users, throttle, logins), null);
      Challenge challenge = new Challenge.Basic(settings.realm());
      return new Door(new AccessGate(policy, passwords, request -> Optional.of(challenge)), null);
    }
    Clock clock = Clock.systemUTC();
    TokenFolders folders = TokenFolders.of(configuration, clock);
    CredentialStore credentials = folders.credentials(users::knows);
    BuiltInTokens builtIn =
        new BuiltInTokens(folders.issuer(), credentials, seenByTokens(users), policy, clock);
    Logins both =
        new PasswordsAndTokens(
            new PasswordLogin(credentialsFirst(credentials, users), throttle, logins), builtIn);
    boolean canSign = folders.canBeWritten();
    if (!canSign) {
      LOG.warn("the volume can't be written, so no tokens are given out, and passwords asked for");
    }
    AccessGate gate =
        new AccessGate(
            policy,
            both,
            request -> Optional.of(challenge(request, settings, canSign && areTokensWanted())));
    TokenHandler handler = new TokenHandler(builtIn, both, new Challenge.Basic(settings.realm()));
    return new Door(gate, new RegistryApi.OwnUsers(handler, credentials));
  }

  private HtpasswdAuthenticator openUsers(AuthSettings.Htpasswd settings) throws IOException {
    LoginSettings limits = configuration.logins();
    try {
      if (settings.createMissing()) {
        FirstUser.createIfMissing(settings.path())
            .ifPresent(
                password ->
                    LOG.warn(
                        "{} did not exist and has one user now, {}; the password is in {}",
                        settings.path(),
                        FirstUser.NAME,
                        password));
      }
      HtpasswdAuthenticator users =
          HtpasswdAuthenticator.open(
              settings.path(),
              new HtpasswdAuthenticator.Options(
                  limits.remember(),
                  MAX_REMEMBERED,
                  Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                  limits.maxWaiting()));
      started.accept(users);
      files.watch(List.of(settings.path()), () -> reload(users, settings.path()));
      return users;
    } catch (HtpasswdException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void reload(HtpasswdAuthenticator users, Path file) throws IOException {
    try {
      users.reload();
      LOG.info("{} users can log in, by {}", users.size(), file);
    } catch (HtpasswdException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static BuiltInTokens.Users seenByTokens(HtpasswdAuthenticator users) {
    return new BuiltInTokens.Users() {
      @Override
      public boolean knows(String user) {
        return users.knows(user);
      }

      @Override
      public Optional<String> fingerprint(String user) {
        return users.fingerprint(user, FINGERPRINT_KEY);
      }
    };
  }

  /** What looks like a token of ours is one, or nothing: no hash is computed for it. */
  private static Authenticator credentialsFirst(CredentialStore credentials, Authenticator users) {
    return new Authenticator() {
      @Override
      public Optional<Authentication> authenticate(String user, String password) {
        return of(password).authenticate(user, password);
      }

      @Override
      public Optional<Authentication> recall(String user, String password) {
        return of(password).recall(user, password);
      }

      private Authenticator of(String password) {
        return CredentialStore.isOurs(password) ? credentials : users;
      }
    };
  }

  /** Where some may do something without a login: clients then log in only if asked for a token. */
  private boolean areTokensWanted() {
    return switch (configuration.tokens().mode()) {
      case ON -> true;
      case OFF -> false;
      case AUTO -> mayAnonymousDoAnything();
    };
  }

  private Challenge challenge(
      Request request, AuthSettings.Htpasswd settings, boolean asksForToken) {
    String from = origin.apply(request);
    return asksForToken && !from.isEmpty()
        ? new Challenge.Bearer(
            from + configuration.http().prefix() + TOKEN_PATH, configuration.tokens().service())
        : new Challenge.Basic(settings.realm());
  }

  // --- users of another service

  private Door doorWithForeignTokens(AuthSettings.Token settings) throws IOException {
    AtomicReference<TokenAuthenticator> tokens = new AtomicReference<>(foreignTokens(settings));
    List<Path> keyFiles =
        Stream.of(settings.rootCertBundle(), settings.jwks()).filter(Objects::nonNull).toList();
    files.watch(keyFiles, () -> tokens.set(foreignTokens(settings)));
    Logins logins =
        new PasswordsAndTokens(null, token -> narrowed(tokens.get().authenticate(token)));
    AccessGate gate =
        new AccessGate(
            policy,
            logins,
            request ->
                foreignRealm(request, settings)
                    .map(realm -> new Challenge.Bearer(realm, settings.service())));
    return new Door(gate, null);
  }

  private static TokenAuthenticator foreignTokens(AuthSettings.Token settings) throws IOException {
    TrustedKeys keys = TrustedKeys.read(settings.rootCertBundle(), settings.jwks());
    LOG.info("tokens of {} count if signed by one of {}", settings.issuer(), keys.keyIds());
    return new ForeignTokens(
        keys,
        settings.issuer(),
        settings.service(),
        settings.signingAlgorithms(),
        Clock.systemUTC());
  }

  /** Rules of our own, where there are any, narrow what the other service gives. */
  private Authentication narrowed(Authentication proven) {
    return areRulesGiven()
        ? new Authentication(proven.identity(), proven.grant(), Authentication.Basis.POLICY)
        : proven;
  }

  /** As distribution does it: on the host that the client asked, by https unless told otherwise. */
  private static Optional<String> foreignRealm(Request request, AuthSettings.Token settings) {
    String host = request.origin().authority();
    return settings.autoRedirect() && !host.isEmpty()
        ? Optional.of("https://" + host + settings.autoRedirectPath())
        : Optional.of(settings.realm()).filter(realm -> !realm.isEmpty());
  }
}
