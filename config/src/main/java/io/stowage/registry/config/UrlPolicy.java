package io.stowage.registry.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which {@code urls} the layers of a manifest may carry ({@code validation.manifests.urls}). With
 * no patterns every URL may stand. Else one must be found by a pattern of the first list, unless
 * that is empty, and by none of the second; a pattern may be found anywhere in the URL.
 *
 * <p>Patterns come from the operator, URLs from whoever pushes: a URL is refused when it is longer
 * than 4 KiB or makes a pattern look at characters more than a million times.
 */
public record UrlPolicy(List<Pattern> allow, List<Pattern> deny) {
  /** Every URL may stand. */
  public static final UrlPolicy ANY = new UrlPolicy(List.of(), List.of());

  private static final int MAX_URL_CHARACTERS = 4096;

  public UrlPolicy {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
  }

  /** Whether this URL may stand in a manifest. */
  public boolean permits(String url) {
    if (allow.isEmpty() && deny.isEmpty()) {
      return true;
    }
    try {
      return url.length() <= MAX_URL_CHARACTERS
          && (allow.isEmpty() || finds(allow, url))
          && !finds(deny, url);
    } catch (CountedText.Exhausted | StackOverflowError tooHard) {
      return false;
    }
  }

  private static boolean finds(List<Pattern> patterns, String url) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(new CountedText(url)).find());
  }
}
