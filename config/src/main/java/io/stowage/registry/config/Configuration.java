package io.stowage.registry.config;

/**
 * Everything the operator decides, checked. Immutable; defaults are filled in, so nobody who gets
 * one of these records has to know a default or check a range again.
 */
public record Configuration(
    LogSettings log,
    StorageSettings storage,
    HttpSettings http,
    AuthSettings auth,
    LoginSettings logins,
    AccessSettings access,
    TokenSettings tokens,
    HealthSettings health,
    ListSettings lists,
    ManifestSettings manifests,
    RequestSettings requests,
    NotificationSettings notifications) {}
