package io.stowage.registry.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * From values by key to the records, one method per section; the rules of single keys live here.
 */
final class Binder {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final int DEFAULT_PAGE = 1000;
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private static final Pattern PREFIX = Pattern.compile("/(?:[0-9A-Za-z._~-]+/)*");
  private static final Pattern HEADER_NAME = Pattern.compile("[0-9A-Za-z!#$%&'*+.^_`|~-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7E\\x80-\\xFF]*");

  private final Values values;
  private final Findings findings;
  private final Source file;

  /**
   * @param file where a key that is missing should have stood
   */
  Binder(Values values, Findings findings, Source file) {
    this.values = values;
    this.findings = findings;
    this.file = file;
  }

  Configuration configuration() {
    version();
    return new Configuration(log(), storage(), http(), health(), lists(), manifests());
  }

  private void version() {
    String version = values.text("version");
    if (!values.isGiven("version")) {
      findings.problem(file, "version is missing; the first line should be version: 0.1");
    } else if (!version.equals("0.1")) {
      findings.problem(
          values.source("version"),
          "version: unsupported version " + Masked.quote(version, false) + " (expected: 0.1)");
    }
  }

  private LogSettings log() {
    return new LogSettings(
        level(),
        word(
            "log.formatter",
            Map.of(
                "text", LogSettings.Format.TEXT,
                "json", LogSettings.Format.JSON,
                "logstash", LogSettings.Format.LOGSTASH),
            "text, json, logstash"),
        values.fields("log.fields"),
        !values.flag("log.accesslog.disabled"),
        values.flag("log.reportcaller"));
  }

  /** The old key counts only without the new one. */
  private LogSettings.Level level() {
    boolean old = values.isGiven("loglevel") && !values.isGiven("log.level");
    return word(
        old ? "loglevel" : "log.level",
        Map.of(
            "error", LogSettings.Level.ERROR,
            "warn", LogSettings.Level.WARN,
            "info", LogSettings.Level.INFO,
            "debug", LogSettings.Level.DEBUG),
        "error, warn, info, debug");
  }

  /** One of a few words, in any letter case. */
  private <T> T word(String key, Map<String, T> words, String expected) {
    T value = words.get(values.text(key).toLowerCase(Locale.ROOT));
    if (value == null) {
      values.refuse(key, expected);
      return words.values().iterator().next();
    }
    return value;
  }

  private StorageSettings storage() {
    cache();
    return new StorageSettings(
        new StorageSettings.Filesystem(rootDirectory()),
        values.flag("storage.delete.enabled"),
        values.flag("storage.maintenance.readonly.enabled"),
        uploadPurging(),
        values.duration("stowage.storage.lockwait", Duration.ZERO));
  }

  private Path rootDirectory() {
    String key = "storage.filesystem.rootdirectory";
    try {
      return Path.of(values.text(key));
    } catch (InvalidPathException e) {
      values.refuse(key, "the path of a folder");
      return Path.of("");
    }
  }

  /** The old key counts only without the new one. */
  private void cache() {
    String key = "storage.cache.blobdescriptor";
    if (!values.isGiven(key) && values.isGiven("storage.cache.layerinfo")) {
      key = "storage.cache.layerinfo";
    }
    String kind = values.text(key);
    if (kind.equals("redis")) {
      findings.info(
          values.source(key), key + ": redis is not needed; caches are in this server's memory");
    } else if (!kind.equals("inmemory")) {
      values.warn(key, ": unknown kind of cache, ignored; caches are in this server's memory");
    }
    values.inForce("storage.cache.blobdescriptor", "inmemory");
  }

  private StorageSettings.UploadPurging uploadPurging() {
    String section = "storage.maintenance.uploadpurging";
    return new StorageSettings.UploadPurging(
        values.flag(section + ".enabled"),
        values.duration(section + ".age", Duration.ofMinutes(1)),
        values.duration(section + ".interval", SECOND),
        values.flag(section + ".dryrun"));
  }

  private HttpSettings http() {
    return new HttpSettings(
        address(),
        prefix(),
        locations(),
        values.duration("http.draintimeout", Duration.ZERO),
        headers(),
        (int) values.bytes("stowage.http.maxrequestline", KIB, MIB),
        (int) values.bytes("stowage.http.maxheaderbytes", KIB, MIB),
        values.duration("stowage.http.headertimeout", MILLISECOND),
        values.duration("stowage.http.idletimeout", MILLISECOND),
        values.duration("stowage.http.bodystalltimeout", MILLISECOND));
  }

  private ListenAddress address() {
    ListenAddress any = new ListenAddress("", 0);
    String net = values.text("http.net");
    if (net.equals("unix")) {
      findings.problem(
          values.source("http.net"),
          "http.net: unix is not built yet, and a network port must not open in its place");
      return any;
    }
    if (!net.equals("tcp")) {
      values.refuse("http.net", "tcp");
    }
    Optional<ListenAddress> address = ListenAddress.parse(values.text("http.addr"));
    if (address.isEmpty()) {
      values.refuse("http.addr", "host:port, :port or [address]:port");
    }
    return address.orElse(any);
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
    Map<String, List<String>> headers = values.headers("http.headers");
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

  private HealthSettings health() {
    long threshold = values.integer("health.storagedriver.threshold");
    return new HealthSettings(
        new HealthSettings.StorageDriver(
            values.flag("health.storagedriver.enabled"),
            values.duration("health.storagedriver.interval", MILLISECOND),
            Math.clamp(threshold, 1, Integer.MAX_VALUE)));
  }

  private ListSettings lists() {
    return new ListSettings(page("catalog.maxentries"), (int) page("tags.maxtags", 0));
  }

  private int page(String key) {
    return (int) page(key, Long.MIN_VALUE);
  }

  /** Zero, and less where that is allowed, stands for the default. */
  private long page(String key, long least) {
    long page = atLeast(key, least);
    if (page > 0) {
      return Math.min(page, Integer.MAX_VALUE);
    }
    values.inForce(key, Integer.toString(DEFAULT_PAGE));
    return DEFAULT_PAGE;
  }

  private long atLeast(String key, long least) {
    long number = values.integer(key);
    if (number < least || number > Integer.MAX_VALUE) {
      values.refuse(key, "a number from " + least + " to " + Integer.MAX_VALUE);
      return Math.max(least, 1);
    }
    return number;
  }

  private ManifestSettings manifests() {
    boolean checked = !isValidationDisabled();
    UrlPolicy urls =
        new UrlPolicy(
            patterns("validation.manifests.urls.allow"),
            patterns("validation.manifests.urls.deny"));
    ManifestSettings.IndexChildren children = indexChildren();
    return new ManifestSettings(
        (int) values.bytes("stowage.manifests.maxbytes", 4L * MIB, 256L * MIB),
        checked ? urls : UrlPolicy.ANY,
        checked ? children : new ManifestSettings.IndexChildren.None(),
        word(
            "stowage.validation.missinglayers",
            Map.of(
                "refuse", ManifestSettings.MissingLayers.REFUSE,
                "allow", ManifestSettings.MissingLayers.ALLOW),
            "allow, refuse"));
  }

  /** The old key is the inverse of the new one and counts only without it. */
  private boolean isValidationDisabled() {
    boolean disabled = values.flag("validation.disabled");
    if (!values.isGiven("validation.enabled")) {
      return disabled;
    }
    boolean enabled = values.flag("validation.enabled");
    if (!values.isGiven("validation.disabled")) {
      return !enabled;
    }
    if (enabled == disabled) {
      values.warn("validation.enabled", ": ignored, because validation.disabled says otherwise");
    }
    return disabled;
  }

  private List<Pattern> patterns(String key) {
    List<Pattern> patterns = new ArrayList<>();
    for (String text : values.texts(key)) {
      try {
        patterns.add(GoPattern.compile(text));
      } catch (PatternSyntaxException e) {
        findings.problem(
            values.source(key),
            key + ": " + Masked.quote(text, false) + " is no pattern: " + e.getDescription());
      }
    }
    return patterns;
  }

  private ManifestSettings.IndexChildren indexChildren() {
    String key = "validation.manifests.indexes.platforms";
    Set<ManifestSettings.Platform> platforms = new LinkedHashSet<>();
    for (Values item : values.items("validation.manifests.indexes.platformlist")) {
      platforms.add(new ManifestSettings.Platform(item.text("architecture"), item.text("os")));
    }
    return word(
        key,
        Map.of(
            "all", new ManifestSettings.IndexChildren.All(),
            "none", new ManifestSettings.IndexChildren.None(),
            "list", new ManifestSettings.IndexChildren.Of(platforms)),
        "all, none, list");
  }
}
