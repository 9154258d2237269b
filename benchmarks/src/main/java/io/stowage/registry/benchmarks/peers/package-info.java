/**
 * Measures the packaged server beside registry:2, registry:3 and nginx: whole processes over
 * loopback, in one run, so that ratios count. {@code tools/bench} makes the folders, finds the
 * programs and calls {@link io.stowage.registry.benchmarks.peers.Bench}; nothing here knows the
 * inside of a server.
 */
@NullMarked
package io.stowage.registry.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
