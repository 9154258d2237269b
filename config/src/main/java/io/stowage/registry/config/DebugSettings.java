package io.stowage.registry.config;

import org.jspecify.annotations.Nullable;

/**
 * The listener for operators ({@code http.debug}).
 *
 * @param address where it listens
 * @param metricsPath where metrics stand; null for none
 */
public record DebugSettings(ListenAddress address, @Nullable String metricsPath) {}
