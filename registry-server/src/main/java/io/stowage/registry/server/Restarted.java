package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A part that runs or doesn't, as it is configured, and is started anew when that changes. What ran
 * before is closed when what follows it runs.
 */
final class Restarted<T extends Closeable> implements LivePart, Closeable {
  /** Starts what a configuration asks for. */
  @FunctionalInterface
  interface Starter<T> {
    Optional<T> start(Configuration configuration) throws IOException;
  }

  private final List<String> keys;
  private final Starter<T> starter;
  private final AtomicReference<Optional<T>> running = new AtomicReference<>(Optional.empty());

  private Restarted(List<String> keys, Starter<T> starter) {
    this.keys = List.copyOf(keys);
    this.starter = starter;
  }

  /** Starts what the configuration asks for, to follow these keys. */
  static <T extends Closeable> Restarted<T> start(
      List<String> keys, Configuration configuration, Starter<T> starter) throws IOException {
    Restarted<T> part = new Restarted<>(keys, starter);
    part.take(configuration);
    return part;
  }

  /** What runs now, if anything does. */
  Optional<T> current() {
    return running.get();
  }

  @Override
  public List<String> keys() {
    return keys;
  }

  @Override
  public void take(Configuration next) throws IOException {
    replace(starter.start(next));
  }

  @Override
  public void close() throws IOException {
    replace(Optional.empty());
  }

  private void replace(Optional<T> next) throws IOException {
    Optional<T> before = running.getAndSet(next);
    if (before.isPresent()) {
      before.get().close();
    }
  }
}
