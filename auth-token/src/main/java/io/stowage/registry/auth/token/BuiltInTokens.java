package io.stowage.registry.auth.token;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Credential;
import io.stowage.registry.access.Grant;
import io.stowage.registry.access.Identity;
import io.stowage.registry.access.TokenAuthenticator;
import io.stowage.registry.access.TokenRejectedException;
import io.stowage.registry.access.TokenService;
import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of our own. One is issued for what its holder may do at that time, and each time it is
 * shown it is good for no more than the rules, its user and the credential behind it allow then: so
 * a changed rule, a removed user and a revoked credential hold at once.
 */
public final class BuiltInTokens implements TokenAuthenticator, TokenService {
  /** As many as fit into a token that is not too long; a client asks for two. */
  private static final int MAX_SCOPES = 32;

  /** The words of the protocol, in the order in which {@code *} stands for them. */
  private static final Map<String, Action> WORDS =
      Map.of("pull", Action.PULL, "push", Action.PUSH, "delete", Action.DELETE);

  private static final List<String> EVERY_WORD = List.of("pull", "push", "delete");

  private final TokenIssuer issuer;
  private final AccessTokens accessTokens;
  private final CredentialStore credentials;
  private final Users users;
  private final AccessPolicy policy;

  /**
   * @param policy the rules in force, whatever they are when it is asked
   */
  public BuiltInTokens(
      TokenIssuer issuer,
      CredentialStore credentials,
      Users users,
      AccessPolicy policy,
      Clock clock) {
    this.issuer = issuer;
    this.accessTokens = new RememberedTokens(issuer, clock);
    this.credentials = credentials;
    this.users = users;
    this.policy = policy;
  }

  /** Those who log in with a password, as they are now. */
  public interface Users {
    boolean knows(String user);

    /** What changes whenever the user's password does; empty if there is no such user. */
    Optional<String> fingerprint(String user);
  }

  // --- access

  @Override
  public Authentication authenticate(String token) throws IOException, TokenRejectedException {
    TokenClaims claims = accessTokens.verify(token);
    Authentication holder = holder(claims.subject(), claims.credential());
    return new Authentication(
        holder.identity(), new Both(claims.grant(), holder.grant()), holder.basis());
  }

  private Authentication holder(String subject, @Nullable String credential)
      throws IOException, TokenRejectedException {
    if (credential != null) {
      return credentials
          .authentication(credential)
          .filter(holder -> holder.identity().user().equals(subject))
          .orElseThrow(
              () -> new TokenRejectedException("the credential behind it doesn't hold any more"));
    }
    if (!subject.isEmpty() && !users.knows(subject)) {
      throw new TokenRejectedException("its user doesn't exist any more");
    }
    return Authentication.of(new Identity(subject));
  }

  /** A token is good for nothing that its holder's own credential is not good for. */
  private record Both(Grant token, Grant holder) implements Grant {
    @Override
    public boolean covers(Action action, @Nullable RepositoryName repository) {
      return token.covers(action, repository) && holder.covers(action, repository);
    }

    @Override
    public boolean lists(RepositoryName repository) {
      return token.lists(repository) && holder.lists(repository);
    }
  }

  // --- issue

  @Override
  public Issued issue(Authentication holder, List<String> scopes) throws IOException {
    List<ResourceAccess> granted = new ArrayList<>();
    for (ResourceAccess wished : ResourceAccess.parseScopes(scopes)) {
      Set<String> actions = granted(holder, wished);
      if (!actions.isEmpty() && granted.size() < MAX_SCOPES) {
        granted.add(new ResourceAccess(wished.type(), wished.name(), actions));
      }
    }
    TokenIssuer.IssuedToken token =
        issuer.access(holder.identity().user(), granted, credentialId(holder));
    return new Issued(
        token.token(),
        token.at(),
        token.lifetime(),
        granted.stream().map(ResourceAccess::toString).collect(Collectors.joining(" ")));
  }

  private Set<String> granted(Authentication holder, ResourceAccess wished) {
    return switch (wished.type()) {
      case ResourceAccess.REPOSITORY -> grantedOnRepository(holder, wished);
      case ResourceAccess.REGISTRY ->
          wished.name().equals(ResourceAccess.CATALOG)
                  && wished.actions().contains(ResourceAccess.ALL)
                  && holder.allows(policy, Action.CATALOG, null)
              ? Set.of(ResourceAccess.ALL)
              : Set.of();
      default -> Set.of();
    };
  }

  private Set<String> grantedOnRepository(Authentication holder, ResourceAccess wished) {
    RepositoryName repository = RepositoryName.find(wished.name()).orElse(null);
    if (repository == null) {
      return Set.of();
    }
    Set<String> words = new LinkedHashSet<>(wished.actions());
    if (words.contains(ResourceAccess.ALL)) {
      words.addAll(EVERY_WORD);
    }
    words.removeIf(
        word -> {
          Action action = WORDS.get(word);
          return action == null || !holder.allows(policy, action, repository);
        });
    return words;
  }

  private static @Nullable String credentialId(Authentication holder) {
    return holder.grant() instanceof CredentialGrant grant ? grant.credential().id() : null;
  }

  // --- refresh

  @Override
  public Optional<String> refreshToken(Authentication holder) throws IOException {
    String user = holder.identity().user();
    if (holder.grant() instanceof CredentialGrant(Credential credential, Identity _)) {
      Instant end = credential.expires() == null ? Instant.MAX : credential.expires();
      return credential.kind() == Credential.Kind.PERSONAL
          ? Optional.of(issuer.refresh(user, "", credential.id(), end))
          : Optional.empty();
    }
    Optional<String> fingerprint = users.fingerprint(user);
    return holder.identity().isAnonymous() || fingerprint.isEmpty()
        ? Optional.empty()
        : Optional.of(issuer.refresh(user, fingerprint.get(), null, Instant.MAX));
  }

  @Override
  public Authentication redeem(String refreshToken) throws IOException, TokenRejectedException {
    RefreshClaims claims = issuer.verifyRefresh(refreshToken);
    Authentication holder = holder(claims.subject(), claims.credential());
    if (claims.credential() == null
        && users.fingerprint(claims.subject()).filter(claims::isBoundTo).isEmpty()) {
      throw new TokenRejectedException("its user's password has changed");
    }
    return holder;
  }
}
