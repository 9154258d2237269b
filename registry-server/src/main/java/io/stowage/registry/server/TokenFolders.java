package io.stowage.registry.server;

import io.stowage.registry.auth.token.CredentialStore;
import io.stowage.registry.auth.token.SigningKeys;
import io.stowage.registry.auth.token.TokenIssuer;
import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.TokenSettings;
import io.stowage.registry.storage.filesystem.FileStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Predicate;

/**
 * Where the keys of our own tokens and the credentials behind them lie: in the server's own folder
 * of the volume, so that they move with it. The server and the commands look there alike.
 */
public final class TokenFolders {
  private final Path own;
  private final TokenSettings settings;
  private final Clock clock;

  private TokenFolders(Path own, TokenSettings settings, Clock clock) {
    this.own = own;
    this.settings = settings;
    this.clock = clock;
  }

  public static TokenFolders of(Configuration configuration, Clock clock) {
    Path root = configuration.storage().filesystem().rootDirectory();
    return new TokenFolders(FileStorage.ownFolder(root), configuration.tokens(), clock);
  }

  /** Whether new keys can be kept: not on a volume that is mounted for reading only. */
  boolean canBeWritten() {
    Path there = own.toAbsolutePath();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there != null && Files.isWritable(there);
  }

  /**
   * Personal access tokens and robots.
   *
   * @param userExists whether there is such a user now
   */
  public CredentialStore credentials(Predicate<String> userExists) {
    return new CredentialStore(
        own.resolve("credentials"), userExists, clock, UnhurriedClock.INSTANCE);
  }

  /** Signs tokens and checks them. */
  public TokenIssuer issuer() {
    SigningKeys keys =
        new SigningKeys(
            own.resolve("tokens"), settings.keyRotation(), settings.refreshLifetime(), clock);
    return new TokenIssuer(
        keys,
        settings.issuer(),
        settings.service(),
        settings.lifetime(),
        settings.refreshLifetime(),
        clock);
  }
}
