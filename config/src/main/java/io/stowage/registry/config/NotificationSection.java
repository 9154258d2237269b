package io.stowage.registry.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code notifications} and {@code stowage.notifications} to {@link NotificationSettings}. */
final class NotificationSection {
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Set<String> ACTIONS = Set.of("push", "pull", "mount", "delete");
  private static final String SECRETS = "stowage.notifications.secrets";
  private static final long LEAST_QUEUE_BYTES = 1L << 20;
  private static final long MOST_QUEUE_BYTES = 1L << 40;

  private final Values values;

  NotificationSection(Values values) {
    this.values = values;
  }

  NotificationSettings settings() {
    return new NotificationSettings(
        values.flag("notifications.events.includereferences"),
        values.flag("stowage.notifications.headispull"),
        values.bytes("stowage.notifications.maxqueue", LEAST_QUEUE_BYTES, MOST_QUEUE_BYTES),
        values.duration("stowage.notifications.maxage", MILLISECOND),
        endpoints());
  }

  private List<NotificationSettings.Endpoint> endpoints() {
    Map<String, String> secrets = values.fields(SECRETS);
    Set<String> names = new HashSet<>();
    Set<String> inUse = new HashSet<>();
    List<NotificationSettings.Endpoint> endpoints = new ArrayList<>();
    for (Values item : values.items("notifications.endpoints")) {
      String name = item.text("name");
      names.add(name);
      if (!item.flag("disabled")) {
        if (!inUse.add(name)) {
          item.refuse("name", "a name of its own for each endpoint");
        }
        endpoints.add(endpoint(item, name, secrets.get(name)));
      }
    }
    for (String name : secrets.keySet()) {
      if (!names.contains(name)) {
        values.warn(SECRETS, ": no endpoint has the name " + name);
      }
    }
    return endpoints;
  }

  private static NotificationSettings.Endpoint endpoint(
      Values item, String name, @Nullable String secret) {
    Set<String> mediaTypes = new LinkedHashSet<>(item.texts("ignoredmediatypes"));
    mediaTypes.addAll(item.texts("ignore.mediatypes"));
    return new NotificationSettings.Endpoint(
        name,
        url(item),
        item.headers("headers"),
        item.durationOrDefault("timeout"),
        item.integerOrDefault("threshold"),
        item.durationOrDefault("backoff"),
        mediaTypes,
        actions(item),
        secret);
  }

  private static Set<String> actions(Values item) {
    Set<String> actions = new LinkedHashSet<>();
    for (String text : item.texts("ignore.actions")) {
      String action = text.toLowerCase(Locale.ROOT);
      if (ACTIONS.contains(action)) {
        actions.add(action);
      } else {
        item.warn(
            "ignore.actions", ": there is no action " + text + " (push, pull, mount, delete)");
      }
    }
    return actions;
  }

  private static URI url(Values item) {
    try {
      URI url = new URI(item.text("url"));
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Told below, as any other text that is none.
    }
    item.refuse("url", "a URL with http or https");
    return URI.create("http://localhost/");
  }
}
