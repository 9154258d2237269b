package io.stowage.registry.config;

import java.net.URI;

/** How the URLs in {@code Location} and {@code Link} look. */
public sealed interface Locations {
  /** Path and query only: right behind any proxy. What holds unless something else is asked for. */
  record Relative() implements Locations {}

  /** With the scheme and host of the request ({@code http.relativeurls: false}). */
  record FromRequest() implements Locations {}

  /**
   * Below a fixed base ({@code http.host}).
   *
   * @param base absolute, http or https, with a host
   */
  record Fixed(URI base) implements Locations {
    /** Without user and password. */
    @Override
    public String toString() {
      return "Fixed[" + Masked.show(base.toString(), false) + "]";
    }
  }
}
