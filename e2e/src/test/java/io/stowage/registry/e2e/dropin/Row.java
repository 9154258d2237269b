package io.stowage.registry.e2e.dropin;

import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * A row of the table of differences.
 *
 * @param id as in the table
 * @param explains whether a difference is what the row speaks of
 */
record Row(String id, BiPredicate<Exchange, Difference> explains) {
  /** A row about whole answers: all that differs in one. */
  static Row answers(String id, Predicate<Exchange> about) {
    return new Row(id, (exchange, _) -> about.test(exchange));
  }

  /** A row about one aspect of otherwise equal answers. */
  static Row aspect(String id, Predicate<Difference> about) {
    return new Row(id, (x, difference) -> x.sameStatus() && about.test(difference));
  }

  /** A failure of ours is never explained. */
  boolean explains(Exchange exchange, Difference difference) {
    return exchange.ours().status() < 500 && explains.test(exchange, difference);
  }
}
