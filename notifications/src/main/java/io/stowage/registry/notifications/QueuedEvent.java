package io.stowage.registry.notifications;

import java.time.Instant;

/**
 * An event that waits for delivery.
 *
 * @param segment in which it stands
 * @param offset at which it begins there
 * @param time when it happened
 * @param body as it will be sent
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record QueuedEvent(long segment, long offset, Instant time, byte[] body) {}
