package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import java.io.IOException;
import java.util.List;

/**
 * A part of a running registry that takes another configuration without a restart. {@link Reload}
 * calls it, one call at a time, while requests are served.
 */
interface LivePart {
  /** The section that several parts follow: whether changes are refused. */
  String READ_ONLY = "storage.maintenance.readonly";

  /** Takes a configuration. */
  @FunctionalInterface
  interface Taker {
    void take(Configuration next) throws IOException;
  }

  /** One that can take whatever the server could start with. */
  static LivePart of(List<String> keys, Taker taker) {
    return new LivePart() {
      @Override
      public List<String> keys() {
        return keys;
      }

      @Override
      public void take(Configuration next) throws IOException {
        taker.take(next);
      }
    };
  }

  /** What it follows: keys, or sections with all that is in them. */
  List<String> keys();

  /**
   * Asked before any part takes anything.
   *
   * @throws IOException if a running server must not change to this configuration, although one
   *     could start with it; the message is one sentence for operators
   */
  default void check(Configuration next) throws IOException {}

  /**
   * Does from now on what this configuration says; called if something under its keys has changed.
   * Other keys may differ from what is in force too: a part reads its own.
   *
   * @throws IOException if it can't, and goes on as before
   */
  void take(Configuration next) throws IOException;

  /** Whether it follows this key. */
  default boolean follows(String key) {
    return keys().stream().anyMatch(own -> key.equals(own) || key.startsWith(own + "."));
  }
}
