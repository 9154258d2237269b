package io.stowage.registry.auth.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, after its signature and times were checked.
 *
 * @param subject the user it was issued to, empty for nobody
 * @param grant the rights in it
 * @param expires the last moment at which it holds
 * @param credential the id of the credential behind it, for tokens of our own that have one
 */
public record TokenClaims(
    String subject, TokenGrant grant, Instant expires, @Nullable String credential) {}
