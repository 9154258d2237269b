package io.stowage.registry.server.route;

import java.util.Optional;

/** The methods that some endpoint has (RFC 9110, section 9). */
public enum Method {
  DELETE,
  GET,
  HEAD,
  OPTIONS,
  PATCH,
  POST,
  PUT;

  /** The method of this name, which is case-sensitive; empty if no endpoint has it. */
  public static Optional<Method> find(String name) {
    for (Method method : values()) {
      if (method.name().equals(name)) {
        return Optional.of(method);
      }
    }
    return Optional.empty();
  }
}
