package io.stowage.registry.server;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.AccessRule;
import io.stowage.registry.access.AccessRules;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.RepositoryPattern;
import io.stowage.registry.access.Subject;
import io.stowage.registry.config.AccessSettings;
import io.stowage.registry.config.AuthSettings;
import io.stowage.registry.config.Configuration;
import java.util.stream.Collectors;

/** From the access rules as they are configured to those that decide. */
public final class ConfiguredRules {
  private ConfiguredRules() {}

  /**
   * Who may do what by this configuration. Without rules it is what registry:2 does: whoever can
   * log in may do everything, and where nobody can, everybody may.
   */
  public static AccessPolicy policy(Configuration configuration) {
    if (configuration.access().given()) {
      return rules(configuration.access());
    }
    return switch (configuration.auth()) {
      case AuthSettings.None _ -> AccessPolicy.OPEN;
      case AuthSettings.Htpasswd _, AuthSettings.Token _ -> AccessPolicy.MEMBERS;
    };
  }

  /** The rules as such. */
  public static AccessRules rules(AccessSettings settings) {
    return new AccessRules(
        settings.groups(), settings.rules().stream().map(ConfiguredRules::rule).toList());
  }

  /** One of them. */
  public static AccessRule rule(AccessSettings.Rule rule) {
    return new AccessRule(
        subject(rule.subject()),
        new RepositoryPattern(rule.repositories()),
        rule.actions().stream().map(ConfiguredRules::action).collect(Collectors.toSet()));
  }

  private static Subject subject(AccessSettings.Subject subject) {
    return switch (subject) {
      case AccessSettings.Subject.Anonymous _ -> new Subject.Anonymous();
      case AccessSettings.Subject.Authenticated _ -> new Subject.Authenticated();
      case AccessSettings.Subject.User(String name) -> new Subject.User(name);
      case AccessSettings.Subject.Group(String name) -> new Subject.Group(name);
    };
  }

  private static Action action(AccessSettings.Permission permission) {
    return switch (permission) {
      case PULL -> Action.PULL;
      case PUSH -> Action.PUSH;
      case TAG_OVERWRITE -> Action.TAG_OVERWRITE;
      case DELETE -> Action.DELETE;
      case CATALOG -> Action.CATALOG;
      case ADMIN -> Action.ADMIN;
    };
  }
}
