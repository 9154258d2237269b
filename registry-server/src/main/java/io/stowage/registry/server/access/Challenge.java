package io.stowage.registry.server.access;

import java.util.List;

/** How a client is told to log in: the value of {@code WWW-Authenticate} (RFC 9110, 11.6.1). */
public sealed interface Challenge {

  /** Why credentials that were shown don't do, in the words of RFC 6750, section 3.1. */
  enum Problem {
    /** None were shown. */
    NONE,
    /** They don't hold. */
    INVALID_TOKEN,
    /** They hold, and are not good for this. */
    INSUFFICIENT_SCOPE
  }

  /** The field's value. */
  String text(List<RequiredAccess> required, Problem problem);

  /** With user and password. */
  record Basic(String realm) implements Challenge {
    @Override
    public String text(List<RequiredAccess> required, Problem problem) {
      return "Basic realm=" + quoted(realm);
    }
  }

  /**
   * With a token, to be had at an address (distribution, "Token Authentication Specification").
   *
   * @param realm the address
   */
  record Bearer(String realm, String service) implements Challenge {
    @Override
    public String text(List<RequiredAccess> required, Problem problem) {
      StringBuilder text = new StringBuilder("Bearer realm=").append(quoted(realm));
      text.append(",service=").append(quoted(service));
      if (!required.isEmpty()) {
        text.append(",scope=").append(quoted(RequiredAccess.scope(required)));
      }
      return switch (problem) {
        case NONE -> text.toString();
        case INVALID_TOKEN -> text.append(",error=\"invalid_token\"").toString();
        case INSUFFICIENT_SCOPE -> text.append(",error=\"insufficient_scope\"").toString();
      };
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
