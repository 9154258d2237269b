package io.stowage.registry.testkit.fuzz;

/** What generated input runs against, with the rules that hold whatever the input is. */
@FunctionalInterface
public interface FuzzTarget {
  /**
   * Takes one input. Any exception or error is a failure of the target, so it catches itself what
   * is the declared answer to a bad input.
   *
   * @param input owned by the target
   * @return whether the input was taken for a valid one
   */
  boolean accepts(byte[] input) throws Exception;
}
