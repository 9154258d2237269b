package io.stowage.registry.server.tls;

import java.io.IOException;

/**
 * A file of certificates or keys is refused. The message is one sentence that names the file, what
 * is wrong and the rule; it never holds anything that stood in a key.
 */
public final class TlsFileException extends IOException {
  private static final long serialVersionUID = 1L;

  // No cause: the messages of parsers may quote what they could not read.
  TlsFileException(String message) {
    super(message);
  }
}
