/**
 * Measures the inner parts of a request with JMH. Numbers are for comparing two commits on one
 * machine; nothing here is released, and nobody calls it but {@code make}.
 */
@NullMarked
package io.stowage.registry.benchmarks;

import org.jspecify.annotations.NullMarked;
