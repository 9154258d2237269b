package io.stowage.registry.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code http} and {@code stowage.http} to {@link HttpSettings}. */
final class HttpSection {
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** A proxy and a client of a registry send about 20 together. */
  private static final int LEAST_HEADER_FIELDS = 32;

  /** Above this a new connection costs less than the rest of the body. */
  private static final long MOST_DRAINED_BYTES = 64L * MIB;

  private static final Pattern PREFIX = Pattern.compile("/(?:[0-9A-Za-z._~-]+/)*");
  private static final Pattern HEADER_NAME = Pattern.compile("[0-9A-Za-z!#$%&'*+.^_`|~-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7E\\x80-\\xFF]*");

  private final Values values;
  private final Findings findings;

  HttpSection(Values values, Findings findings) {
    this.values = values;
    this.findings = findings;
  }

  HttpSettings settings() {
    Map<String, List<String>> headers = headers();
    CorsSettings cors = new CorsSection(values).settings(headers);
    return new HttpSettings(
        address(),
        prefix(),
        locations(),
        values.duration("http.draintimeout", Duration.ZERO),
        headers,
        limits(),
        new TlsSection(values, findings).settings(),
        !values.flag("http.http2.disabled"),
        values.flag("http.h2c.enabled"),
        trustedProxies(),
        cors,
        debug());
  }

  private HttpLimits limits() {
    return new HttpLimits(
        (int) values.bytes("stowage.http.maxrequestline", KIB, MIB),
        (int) values.bytes("stowage.http.maxheaderbytes", KIB, MIB),
        (int) values.integer("stowage.http.maxheaderfields", LEAST_HEADER_FIELDS),
        values.duration("stowage.http.headertimeout", MILLISECOND),
        values.duration("stowage.http.idletimeout", MILLISECOND),
        values.duration("stowage.http.bodystalltimeout", MILLISECOND),
        values.bytes("stowage.http.minbodyrate", 0, MIB),
        values.bytes("stowage.http.maxdrainbytes", 0, MOST_DRAINED_BYTES),
        (int) values.integer("stowage.http.maxconnections", 1),
        (int) values.integer("stowage.http.maxconnectionsperaddress", 0));
  }

  private ListenAddress address() {
    ListenAddress any = new ListenAddress.Tcp("", 0);
    String net = values.text("http.net");
    if (net.equals("unix")) {
      return values.file("http.addr").<ListenAddress>map(ListenAddress.Unix::new).orElse(any);
    }
    if (!net.equals("tcp")) {
      values.refuse("http.net", "tcp, unix");
    }
    return tcp("http.addr");
  }

  private ListenAddress.Tcp tcp(String key) {
    Optional<ListenAddress.Tcp> address = ListenAddress.Tcp.parse(values.text(key));
    if (address.isEmpty()) {
      values.refuse(key, "host:port, :port or [address]:port");
    }
    return address.orElse(new ListenAddress.Tcp("", 0));
  }

  private @Nullable DebugSettings debug() {
    boolean metrics = values.flag("http.debug.prometheus.enabled");
    String path = values.text("http.debug.prometheus.path");
    if (!path.startsWith("/")) {
      values.refuse("http.debug.prometheus.path", "a path that starts with /");
    }
    return values.isGiven("http.debug.addr")
        ? new DebugSettings(tcp("http.debug.addr"), metrics ? path : null)
        : null;
  }

  private String prefix() {
    String prefix = values.text("http.prefix");
    String closed = prefix.endsWith("/") ? prefix : prefix + "/";
    if (!PREFIX.matcher(closed).matches() || closed.contains("/./") || closed.contains("/../")) {
      values.refuse("http.prefix", "a path such as /registry/");
    }
    return closed;
  }

  private Locations locations() {
    Optional<Locations> fixed = host();
    boolean relative = values.flag("http.relativeurls") || !values.isGiven("http.relativeurls");
    if (fixed.isPresent()) {
      if (values.isGiven("http.relativeurls") && relative) {
        values.warn("http.relativeurls", ": has no effect, because http.host is set");
      }
      return fixed.get();
    }
    return relative ? new Locations.Relative() : new Locations.FromRequest();
  }

  private Optional<Locations> host() {
    String host = values.text("http.host");
    if (host.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI base = new URI(host);
      boolean http = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
      if (http && base.getHost() != null) {
        return Optional.of(new Locations.Fixed(base));
      }
      values.warn(
          "http.host", ": no URL with http or https, ignored; write https://registry.example.com");
    } catch (URISyntaxException e) {
      values.refuse("http.host", "a URL such as https://registry.example.com");
    }
    return Optional.empty();
  }

  private Map<String, List<String>> headers() {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(values.headers("http.headers"));
    headers.forEach(this::requireSoundHeader);
    return headers;
  }

  private void requireSoundHeader(String name, List<String> texts) {
    boolean sound =
        HEADER_NAME.matcher(name).matches()
            && texts.stream().allMatch(text -> HEADER_VALUE.matcher(text).matches());
    if (!sound) {
      findings.problem(
          values.source("http.headers"),
          "http.headers."
              + Masked.show(name, false)
              + ": name or value holds characters that HTTP does not allow in a header field");
    }
  }

  private List<String> trustedProxies() {
    String key = "stowage.http.trustedproxies";
    List<String> peers = values.texts(key);
    for (String peer : peers) {
      if (!PeerAddresses.isUnderstood(peer)) {
        values.refuseOne(
            key,
            peer,
            "an address, a block such as 10.0.0.0/8, %s, or %s"
                .formatted(PeerAddresses.PRIVATE, PeerAddresses.UNIX),
            "");
      } else if (PeerAddresses.isEverybody(peer)) {
        values.warn(key, ": " + peer + " trusts everybody's word on who they are");
      }
    }
    return peers;
  }
}
