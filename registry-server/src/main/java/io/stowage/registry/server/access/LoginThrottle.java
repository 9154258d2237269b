package io.stowage.registry.server.access;

import io.stowage.registry.server.http.ClientNetwork;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Makes guessing passwords slow. Counts failed logins within a sliding window, for each address
 * (its {@link ClientNetwork}) and for each user, known or not. Some are free; then:
 *
 * <table>
 * <caption>What a login may do</caption>
 * <tr><th>address</th><th>user</th><th>this user from this address</th><th>decision</th></tr>
 * <tr><td>few</td><td>few</td><td>any</td><td>try</td></tr>
 * <tr><td>few</td><td>too many</td><td>not failed</td><td>try</td></tr>
 * <tr><td>too many</td><td>any</td><td>not failed</td><td>only what is remembered</td></tr>
 * <tr><td colspan="2">too many on either side</td><td>failed</td><td>refuse</td></tr>
 * </table>
 *
 * <p>So nobody can lock a user out from elsewhere (second line), colleagues behind the address of a
 * guesser go on working (third), and a guesser learns about one password for each user and window
 * (fourth). Refused logins don't count: they end by themselves, a window after the last failure.
 *
 * <p>Memory is bounded: who fails under ever new names or addresses displaces the oldest failures.
 * Safe for use by any number of threads.
 */
public final class LoginThrottle {
  /** How many addresses, users, and pairs of both are kept; a few megabytes at most. */
  static final int MAX_KEYS = 1 << 15;

  private final RecentFailures<ClientNetwork> addresses;
  private final RecentFailures<Name> users;
  private final RecentFailures<Pair> pairs;

  /** What a login may do. */
  public sealed interface Decision {
    /** The password may be checked. */
    record Try() implements Decision {}

    /**
     * The password may be compared with what is remembered, but no hash computed.
     *
     * @param retryAfter until it may be checked
     */
    record OnlyRemembered(Duration retryAfter) implements Decision {}

    /** The password may not be looked at: a right one must not be told from a wrong one. */
    record Refuse(Duration retryAfter) implements Decision {}
  }

  /**
   * @param freeFailures how many failures within the window have no consequences, 1 or more
   */
  public LoginThrottle(int freeFailures, Duration window) {
    this(freeFailures, window, MAX_KEYS, System::nanoTime);
  }

  LoginThrottle(int freeFailures, Duration window, int maxKeys, LongSupplier nanoTime) {
    if (freeFailures < 1) {
      throw new IllegalArgumentException(
          "freeFailures: " + freeFailures + " (expected: 1 or more)");
    }
    if (!window.isPositive()) {
      throw new IllegalArgumentException("window: " + window + " (expected: more than 0)");
    }
    addresses = new RecentFailures<>(freeFailures, window, maxKeys, nanoTime);
    users = new RecentFailures<>(freeFailures, window, maxKeys, nanoTime);
    pairs = new RecentFailures<>(1, window, maxKeys, nanoTime);
  }

  /** What this login may do. Counts nothing. */
  public Decision decide(InetAddress client, String user) {
    ClientNetwork network = ClientNetwork.of(client);
    Name name = Name.of(user);
    Duration addressExcess = addresses.excess(network);
    Duration userExcess = users.excess(name);
    if (addressExcess.isZero() && userExcess.isZero()) {
      return new Decision.Try();
    }
    Duration pairExcess = pairs.excess(new Pair(network, name));
    if (pairExcess.isPositive()) {
      return new Decision.Refuse(shorter(pairExcess, longer(addressExcess, userExcess)));
    }
    return addressExcess.isZero() ? new Decision.Try() : new Decision.OnlyRemembered(addressExcess);
  }

  /** Counts a login whose password was checked and wrong. */
  public void failed(InetAddress client, String user) {
    ClientNetwork network = ClientNetwork.of(client);
    Name name = Name.of(user);
    addresses.add(network);
    users.add(name);
    pairs.add(new Pair(network, name));
  }

  /**
   * Notes a login whose password was none that is remembered. It may have been right, so it counts
   * neither for the address nor for the user; but asking again would be guessing.
   */
  public void notRemembered(InetAddress client, String user) {
    pairs.add(new Pair(ClientNetwork.of(client), Name.of(user)));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  /**
   * A user's name, however long. Who finds another name with the same hash can be throttled with
   * it, no more.
   */
  private record Name(int hash) {
    static Name of(String user) {
      return new Name(user.hashCode());
    }
  }

  private record Pair(ClientNetwork network, Name name) {}
}
