package io.stowage.registry.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * From values by key to the records. Small sections have a method each, large ones a class; the
 * rules of single keys live there.
 */
final class Binder {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** What the opening of one file counts for in a scrub: slower than that it would not move. */
  private static final long SLOWEST_SCRUB_BYTES = 64 << 10;

  /** Faster than any memory: no limit at all. */
  private static final long FASTEST_SCRUB_BYTES = 1L << 40;

  private static final Set<String> CLASSES = Set.of("image", "plugin");

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
    LogSettings log = new LogSection(values).settings();
    StorageSettings storage = storage();
    RequestSettings requests = requests();
    warnOfUploadsForEver(storage, requests);
    HttpSettings http = new HttpSection(values, findings).settings();
    AuthSection authentication = new AuthSection(values);
    AuthSettings auth = authentication.auth();
    AccessSettings access = new AccessSection(values, findings).settings();
    if (auth instanceof AuthSettings.None) {
      warnOfAnonymity(http, access);
    }
    return new Configuration(
        log,
        storage,
        http,
        auth,
        authentication.logins(),
        access,
        authentication.tokens(auth),
        new HealthSection(values).settings(),
        lists(),
        manifests(),
        requests,
        new NotificationSection(values).settings());
  }

  /** A door that is open by mistake looks like one that is open on purpose. */
  private void warnOfAnonymity(HttpSettings http, AccessSettings access) {
    if (access.given()) {
      findings.warning(
          values.source(access.file() == null ? "stowage.access.rules" : "stowage.access.file"),
          "stowage.access: nobody can log in (auth is not configured), so its rules hold for"
              + " anonymous only");
    } else if (!http.address().isLocal() && !asksForCertificates(http)) {
      findings.warning(
          values.isWritten("auth") ? values.writtenAt("auth") : file,
          "the registry is open to everybody who can reach it (auth is not configured)");
    }
  }

  private static boolean asksForCertificates(HttpSettings http) {
    return http.tls() != null
        && http.tls().clientAuth() == TlsSettings.ClientAuth.REQUIRE_AND_VERIFY;
  }

  /** Who reaches the limit over the years gets below it only by what is swept. */
  private void warnOfUploadsForEver(StorageSettings storage, RequestSettings requests) {
    StorageSettings.UploadPurging purging = storage.uploadPurging();
    boolean swept = purging.enabled() && !purging.dryRun();
    if (!swept && !storage.readOnly() && requests.maxUploadsPerIdentity() > 0) {
      values.warn(
          "storage.maintenance.uploadpurging." + (purging.enabled() ? "dryrun" : "enabled"),
          ": uploads that somebody left count as open for ever, and who has left as many as"
              + " stowage.uploads.maxperidentity allows can push no more");
    }
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

  private StorageSettings storage() {
    cache();
    return new StorageSettings(
        new StorageSettings.Filesystem(
            values.file("storage.filesystem.rootdirectory").orElse(Path.of(""))),
        values.flag("storage.delete.enabled"),
        values.flag("storage.maintenance.readonly.enabled"),
        uploadPurging(),
        values.duration("stowage.storage.lockwait", Duration.ZERO),
        values.duration("stowage.gc.grace", Duration.ZERO),
        scrub(),
        values.flag("stowage.storage.verifyreads"));
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

  private StorageSettings.Scrub scrub() {
    return new StorageSettings.Scrub(
        values.flag("stowage.scrub.enabled"),
        values.bytes("stowage.scrub.rate", SLOWEST_SCRUB_BYTES, FASTEST_SCRUB_BYTES),
        values.duration("stowage.scrub.interval", SECOND));
  }

  private ListSettings lists() {
    values.integer("tags.maxtags", 0);
    return new ListSettings(
        values.integerOrDefault("catalog.maxentries"), values.integerOrDefault("tags.maxtags"));
  }

  private RequestSettings requests() {
    return new RequestSettings(
        (int) values.bytes("stowage.http.maxbodybytes", KIB, 16L * MIB),
        (int) values.integer("stowage.http.maxranges", 1),
        (int) values.integer("stowage.uploads.maxperidentity", 0));
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
        values.word(
            "stowage.validation.missinglayers",
            Map.of(
                "refuse", ManifestSettings.MissingLayers.REFUSE,
                "allow", ManifestSettings.MissingLayers.ALLOW),
            "allow, refuse"),
        classes());
  }

  /** A word that is no class gives nothing, as in distribution, but the list holds all the same. */
  private Set<String> classes() {
    String key = "policy.repository.classes";
    Set<String> classes = new LinkedHashSet<>(values.texts(key));
    for (String word : classes) {
      if (!CLASSES.contains(word)) {
        values.warn(
            key, ": there is no class " + Masked.quote(word, false) + " (image, plugin); ignored");
      }
    }
    return classes;
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
    return values.word(
        key,
        Map.of(
            "all", new ManifestSettings.IndexChildren.All(),
            "none", new ManifestSettings.IndexChildren.None(),
            "list", new ManifestSettings.IndexChildren.Of(platforms)),
        "all, none, list");
  }
}
