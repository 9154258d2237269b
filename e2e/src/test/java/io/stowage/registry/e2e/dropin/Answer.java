package io.stowage.registry.e2e.dropin;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What a server answered, without what differs between two runs of the same server: dates, hosts,
 * ids, and the order of the scopes of a challenge and of the actions in them, which distribution
 * takes from a map.
 *
 * @param headers by their names in any case
 * @param location the header as it came, to go on with
 */
record Answer(int status, Map<String, String> headers, String body, String location) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern UUID =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-[0-9a-f]{32})?");
  private static final Pattern STATE = Pattern.compile("_state=[A-Za-z0-9_=-]+");
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([A-Za-z0-9:-]+)\"?");
  private static final Pattern ACTIONS = Pattern.compile(":([a-z]+(?:,[a-z]+)+)");
  private static final Pattern SCOPES = Pattern.compile("(?<=scope=\")[^\" ]+(?: [^\" ]+)+(?=\")");

  static Answer of(String host, int status, Map<String, String> headers, String body) {
    Map<String, String> kept = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    Optional<String> boundary = boundary(headers);
    headers.forEach((name, value) -> kept.put(name, clean(host, boundary, value)));
    kept.remove("Date");
    kept.remove("Connection");
    kept.replace("X-Request-Id", "<id>");
    String cleaned = clean(host, boundary, body);
    boolean counted = Objects.equals(headers.get("Content-Length"), "" + body.length());
    // The length of an error's text says nothing that the text doesn't; that of a HEAD can't be
    // told.
    if (status >= 400 && (counted || body.isEmpty())) {
      kept.remove("Content-Length");
    }
    return new Answer(status, kept, cleaned, headers.getOrDefault("Location", ""));
  }

  private static Optional<String> boundary(Map<String, String> headers) {
    Matcher matcher = BOUNDARY.matcher(headers.getOrDefault("Content-Type", ""));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String clean(String host, Optional<String> boundary, String text) {
    String cleaned = text.replace(host, "<host>");
    if (boundary.isPresent()) {
      cleaned = cleaned.replace(boundary.get(), "<boundary>");
    }
    cleaned = UUID.matcher(cleaned).replaceAll("<uuid>");
    cleaned = STATE.matcher(cleaned).replaceAll("_state=<state>");
    cleaned = ACTIONS.matcher(cleaned).replaceAll(match -> ":" + sorted(match.group(1), ","));
    return SCOPES.matcher(cleaned).replaceAll(match -> sorted(match.group(), " "));
  }

  private static String sorted(String list, String separator) {
    return Arrays.stream(list.split(separator, -1)).sorted().collect(Collectors.joining(separator));
  }

  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** The body, if it is JSON. */
  Optional<JsonNode> json() {
    if (!header("Content-Type").contains("json") || body.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(body));
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  /** One field of all errors in the body, or empty if there are none. */
  String errors(String field) {
    return json()
        .map(body -> body.path("errors"))
        .filter(JsonNode::isArray)
        .map(errors -> errors.findValues(field).toString())
        .orElse("");
  }

  @Override
  public String toString() {
    return status + " " + headers + " " + body.strip();
  }
}
