package io.stowage.registry.server.ops;

import static java.util.Map.entry;

import java.util.Map;

/** Answers of receivers of notifications, as distribution's metrics name them. */
public final class StatusText {
  /** The reasons of RFC 9110, section 15, and of RFC 6585, for what webhooks answer. */
  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          entry(200, "OK"),
          entry(201, "Created"),
          entry(202, "Accepted"),
          entry(204, "No Content"),
          entry(301, "Moved Permanently"),
          entry(302, "Found"),
          entry(303, "See Other"),
          entry(304, "Not Modified"),
          entry(307, "Temporary Redirect"),
          entry(308, "Permanent Redirect"),
          entry(400, "Bad Request"),
          entry(401, "Unauthorized"),
          entry(403, "Forbidden"),
          entry(404, "Not Found"),
          entry(405, "Method Not Allowed"),
          entry(408, "Request Timeout"),
          entry(409, "Conflict"),
          entry(410, "Gone"),
          entry(413, "Content Too Large"),
          entry(415, "Unsupported Media Type"),
          entry(422, "Unprocessable Content"),
          entry(429, "Too Many Requests"),
          entry(500, "Internal Server Error"),
          entry(501, "Not Implemented"),
          entry(502, "Bad Gateway"),
          entry(503, "Service Unavailable"),
          entry(504, "Gateway Timeout"));

  private StatusText() {}

  /** The code with its reason, {@code 200 OK}; the code alone if that has none here. */
  public static String of(int status) {
    String reason = REASONS.get(status);
    return reason == null ? Integer.toString(status) : status + " " + reason;
  }
}
