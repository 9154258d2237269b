package io.stowage.registry.server.access;

import io.stowage.registry.server.http.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** What a request shows of who sent it (RFC 9110, section 11.6.2). Never printed. */
public sealed interface Credentials {

  /** No {@code Authorization} at all. */
  record None() implements Credentials {}

  /**
   * User and password (RFC 7617), in UTF-8.
   *
   * @param user not empty, and without a colon
   */
  record Password(String user, String password) implements Credentials {
    @Override
    public String toString() {
      return "password of a user";
    }
  }

  /** A token (RFC 6750), not looked into. */
  record Bearer(String token) implements Credentials {
    @Override
    public String toString() {
      return "token";
    }
  }

  /** Something that proves nothing: malformed, ambiguous, or of another scheme. */
  record Unusable() implements Credentials {}

  /** Reads them. Whatever stands there is an answer and never a failure (security case AN-8). */
  static Credentials of(Headers headers) {
    List<String> fields = headers.all("Authorization");
    if (fields.isEmpty()) {
      return new None();
    }
    String field = fields.getFirst().strip();
    int space = field.indexOf(' ');
    if (fields.size() > 1 || space < 0) {
      return new Unusable();
    }
    String scheme = field.substring(0, space);
    String rest = field.substring(space + 1).strip();
    if (scheme.equalsIgnoreCase("Bearer")) {
      return rest.isEmpty() ? new Unusable() : new Bearer(rest);
    }
    return scheme.equalsIgnoreCase("Basic") ? basic(rest) : new Unusable();
  }

  private static Credentials basic(String encoded) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(encoded));
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      int colon = text.indexOf(':');
      return colon < 1
          ? new Unusable()
          : new Password(text.substring(0, colon), text.substring(colon + 1));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return new Unusable();
    }
  }
}
