package io.stowage.registry.config;

import static io.stowage.registry.config.Key.accepted;
import static io.stowage.registry.config.Key.built;
import static io.stowage.registry.config.Key.concealed;
import static io.stowage.registry.config.Key.part;
import static io.stowage.registry.config.Key.refused;
import static io.stowage.registry.config.Key.unneeded;
import static io.stowage.registry.config.KeyType.BOOLEAN;
import static io.stowage.registry.config.KeyType.CHOICE;
import static io.stowage.registry.config.KeyType.DURATION;
import static io.stowage.registry.config.KeyType.HEADERS;
import static io.stowage.registry.config.KeyType.INTEGER;
import static io.stowage.registry.config.KeyType.LISTS;
import static io.stowage.registry.config.KeyType.MAP;
import static io.stowage.registry.config.KeyType.SECTION;
import static io.stowage.registry.config.KeyType.SIZE;
import static io.stowage.registry.config.KeyType.TEXT;
import static io.stowage.registry.config.KeyType.TEXTS;

import java.util.List;
import java.util.Map;

/**
 * Every key of the file formats of distribution 2.8 and 3, and ours, with its type, its default and
 * its fate. To build a feature, move its lines to {@code built} and bind them in {@link Binder} or
 * the class of their section.
 */
final class KnownKeys {
  private static final String NO_OTHER_DRIVER =
      "is a storage driver that does not exist here, and data must not land elsewhere"
          + " (drivers: filesystem)";

  private static final String NO_MIDDLEWARE =
      "; no middleware exists here: take the section out, or say disabled: true";

  static final List<Key> TABLE =
      List.of(
          built("version", TEXT, ""),
          built("loglevel", TEXT, ""),
          built("log.level", TEXT, "info"),
          built("log.formatter", TEXT, "text"),
          built("log.fields", MAP, ""),
          built("log.accesslog.disabled", BOOLEAN, "false"),
          built("log.reportcaller", BOOLEAN, "false"),
          built("log.hooks", SECTION, ""),
          built("log.hooks[].type", TEXT, ""),
          built("log.hooks[].disabled", BOOLEAN, "false"),
          built("log.hooks[].levels", TEXTS, ""),
          built("log.hooks[].options.smtp.addr", TEXT, ""),
          built("log.hooks[].options.smtp.username", TEXT, ""),
          concealed(built("log.hooks[].options.smtp.password", TEXT, "")),
          built("log.hooks[].options.smtp.insecure", BOOLEAN, "false"),
          built("log.hooks[].options.from", TEXT, ""),
          built("log.hooks[].options.to", TEXTS, ""),

          // Storage: besides the reserved words, every key is the name of a driver.
          built("storage.filesystem", CHOICE, ""),
          built("storage.filesystem.rootdirectory", TEXT, "/var/lib/registry"),
          accepted("storage.filesystem.maxthreads", INTEGER),
          refused("storage.inmemory", CHOICE, NO_OTHER_DRIVER),
          refused("storage.s3", CHOICE, NO_OTHER_DRIVER),
          refused("storage.s3aws", CHOICE, NO_OTHER_DRIVER),
          refused("storage.gcs", CHOICE, NO_OTHER_DRIVER),
          refused("storage.azure", CHOICE, NO_OTHER_DRIVER),
          part("storage.azure.accountname", TEXT),
          concealed(part("storage.azure.accountkey", TEXT)),
          part("storage.azure.container", TEXT),
          concealed(part("storage.azure.credentials", MAP)),
          part("storage.azure.rootdirectory", TEXT),
          part("storage.azure.realm", TEXT),
          part("storage.azure.max_retries", INTEGER),
          part("storage.azure.retry_delay", DURATION),
          refused("storage.oss", CHOICE, NO_OTHER_DRIVER),
          refused("storage.swift", CHOICE, NO_OTHER_DRIVER),
          built("storage.delete.enabled", BOOLEAN, "false"),
          accepted("storage.redirect.disable", BOOLEAN),
          built("storage.cache.blobdescriptor", TEXT, "inmemory"),
          built("storage.cache.layerinfo", TEXT, ""),
          accepted("storage.cache.blobdescriptorsize", INTEGER),
          accepted("storage.tag.concurrencylimit", INTEGER),
          built("storage.maintenance.uploadpurging.enabled", BOOLEAN, "true"),
          built("storage.maintenance.uploadpurging.age", DURATION, "168h"),
          built("storage.maintenance.uploadpurging.interval", DURATION, "24h"),
          built("storage.maintenance.uploadpurging.dryrun", BOOLEAN, "false"),
          built("storage.maintenance.readonly.enabled", BOOLEAN, "false"),

          // Access: at most one.
          built("auth.none", CHOICE, ""),
          built("auth.htpasswd", CHOICE, ""),
          built("auth.htpasswd.realm", TEXT, "Registry"),
          built("auth.htpasswd.path", TEXT, ""),
          built("auth.token", CHOICE, ""),
          built("auth.token.realm", TEXT, ""),
          built("auth.token.service", TEXT, ""),
          built("auth.token.issuer", TEXT, ""),
          built("auth.token.rootcertbundle", TEXT, ""),
          built("auth.token.jwks", TEXT, ""),
          built("auth.token.autoredirect", BOOLEAN, "false"),
          built("auth.token.autoredirectpath", TEXT, "/auth/token"),
          built("auth.token.signingalgorithms", TEXTS, ""),
          refused("auth.silly", CHOICE, "is distribution's own test double and protects nothing"),
          part("auth.silly.realm", TEXT),
          part("auth.silly.service", TEXT),
          built("http.addr", TEXT, ":5000"),
          built("http.net", TEXT, "tcp"),
          built("http.prefix", TEXT, "/"),
          built("http.host", TEXT, ""),
          concealed(accepted("http.secret", TEXT)),
          built("http.relativeurls", BOOLEAN, ""),
          built("http.draintimeout", DURATION, "8s"),
          built("http.headers", HEADERS, ""),
          built("http.tls.certificate", TEXT, ""),
          built("http.tls.key", TEXT, ""),
          built("http.tls.clientcas", TEXTS, ""),
          built("http.tls.clientauth", TEXT, ""),
          built("http.tls.minimumtls", TEXT, "tls1.2"),
          built("http.tls.ciphersuites", TEXTS, ""),
          refused(
              "http.tls.letsencrypt",
              SECTION,
              "does not exist here; give http.tls.certificate and http.tls.key"),
          part("http.tls.letsencrypt.cachefile", TEXT),
          part("http.tls.letsencrypt.email", TEXT),
          part("http.tls.letsencrypt.hosts", TEXTS),
          part("http.tls.letsencrypt.directoryurl", TEXT),
          built("http.debug.addr", TEXT, ""),
          built("http.debug.prometheus.enabled", BOOLEAN, "false"),
          built("http.debug.prometheus.path", TEXT, "/metrics"),
          built("http.http2.disabled", BOOLEAN, "false"),
          built("http.h2c.enabled", BOOLEAN, "false"),
          built("notifications.events.includereferences", BOOLEAN, "false"),
          built("notifications.endpoints", SECTION, ""),
          built("notifications.endpoints[].name", TEXT, ""),
          built("notifications.endpoints[].url", TEXT, ""),
          built("notifications.endpoints[].disabled", BOOLEAN, "false"),
          concealed(built("notifications.endpoints[].headers", HEADERS, "")),
          built("notifications.endpoints[].timeout", DURATION, "1s"),
          built("notifications.endpoints[].threshold", INTEGER, "10"),
          built("notifications.endpoints[].backoff", DURATION, "1s"),
          built("notifications.endpoints[].ignoredmediatypes", TEXTS, ""),
          built("notifications.endpoints[].ignore.mediatypes", TEXTS, ""),
          built("notifications.endpoints[].ignore.actions", TEXTS, ""),
          concealed(unneeded("redis", MAP, "is not needed: caches are in this server's memory")),
          built("health.storagedriver.enabled", BOOLEAN, "false"),
          built("health.storagedriver.interval", DURATION, "10s"),
          built("health.storagedriver.threshold", INTEGER, "1"),
          built("health.file", SECTION, ""),
          built("health.file[].file", TEXT, ""),
          built("health.file[].interval", DURATION, "10s"),
          built("health.file[].threshold", INTEGER, "0"),
          built("health.http", SECTION, ""),
          built("health.http[].uri", TEXT, ""),
          concealed(built("health.http[].headers", HEADERS, "")),
          built("health.http[].statuscode", INTEGER, "200"),
          built("health.http[].timeout", DURATION, "0s"),
          built("health.http[].interval", DURATION, "10s"),
          built("health.http[].threshold", INTEGER, "0"),
          built("health.tcp", SECTION, ""),
          built("health.tcp[].addr", TEXT, ""),
          built("health.tcp[].timeout", DURATION, "0s"),
          built("health.tcp[].interval", DURATION, "10s"),
          built("health.tcp[].threshold", INTEGER, "0"),
          built("catalog.maxentries", INTEGER, "1000"),
          built("tags.maxtags", INTEGER, "1000"),

          // Without remoteurl the other keys of proxy do nothing in distribution either.
          refused(
              "proxy.remoteurl",
              TEXT,
              "is not built yet, and without it clients would find an empty registry"),
          accepted("proxy.username", TEXT),
          concealed(accepted("proxy.password", TEXT)),
          accepted("proxy.exec.command", TEXT),
          accepted("proxy.exec.lifetime", DURATION),
          accepted("proxy.ttl", DURATION),
          accepted("proxy.cachewritetimeout", DURATION),
          built("validation.disabled", BOOLEAN, "false"),
          built("validation.enabled", BOOLEAN, ""),
          built("validation.manifests.urls.allow", TEXTS, ""),
          built("validation.manifests.urls.deny", TEXTS, ""),
          built("validation.manifests.indexes.platforms", TEXT, "all"),
          built("validation.manifests.indexes.platformlist", SECTION, ""),
          built("validation.manifests.indexes.platformlist[].architecture", TEXT, ""),
          built("validation.manifests.indexes.platformlist[].os", TEXT, ""),
          built("policy.repository.classes", TEXTS, ""),
          refused("middleware.registry", SECTION, "asks for a wrapper" + NO_MIDDLEWARE),
          part("middleware.registry[].name", TEXT),
          part("middleware.registry[].disabled", BOOLEAN),
          concealed(part("middleware.registry[].options", MAP)),
          refused(
              "middleware.repository",
              SECTION,
              "asks for a wrapper that may refuse what would now be accepted" + NO_MIDDLEWARE),
          part("middleware.repository[].name", TEXT),
          part("middleware.repository[].disabled", BOOLEAN),
          concealed(part("middleware.repository[].options", MAP)),
          refused(
              "middleware.storage",
              SECTION,
              "asks that clients are sent elsewhere for content, which this server sends itself"
                  + NO_MIDDLEWARE),
          part("middleware.storage[].name", TEXT),
          part("middleware.storage[].disabled", BOOLEAN),
          concealed(part("middleware.storage[].options", MAP)),
          unneeded("compatibility", MAP, "is no longer used"),
          concealed(unneeded("reporting", MAP, "is no longer used")),

          // Ours. Distribution passes over them, so a file works in both directions.
          built("stowage.log.requests", TEXT, "errors"),
          built("stowage.log.access.format", TEXT, "combined"),
          built("stowage.validation.missinglayers", TEXT, "refuse"),
          built("stowage.manifests.maxbytes", SIZE, "4MiB"),
          built("stowage.uploads.maxperidentity", INTEGER, "1000"),
          built("stowage.http.maxrequestline", SIZE, "8KiB"),
          built("stowage.http.maxheaderbytes", SIZE, "32KiB"),
          built("stowage.http.maxbodybytes", SIZE, "64KiB"),
          built("stowage.http.maxranges", INTEGER, "16"),
          built("stowage.http.maxheaderfields", INTEGER, "100"),
          built("stowage.http.headertimeout", DURATION, "10s"),
          built("stowage.http.idletimeout", DURATION, "60s"),
          built("stowage.http.bodystalltimeout", DURATION, "60s"),
          built("stowage.http.minbodyrate", SIZE, "1KiB"),
          built("stowage.http.maxdrainbytes", SIZE, "1MiB"),
          built("stowage.http.maxconnections", INTEGER, "10000"),
          built("stowage.http.maxconnectionsperaddress", INTEGER, "0"),
          built("stowage.http.trustedproxies", TEXTS, ""),
          built("stowage.http.cors.allowedorigins", TEXTS, ""),
          built("stowage.http.cors.maxage", DURATION, "10m"),
          concealed(built("stowage.http.tls.keypassphrase", TEXT, "")),
          built("stowage.storage.lockwait", DURATION, "60s"),
          built("stowage.storage.verifyreads", BOOLEAN, "false"),
          built("stowage.gc.grace", DURATION, "24h"),
          built("stowage.scrub.enabled", BOOLEAN, "true"),
          built("stowage.scrub.rate", SIZE, "8MiB"),
          built("stowage.scrub.interval", DURATION, "168h"),
          built("stowage.notifications.headispull", BOOLEAN, "true"),
          built("stowage.notifications.maxqueue", SIZE, "64MiB"),
          built("stowage.notifications.maxage", DURATION, "168h"),
          concealed(built("stowage.notifications.secrets", MAP, "")),
          built("stowage.access.file", TEXT, ""),
          built("stowage.access.groups", LISTS, ""),
          built("stowage.access.rules", SECTION, ""),
          built("stowage.access.rules[].subject", TEXT, ""),
          built("stowage.access.rules[].repositories", TEXTS, ""),
          built("stowage.access.rules[].actions", TEXTS, ""),
          built("stowage.auth.remember", DURATION, "5m"),
          built("stowage.auth.freefailures", INTEGER, "10"),
          built("stowage.auth.failurewindow", DURATION, "1m"),
          built("stowage.auth.maxwaiting", INTEGER, "256"),
          built("stowage.auth.createmissing", BOOLEAN, "false"),
          built("stowage.tokens.enabled", TEXT, "auto"),
          built("stowage.tokens.service", TEXT, "stowage"),
          built("stowage.tokens.issuer", TEXT, "stowage"),
          built("stowage.tokens.lifetime", DURATION, "5m"),
          built("stowage.tokens.refreshlifetime", DURATION, "2160h"),
          built("stowage.tokens.keyrotation", DURATION, "720h"));

  /** Where the variables of distribution follow a field of its source code, not the file's key. */
  static final Map<String, String> FIELD_NAMES =
      Map.of(
          "health.file", "filecheckers",
          "health.http", "httpcheckers",
          "health.tcp", "tcpcheckers",
          "notifications.events", "eventconfig",
          "log.hooks[].options", "mailoptions");

  static final KeyNode ROOT = KeyNode.treeOf(TABLE);

  private KnownKeys() {}
}
