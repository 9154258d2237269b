package io.stowage.registry.config;

import java.time.Duration;

/**
 * How passwords are checked ({@code stowage.auth}).
 *
 * @param remember how long a password that was right needs no second check; zero for never
 * @param freeFailures how many failures are free within the window; at least 1
 * @param failureWindow how long a failure counts; at least a second
 * @param maxWaiting how many checks may wait for their turn; at least 1
 */
public record LoginSettings(
    Duration remember, int freeFailures, Duration failureWindow, int maxWaiting) {}
