package io.stowage.registry.storage;

import java.io.IOException;

/** No space, inodes or quota left. The operation had no effect and works again once there is. */
public final class StorageFullException extends IOException {
  private static final long serialVersionUID = 1L;

  public StorageFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
