package io.stowage.registry.storage;

import java.io.IOException;

/** What holds the storage is mounted for reading only. The operation had no effect. */
public final class StorageReadOnlyException extends IOException {
  private static final long serialVersionUID = 1L;

  public StorageReadOnlyException(String message) {
    super(message);
  }

  public StorageReadOnlyException(String message, Throwable cause) {
    super(message, cause);
  }
}
