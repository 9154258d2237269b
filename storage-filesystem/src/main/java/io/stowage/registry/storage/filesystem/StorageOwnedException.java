package io.stowage.registry.storage.filesystem;

import java.io.IOException;

/** Another server writes to the volume. The message names it. */
public final class StorageOwnedException extends IOException {
  private static final long serialVersionUID = 1L;

  StorageOwnedException(String message) {
    super(message);
  }
}
