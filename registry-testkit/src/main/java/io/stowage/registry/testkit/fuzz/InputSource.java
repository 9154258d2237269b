package io.stowage.registry.testkit.fuzz;

import java.util.random.RandomGenerator;

/** Makes inputs. The same random numbers make the same input, whatever was made before. */
@FunctionalInterface
public interface InputSource {
  /** A new array, which the caller owns. */
  byte[] next(RandomGenerator random);
}
