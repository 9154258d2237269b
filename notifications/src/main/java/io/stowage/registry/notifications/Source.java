package io.stowage.registry.notifications;

/**
 * The registry that events come from, as receivers see it.
 *
 * @param address host and port
 * @param instance another one after each restart
 */
public record Source(String address, String instance) {}
