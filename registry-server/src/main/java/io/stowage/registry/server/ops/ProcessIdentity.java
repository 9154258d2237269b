package io.stowage.registry.server.ops;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What tells this process from others, in logs and wherever else distribution names it. */
public final class ProcessIdentity {
  /** Another one at each start. */
  public static final String INSTANCE_ID = UUID.randomUUID().toString();

  private ProcessIdentity() {}

  /** For example {@code 0.1.0}; {@code development} outside of an archive. */
  public static String version() {
    @Nullable String version = ProcessIdentity.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
