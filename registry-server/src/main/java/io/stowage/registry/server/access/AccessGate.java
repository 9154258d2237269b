package io.stowage.registry.server.access;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.AccessRule;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.server.http.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests through, or says why not: 401 to whoever may try again with other credentials, 403
 * to whoever is known and not allowed. Decides by the request alone and before anything is looked
 * up, so what exists and what doesn't are refused by the same answer (security case IS-6).
 */
public final class AccessGate {
  private final AccessPolicy policy;
  private final Logins logins;
  private final Function<Request, Optional<Challenge>> challenges;

  /**
   * @param policy what identities may do
   * @param logins how they are proven
   * @param challenges how this request's client is told to log in; empty where nobody can
   */
  public AccessGate(
      AccessPolicy policy, Logins logins, Function<Request, Optional<Challenge>> challenges) {
    this.policy = policy;
    this.logins = logins;
    this.challenges = challenges;
  }

  /** A gate where nobody can log in: everybody is anonymous. */
  public static AccessGate withoutLogins(AccessPolicy policy) {
    return new AccessGate(policy, Logins.NONE, request -> Optional.empty());
  }

  /**
   * What a request is allowed to do, and what that has to do with others.
   *
   * @param action without which the request is refused
   * @param instead another one that does as well, or null
   * @param repository that the request is about, or null if it is about the registry as a whole
   * @param sources repositories that it would read besides; a client is told to ask for them too
   */
  public record Need(
      Action action,
      @Nullable Action instead,
      @Nullable RepositoryName repository,
      List<RepositoryName> sources) {
    public Need {
      sources = List.copyOf(sources);
    }

    List<RequiredAccess> required() {
      List<RequiredAccess> required = new ArrayList<>(RequiredAccess.of(action, repository));
      sources.forEach(source -> required.addAll(RequiredAccess.of(Action.PULL, source)));
      return required;
    }
  }

  /**
   * Lets a request through and tells whose it is.
   *
   * @throws RegistryException with {@code Unauthorized}, {@code Denied} or {@code TooManyRequests}
   * @throws IOException if credentials can't be checked
   */
  public Authentication admit(Request request, Need need) throws IOException {
    if (need.action == Action.PUBLIC) {
      return Authentication.ANONYMOUS;
    }
    Credentials credentials = Credentials.of(request.headers());
    Authentication caller =
        logins.check(request, credentials).orElseThrow(() -> unproven(request, credentials, need));
    boolean asksForTooLittle =
        credentials instanceof Credentials.Bearer
            && need.sources.stream().anyMatch(source -> isForgotten(caller, source));
    if (asksForTooLittle || !isAllowed(request, caller, credentials, need)) {
      throw refused(request, caller, credentials, need);
    }
    return caller;
  }

  /**
   * Whether the caller may do this with something that its request mentions.
   *
   * @param repository null for the registry as a whole
   */
  public boolean allows(Authentication caller, Action action, @Nullable RepositoryName repository) {
    return caller.allows(policy, action, repository);
  }

  /** Whether the catalog shows the caller this repository. */
  public boolean lists(Authentication caller, RepositoryName repository) {
    return caller.lists(policy, repository);
  }

  private boolean isAllowed(
      Request request, Authentication caller, Credentials credentials, Need need) {
    if (need.action == Action.PING) {
      // A token for nobody in particular is a proof too: it tells clients that they may go on.
      boolean proven = !(credentials instanceof Credentials.None);
      return proven
          || caller.allows(policy, need.action, null)
          || challenges.apply(request).isEmpty();
    }
    return caller.allows(policy, need.action, need.repository)
        || (need.instead != null && caller.allows(policy, need.instead, need.repository));
  }

  /** Whether the caller may read from there, and only the token was not asked to cover it. */
  private boolean isForgotten(Authentication caller, RepositoryName source) {
    return caller.basis() == Authentication.Basis.POLICY
        && !caller.grant().covers(Action.PULL, source)
        && policy.allows(caller.identity(), Action.PULL, source);
  }

  private RegistryException unproven(Request request, Credentials credentials, Need need) {
    Challenge.Problem problem =
        credentials instanceof Credentials.Bearer
            ? Challenge.Problem.INVALID_TOKEN
            : Challenge.Problem.NONE;
    return unauthorized(request, need, problem).orElseGet(() -> denied("nobody", need));
  }

  private RegistryException refused(
      Request request, Authentication caller, Credentials credentials, Need need) {
    String who = caller.identity().isAnonymous() ? "nobody" : caller.identity().user();
    return switch (credentials) {
      case Credentials.Password _ -> denied(who, need);
      case Credentials.Bearer _ ->
          unauthorized(request, need, Challenge.Problem.INSUFFICIENT_SCOPE)
              .orElseGet(() -> denied(who, need));
      case Credentials.None _, Credentials.Unusable _ ->
          unauthorized(request, need, Challenge.Problem.NONE).orElseGet(() -> denied(who, need));
    };
  }

  private Optional<RegistryException> unauthorized(
      Request request, Need need, Challenge.Problem problem) {
    List<RequiredAccess> required = need.required();
    return challenges
        .apply(request)
        .map(challenge -> challenge.text(required, problem))
        .map(text -> new RegistryError.Unauthorized(text, RequiredAccess.rights(required)))
        .map(RegistryException::new);
  }

  private static RegistryException denied(String who, Need need) {
    String where = need.repository == null ? "" : " on " + need.repository;
    return new RegistryException(
        new RegistryError.Denied(
            "%s lacks the right %s%s".formatted(who, AccessRule.word(need.action), where)));
  }
}
