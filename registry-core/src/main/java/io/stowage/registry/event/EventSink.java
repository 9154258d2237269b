package io.stowage.registry.event;

import java.util.List;

/**
 * Where events go. Safe for use by any number of threads; may block on a disk, never on a receiver.
 *
 * <p><b>Order.</b> Events are delivered in the order in which they were accepted. Requests that
 * overlap are accepted in any order, and the events of one call stay together.
 *
 * <p><b>Durability.</b> When {@link #accept} returns, events of changes survive the death of the
 * process and of the machine, and will be delivered at least once unless their receiver's limits
 * forbid it. Pulls follow within a second.
 *
 * <p><b>Failure.</b> What can't be kept is counted and logged, never thrown: the change that it
 * tells of has happened already.
 */
public interface EventSink {
  /** Nobody listens. */
  EventSink NONE =
      new EventSink() {
        @Override
        public boolean wants(RegistryEvent.Kind kind) {
          return false;
        }

        @Override
        public void accept(List<RegistryEvent> events) {
          // Nobody was asked for them, so nobody misses them.
        }
      };

  /** Whether anybody wants to hear of such events now. Cheap: asked before one is made. */
  boolean wants(RegistryEvent.Kind kind);

  /** Takes over what one request did, in the order in which it did it. */
  void accept(List<RegistryEvent> events);
}
