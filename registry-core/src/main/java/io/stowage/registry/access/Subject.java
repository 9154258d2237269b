package io.stowage.registry.access;

import java.util.Map;
import java.util.Set;

/** Whom an access rule is about. */
public sealed interface Subject {
  /**
   * Whether the identity is one of those.
   *
   * @param groups the users of each group
   */
  boolean includes(Identity identity, Map<String, Set<String>> groups);

  /** As a rule spells it: {@code group:ci}. */
  String text();

  /** Everybody: whoever logs in keeps what they had without. */
  record Anonymous() implements Subject {
    @Override
    public boolean includes(Identity identity, Map<String, Set<String>> groups) {
      return true;
    }

    @Override
    public String text() {
      return "anonymous";
    }
  }

  /** Whoever proved who they are. */
  record Authenticated() implements Subject {
    @Override
    public boolean includes(Identity identity, Map<String, Set<String>> groups) {
      return !identity.isAnonymous();
    }

    @Override
    public String text() {
      return "authenticated";
    }
  }

  /** One user. */
  record User(String name) implements Subject {
    public User {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("user: empty (expected: a name)");
      }
    }

    @Override
    public boolean includes(Identity identity, Map<String, Set<String>> groups) {
      return identity.user().equals(name);
    }

    @Override
    public String text() {
      return "user:" + name;
    }
  }

  /** The users of a group. */
  record Group(String name) implements Subject {
    @Override
    public boolean includes(Identity identity, Map<String, Set<String>> groups) {
      return groups.getOrDefault(name, Set.of()).contains(identity.user());
    }

    @Override
    public String text() {
      return "group:" + name;
    }
  }
}
