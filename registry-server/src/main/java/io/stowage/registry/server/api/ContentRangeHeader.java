package io.stowage.registry.server.api;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.ByteRange;
import io.stowage.registry.server.http.Request;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Content-Range} of a chunk: {@code <first>-<last>} (distribution-spec, "Pushing a blob
 * in chunks"), and also the form of RFC 9110, section 14.4, that some clients send: {@code bytes
 * <first>-<last>/<length>}.
 */
final class ContentRangeHeader {
  private static final Pattern FORM =
      Pattern.compile("(?:bytes[ =])?([0-9]{1,18})-([0-9]{1,18})(?:/(?:([0-9]{1,18})|\\*))?");

  private ContentRangeHeader() {}

  /**
   * The range of the request's chunk, or empty if it names none.
   *
   * @throws RegistryException with {@code RangeMalformed}, or with {@code SizeInvalid} if the
   *     length of the range is not that of the body
   */
  static Optional<ByteRange> of(Request request) {
    Optional<String> header = request.headers().first("Content-Range");
    if (header.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = FORM.matcher(header.get().strip());
    if (!matcher.matches()) {
      throw malformed(header.get());
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Long.parseLong(matcher.group(2));
    if (matcher.group(3) != null && Long.parseLong(matcher.group(3)) <= last) {
      throw malformed(header.get());
    }
    if (last < first) {
      // Some clients describe an empty chunk at the end as "n-n-1"; it says nothing wrong.
      if (last == first - 1 && request.contentLength().orElse(-1) == 0) {
        return Optional.empty();
      }
      throw malformed(header.get());
    }
    ByteRange range = new ByteRange(first, last);
    if (request.contentLength().isPresent()
        && request.contentLength().getAsLong() != range.length()) {
      throw new RegistryException(
          new RegistryError.SizeInvalid(range.length(), request.contentLength().getAsLong()));
    }
    return Optional.of(range);
  }

  private static RegistryException malformed(String header) {
    return new RegistryException(
        new RegistryError.RangeMalformed(
            header,
            "Content-Range is <first>-<last> or bytes <first>-<last>/<length>, first and last"
                + " inclusive and counted from 0"));
  }
}
