package io.stowage.registry.error;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Carries one or more {@link RegistryError}s to the client: an answer, not a crash, so it has no
 * stack trace. Only the dispatcher catches it. Its errors share one status, that of the first.
 */
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<RegistryError> errors;

  public RegistryException(RegistryError error) {
    this(List.of(error));
  }

  public RegistryException(List<? extends RegistryError> errors) {
    super(summary(errors), null, false, false);
    if (errors.isEmpty()) {
      throw new IllegalArgumentException("errors: none (expected: at least one)");
    }
    this.errors = List.copyOf(errors);
  }

  /** The errors, at least one, in the order in which the client shall see them. */
  public List<RegistryError> errors() {
    return errors;
  }

  private static String summary(List<? extends RegistryError> errors) {
    return errors.stream()
        .limit(3)
        .map(error -> error.code() + ": " + error.message())
        .collect(Collectors.joining("; "));
  }
}
