/**
 * Metrics in the formats of Prometheus: the only package that imports its client. Loaded only where
 * metrics are on. It watches others and nobody but the assembly knows it.
 */
@NullMarked
package io.stowage.registry.server.metrics;

import org.jspecify.annotations.NullMarked;
