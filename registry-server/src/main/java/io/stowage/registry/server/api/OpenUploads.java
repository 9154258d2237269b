package io.stowage.registry.server.api;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.server.http.ClientNetwork;
import io.stowage.registry.storage.Uploads;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many uploads each identity has open, so that none fills the volume with beginnings (security
 * case RE-8). An identity is the user, or where nobody logged in the client's network.
 *
 * <p>The counts are kept in memory: an upload counts from its start until the storage says that it
 * has ended. Those that an earlier process left are searched for once, beside the first request of
 * a user, and are their users' by the marks in their ids ({@link UploadId}); of a search that
 * fails, what it found until then counts. Left ones of nobody in particular have no mark and count
 * for nobody; like all that is abandoned they go with the sweep.
 *
 * <p>Safe for use by any number of threads.
 */
public final class OpenUploads {
  private static final Logger LOG = LoggerFactory.getLogger(OpenUploads.class);

  /**
   * How long a refused client should wait. When an upload ends, nobody can know; a push that is
   * under way ends one every few seconds, and asking more often than this gains nothing.
   */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

  /** Whose uploads are counted together. */
  private sealed interface Owner {
    record User(String name) implements Owner {}

    record Stranger(ClientNetwork network) implements Owner {}

    /** Whoever comes without an address, through a socket of the file system. */
    record Local() implements Owner {}

    static Owner of(Exchange exchange) {
      InetAddress client = exchange.request().client();
      if (!exchange.caller().identity().isAnonymous()) {
        return new User(exchange.caller().identity().user());
      }
      return client == null ? new Local() : new Stranger(ClientNetwork.of(client));
    }
  }

  /** What one owner has open. */
  private static final class Account {
    private final Owner owner;
    private int open;

    /** Whether what is left of this owner's is counted. */
    private boolean claimed;

    private Account(Owner owner) {
      this.owner = owner;
    }
  }

  private enum Search {
    TO_DO,
    UNDER_WAY,
    DONE
  }

  private final Uploads uploads;

  // Guarded by this.
  private final Map<Owner, Account> accounts = new HashMap<>();
  private final Map<UploadId, Account> counted = new HashMap<>();
  private final Set<UploadId> left = new HashSet<>();
  private final Set<UploadId> endedDuringSearch = new HashSet<>();
  private Search search = Search.TO_DO;

  /** Counts from now on, and for as long as the storage is in use. */
  public OpenUploads(Uploads uploads) {
    this.uploads = uploads;
    uploads.whenEnded(this::ended);
  }

  /**
   * Counts an upload that is about to be started. If it then is not, the caller says that it has
   * {@link #ended}.
   *
   * @throws RegistryException with {@code TooManyRequests} if its owner has as many as are allowed
   */
  synchronized void begin(Exchange exchange, UploadId id) {
    int most = exchange.limits().maxUploadsPerIdentity();
    Account account = accounts.computeIfAbsent(Owner.of(exchange), Account::new);
    if (most > 0) {
      if (search == Search.TO_DO && account.owner instanceof Owner.User) {
        Thread.ofVirtual().name("search-for-uploads").start(this::searchForLeft);
        search = Search.UNDER_WAY; // before the thread can say that it is done
      }
      if (account.open + left.size() >= most) { // else it makes no difference whose they are
        claim(account);
      }
      if (account.open >= most) {
        throw new RegistryException(
            new RegistryError.TooManyRequests(
                "%d uploads are open; finish or cancel some".formatted(account.open), RETRY_AFTER));
      }
    }
    account.open++;
    counted.put(id, account);
  }

  private void claim(Account account) {
    if (left.isEmpty() || account.claimed || !(account.owner instanceof Owner.User(String name))) {
      return;
    }
    account.claimed = true;
    left.removeIf(
        id -> {
          boolean own = id.belongsTo(name);
          if (own) {
            account.open++;
            counted.put(id, account);
          }
          return own;
        });
  }

  /** An upload is no more. Of one that isn't counted that says nothing. */
  synchronized void ended(UploadId id) {
    if (search == Search.UNDER_WAY) {
      endedDuringSearch.add(id);
    }
    Account account = counted.remove(id);
    if (account == null) {
      left.remove(id);
      return;
    }
    account.open--;
    if (account.open == 0 && (!account.claimed || left.isEmpty())) {
      accounts.remove(account.owner);
    }
  }

  private void searchForLeft() {
    Set<UploadId> found = new HashSet<>();
    try {
      uploads.each(
          id -> {
            if (id.hasOwner()) {
              found.add(id);
            }
          });
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("uploads from before the start don't all count for their users", e);
    } finally {
      searched(found);
    }
  }

  private synchronized void searched(Set<UploadId> found) {
    search = Search.DONE;
    found.removeAll(counted.keySet());
    found.removeAll(endedDuringSearch);
    left.addAll(found);
    endedDuringSearch.clear();
  }
}
