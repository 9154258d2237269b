package io.stowage.registry.config;

import java.time.Duration;

/**
 * Checks that decide whether the registry counts as healthy ({@code health}).
 *
 * @param storageDriver the check of the storage
 */
public record HealthSettings(StorageDriver storageDriver) {
  /**
   * A check that repeats.
   *
   * @param interval from one check to the next; at least a millisecond
   * @param threshold how many failures in a row make it unhealthy; at least 1
   */
  public record StorageDriver(boolean enabled, Duration interval, int threshold) {}
}
