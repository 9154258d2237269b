package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.RegistryProcess;
import java.io.IOException;

/**
 * A server on one volume with all its work on one thread, which is struck again and again and
 * started again when it is dead, and a ledger of what it acknowledged. For one thread.
 */
final class Trial implements AutoCloseable {
  private final Server server;
  private final Ledger ledger = new Ledger();
  private final Oracle oracle;
  private RegistryProcess registry;
  private Pusher pusher;
  private int turn;

  Trial(Server server, Figures figures) throws IOException {
    this.server = server;
    this.oracle = new Oracle(ledger, figures);
    this.registry = server.startOnOneThread("0s");
    this.pusher = new Pusher(registry.address(), ledger);
  }

  Server server() {
    return server;
  }

  Ledger ledger() {
    return ledger;
  }

  Oracle oracle() {
    return oracle;
  }

  RegistryProcess registry() {
    return registry;
  }

  /** On one connection, as long as nothing breaks it. */
  Pusher pusher() {
    return pusher;
  }

  Caller caller() {
    return new Caller(registry.address());
  }

  /** The number of the work under way, which is never the same twice. */
  int turn() {
    return turn;
  }

  void nextTurn() {
    turn++;
  }

  /** What the server does when nothing befalls it. */
  Trace undisturbed(Work work) throws IOException {
    done(work); // makes folders that stay
    done(work);
    nextTurn();
    work.prepare(this);
    Strace strace = Strace.attach(registry.pid(), server.folder());
    requireDone(work, work.run(this));
    return strace.detach();
  }

  private void done(Work work) throws IOException {
    nextTurn();
    work.prepare(this);
    requireDone(work, work.run(this));
  }

  private static void requireDone(Work work, Caller.Answer answer) {
    if (!work.isDone(answer)) {
      throw new AssertionError(work + " without a fault: " + answer);
    }
  }

  /** Another server instead of this one, which is killed if it isn't dead already. */
  void restart() throws IOException {
    pusher.close();
    registry.kill();
    registry = server.startOnOneThread("0s");
    pusher = new Pusher(registry.address(), ledger);
  }

  /** Whether all that is new is there as the ledger says, on the server that runs. */
  void verify() throws IOException {
    oracle.verifyAnswers(server, registry);
  }

  @Override
  public void close() throws IOException {
    pusher.close();
    registry.close();
  }
}
