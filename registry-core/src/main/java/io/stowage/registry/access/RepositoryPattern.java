package io.stowage.registry.access;

import io.stowage.registry.oci.RepositoryName;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names of repositories, described component by component: {@code *} stands for any characters of
 * one component and {@code ?} for one, {@code **} for any number of whole components (at the end
 * for at least one), and <code>${user}</code> for the name of whoever asks. Always matches a whole
 * name, in time proportional to pattern times name (security case AZ-4).
 */
public record RepositoryPattern(String text) {
  /** Every repository. */
  public static final RepositoryPattern ALL = new RepositoryPattern("**");

  /** What a pattern is made of, for messages. */
  public static final String RULE =
      "components joined by '/', each of [A-Za-z0-9._-], '*' and '?', or '**', or '${user}'";

  private static final String DEEP = "**";
  private static final String USER = "${user}";
  private static final Pattern PLAIN = Pattern.compile("(?!.*\\*\\*)[A-Za-z0-9._*?-]+");

  public RepositoryPattern {
    if (!isValid(text)) {
      throw new IllegalArgumentException("pattern: " + text + " (expected: " + RULE + ")");
    }
  }

  public static boolean isValid(String text) {
    for (String component : text.split("/", -1)) {
      boolean special = component.equals(DEEP) || component.equals(USER);
      if (!special && !PLAIN.matcher(component).matches()) {
        return false;
      }
    }
    return text.length() <= RepositoryName.MAX_LENGTH;
  }

  /** Whether the pattern describes this name when this identity asks. */
  public boolean matches(RepositoryName name, Identity identity) {
    if (text.equals(DEEP)) {
      return true;
    }
    if (!beginsAlike(name.value())) {
      return false;
    }
    List<String> pattern = List.of(text.split("/", -1));
    List<String> components = List.of(name.value().split("/", -1));
    return matches(pattern, components, identity);
  }

  /**
   * Whether a name has the characters before the first special one. Most rules are about other
   * repositories, and this tells without cutting anything into components.
   */
  private boolean beginsAlike(String name) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*' || c == '?' || c == '$') {
        return true;
      }
      if (i >= name.length() || c != name.charAt(i)) {
        return false;
      }
    }
    return name.length() == text.length();
  }

  /** Goes back to the last {@code **} only: an earlier one can't find what that one doesn't. */
  private static boolean matches(List<String> pattern, List<String> name, Identity identity) {
    int p = 0;
    int n = 0;
    int afterDeep = -1;
    int retryFrom = 0;
    while (n < name.size()) {
      if (p < pattern.size() && pattern.get(p).equals(DEEP)) {
        boolean atEnd = p == pattern.size() - 1;
        p++;
        afterDeep = p;
        if (atEnd) {
          return true; // at least one component is left
        }
        retryFrom = n;
      } else if (p < pattern.size() && matchesOne(pattern.get(p), name.get(n), identity)) {
        p++;
        n++;
      } else if (afterDeep >= 0) {
        p = afterDeep;
        retryFrom++;
        n = retryFrom;
      } else {
        return false;
      }
    }
    return p == pattern.size();
  }

  private static boolean matchesOne(String pattern, String component, Identity identity) {
    return pattern.equals(USER)
        ? component.equals(identity.user())
        : matchesCharacters(pattern, component);
  }

  private static boolean matchesCharacters(String pattern, String text) {
    int p = 0;
    int t = 0;
    int afterStar = -1;
    int retryFrom = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        p++;
        afterStar = p;
        retryFrom = t;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
      } else if (afterStar >= 0) {
        p = afterStar;
        retryFrom++;
        t = retryFrom;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  @Override
  public String toString() {
    return text;
  }
}
