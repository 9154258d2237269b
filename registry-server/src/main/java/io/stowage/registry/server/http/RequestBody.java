package io.stowage.registry.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, in chunks, as they arrive. For one thread at a time. The connection
 * stops reading while chunks wait here, so a slow consumer costs its peer time and the server no
 * memory.
 */
public interface RequestBody {
  /** A body without bytes. */
  RequestBody EMPTY = () -> null;

  /**
   * The next chunk, or null at the end. Blocks until bytes arrive. The first call tells a client
   * that sent {@code Expect: 100-continue} to go on (RFC 9110, section 10.1.1).
   *
   * @return bytes that are valid until the next call or until the response is given
   * @throws ClientGoneException if the connection ended before the body did, or stalled too long
   */
  @Nullable ByteBuffer next() throws IOException;
}
