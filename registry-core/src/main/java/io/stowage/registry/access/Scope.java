package io.stowage.registry.access;

import io.stowage.registry.oci.RepositoryName;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a credential may be used for: these actions on those repositories, in the words of the
 * access rules.
 *
 * @param actions at least one of {@link #GRANTABLE}, in their order; {@code ADMIN} stands for all
 *     of them on these repositories
 */
public record Scope(RepositoryPattern repositories, Set<Action> actions) {
  /** Actions that can be given; the others are open to whoever has any credential. */
  public static final List<Action> GRANTABLE =
      List.of(
          Action.PULL,
          Action.PUSH,
          Action.TAG_OVERWRITE,
          Action.DELETE,
          Action.CATALOG,
          Action.ADMIN);

  /** What a scope is made of, for messages. */
  public static final String RULE =
      "PATTERN:ACTIONS as in team/**:pull,push; pattern: "
          + RepositoryPattern.RULE
          + "; actions: some of "
          + words(GRANTABLE);

  public Scope {
    if (actions.isEmpty() || !GRANTABLE.containsAll(actions)) {
      throw new IllegalArgumentException(
          "actions: " + actions + " (expected: some of " + GRANTABLE + ")");
    }
    actions = Collections.unmodifiableSet(EnumSet.copyOf(actions));
  }

  /**
   * Parses {@code team/**:pull,push}.
   *
   * @throws IllegalArgumentException that names the text and the rule it breaks
   */
  public static Scope parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "scope: " + text + " (expected: PATTERN:ACTIONS, as in team/**:pull,push)");
    }
    String pattern = text.substring(0, colon);
    if (!RepositoryPattern.isValid(pattern)) {
      throw new IllegalArgumentException(
          "scope: "
              + text
              + ": pattern "
              + pattern
              + " (expected: "
              + RepositoryPattern.RULE
              + ")");
    }
    Set<Action> actions = EnumSet.noneOf(Action.class);
    for (String word : text.substring(colon + 1).split(",", -1)) {
      actions.add(
          action(word.strip())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "scope: %s: action %s (expected: some of %s, joined by commas)"
                              .formatted(text, word, words(GRANTABLE)))));
    }
    return new Scope(new RepositoryPattern(pattern), actions);
  }

  private static Optional<Action> action(String word) {
    return GRANTABLE.stream().filter(action -> AccessRule.word(action).equals(word)).findFirst();
  }

  private static String words(Collection<Action> actions) {
    return actions.stream().map(AccessRule::word).collect(Collectors.joining(","));
  }

  /** Whether it gives this on this repository, to its holder. */
  public boolean gives(Action action, RepositoryName repository, Identity identity) {
    return gives(action) && repositories.matches(repository, identity);
  }

  /** Whether it gives this on some repository. */
  public boolean gives(Action action) {
    return actions.contains(action) || actions.contains(Action.ADMIN);
  }

  /** As it is parsed. */
  @Override
  public String toString() {
    return repositories + ":" + words(actions);
  }
}
