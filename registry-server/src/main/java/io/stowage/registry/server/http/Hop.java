package io.stowage.registry.server.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one proxy says of the connection that came to it. Nothing of it is believed or even valid
 * yet.
 *
 * @param node who was at its other end: an address, maybe with a port, or a word for one
 * @param scheme by which it was called
 * @param authority as which it was called
 */
record Hop(@Nullable String node, @Nullable String scheme, @Nullable String authority) {

  /**
   * Of all fields of {@code Forwarded} (RFC 7239, section 4), the nearest proxy last. None if there
   * is no field, or if anything in them is malformed: what can't be read can't be counted.
   */
  static List<Hop> ofForwarded(Headers headers) {
    String field = String.join(",", headers.all("Forwarded"));
    return field.isEmpty() ? List.of() : new ForwardedParser(field).hops();
  }

  /**
   * Of {@code X-Forwarded-For}, {@code -Proto} and {@code -Host}, the nearest proxy last. Those two
   * tell of each hop if they are as long as the first; else their last values were set by the
   * nearest proxy, and the others by nobody knows whom.
   */
  static List<Hop> ofForwardedFor(Headers headers) {
    List<String> nodes = values(headers, "X-Forwarded-For");
    List<String> schemes = values(headers, "X-Forwarded-Proto");
    List<String> hosts = values(headers, "X-Forwarded-Host");
    int count = nodes.isEmpty() && !(schemes.isEmpty() && hosts.isEmpty()) ? 1 : nodes.size();
    List<Hop> hops = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      hops.add(
          new Hop(
              nodes.isEmpty() ? null : nodes.get(i),
              valueOf(schemes, i, count),
              valueOf(hosts, i, count)));
    }
    return hops;
  }

  private static @Nullable String valueOf(List<String> values, int hop, int hops) {
    if (values.size() == hops) {
      return values.get(hop);
    }
    return hop == hops - 1 && !values.isEmpty() ? values.getLast() : null;
  }

  private static List<String> values(Headers headers, String name) {
    List<String> values = new ArrayList<>();
    for (String field : headers.all(name)) {
      for (String value : field.split(",", -1)) {
        if (!value.isBlank()) {
          values.add(value.strip());
        }
      }
    }
    return values;
  }

  /** The address of the node, without its port. */
  Optional<InetAddress> address() {
    if (node == null) {
      return Optional.empty();
    }
    if (node.startsWith("[")) {
      int end = node.indexOf(']');
      return end < 0 ? Optional.empty() : IpLiteral.find(node.substring(1, end));
    }
    int colon = node.indexOf(':');
    boolean port = colon > 0 && colon == node.lastIndexOf(':');
    return IpLiteral.find(port ? node.substring(0, colon) : node);
  }

  /** The scheme, if it is one that is spoken here. */
  Optional<String> validScheme() {
    return Optional.ofNullable(scheme)
        .filter(Origin::isScheme)
        .map(name -> name.toLowerCase(Locale.ROOT));
  }

  /** The authority, if it could be one. */
  Optional<String> validAuthority() {
    return Optional.ofNullable(authority).filter(Origin::isAuthority);
  }
}
