package io.stowage.registry.server.cli;

import io.stowage.registry.access.Scope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is said of a token or robot when it is made. */
final class NewCredentialOptions {
  @Option(
      names = "--scope",
      required = true,
      paramLabel = "PATTERN:ACTIONS",
      converter = CredentialDesk.ScopeConverter.class,
      description =
          "As 'team/**:pull,push'; may be given more than once. Actions: pull, push,"
              + " tag-overwrite, delete, catalog, admin. A user's token never gives more than the"
              + " user has.")
  private List<Scope> scopes = List.of();

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      converter = Lifetime.Converter.class,
      description = "From now, as 90d, 12h or 30m; never if absent.")
  private @Nullable Lifetime lifetime;

  @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "What it is for.")
  private String note = "";

  NewCredentialOptions() {}

  /** At least one. */
  List<Scope> scopes() {
    return scopes;
  }

  /** When it ends, or null for never. */
  @Nullable Instant end(Instant now) {
    return Lifetime.end(lifetime, now);
  }

  String note() {
    return note;
  }
}
