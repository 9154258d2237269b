package io.stowage.registry.server.api;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.server.http.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.LongFunction;

/** Reads bodies that are small by contract; those of blobs are streamed elsewhere. */
final class RequestBodies {
  private static final int FIRST_BUFFER = 16 * 1024;

  private RequestBodies() {}

  /**
   * Reads a manifest whole.
   *
   * @param limit the largest accepted manifest, in bytes
   * @param memory out of which the bytes are held
   * @throws RegistryException with {@code ManifestTooLarge} as soon as that is known
   */
  static byte[] readManifest(Request request, int limit, ManifestMemory.Share memory)
      throws IOException {
    return read(
        request, limit, memory::take, length -> new RegistryError.ManifestTooLarge(limit, length));
  }

  /**
   * Reads a small body whole.
   *
   * @param limit the largest accepted one, in bytes
   * @throws RegistryException with {@code BodyTooLarge} as soon as that is known
   */
  static byte[] readSmall(Request request, int limit) throws IOException {
    return read(request, limit, bytes -> {}, length -> new RegistryError.BodyTooLarge(limit));
  }

  /**
   * Grows with what arrives: an announcement costs a client nothing.
   *
   * @param taken hears how many bytes are taken, before they are
   * @param tooLarge the answer to a body of this announced length, or -1 if it announced none
   */
  private static byte[] read(
      Request request, int limit, IntConsumer taken, LongFunction<RegistryError> tooLarge)
      throws IOException {
    long announced = request.contentLength().orElse(-1);
    if (announced > limit) {
      throw new RegistryException(tooLarge.apply(announced));
    }
    byte[] bytes = new byte[Math.min(FIRST_BUFFER, limit)];
    taken.accept(bytes.length);
    int count = 0;
    for (ByteBuffer chunk = request.body().next(); chunk != null; chunk = request.body().next()) {
      int length = chunk.remaining();
      if (length > limit - count) {
        throw new RegistryException(tooLarge.apply(-1));
      }
      if (count + length > bytes.length) {
        int capacity = Math.min(limit, Math.max(count + length, 2 * bytes.length));
        taken.accept(capacity); // beside the old ones, which are counted until the end too
        bytes = Arrays.copyOf(bytes, capacity);
      }
      chunk.get(bytes, count, length);
      count += length;
    }
    return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
  }

  /**
   * Refuses a body where none is expected. One of unknown length may turn out to be empty: that
   * takes until its end, or its first byte.
   *
   * @throws RegistryException with {@code BodyTooLarge} if there is a byte
   */
  static void requireEmpty(Request request) throws IOException {
    if (request.contentLength().orElse(0) > 0) {
      throw new RegistryException(new RegistryError.BodyTooLarge(0));
    }
    for (ByteBuffer chunk = request.body().next(); chunk != null; chunk = request.body().next()) {
      if (chunk.hasRemaining()) {
        throw new RegistryException(new RegistryError.BodyTooLarge(0));
      }
    }
  }
}
