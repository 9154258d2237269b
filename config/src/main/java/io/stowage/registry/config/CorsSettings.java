package io.stowage.registry.config;

import java.time.Duration;
import java.util.List;

/**
 * Which web pages of other servers may talk to this one ({@code stowage.http.cors}).
 *
 * @param allowedOrigins as browsers send them, {@code https://ui.example.com}, or {@code *} for
 *     everybody's; empty for nobody's
 * @param maxAge how long a browser may remember the answer
 */
public record CorsSettings(List<String> allowedOrigins, Duration maxAge) {
  public CorsSettings {
    allowedOrigins = List.copyOf(allowedOrigins);
  }
}
