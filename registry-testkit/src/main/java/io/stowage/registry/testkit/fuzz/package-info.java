/**
 * Generated input: inputs made from valid ones and from words that matter, run against a target for
 * a fixed time, with everything needed to make a failing one again. For tests only; knows nothing
 * of what it tests.
 */
@NullMarked
package io.stowage.registry.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
