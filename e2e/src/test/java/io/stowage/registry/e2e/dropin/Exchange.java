package io.stowage.registry.e2e.dropin;

import java.util.List;

/** One request and what each server answered to it. */
record Exchange(Step step, Answer v2, Answer v3, Answer ours) {
  /** How we differ from registry:3, which is what we go by. */
  List<Difference> differences() {
    return Difference.between(v3, ours);
  }

  boolean isMethod(String... methods) {
    return List.of(methods).contains(step.method());
  }

  /** Whether the request's target contains one of these. */
  boolean isAbout(String... parts) {
    return List.of(parts).stream().anyMatch(step.target()::contains);
  }

  /** Whether the request has a header that starts so. */
  boolean sends(String header) {
    return step.headers().stream().anyMatch(line -> line.startsWith(header));
  }

  boolean sameStatus() {
    return v3.status() == ours.status();
  }

  /** Whether they say the one and we the other. */
  boolean turns(int theirs, int our) {
    return v3.status() == theirs && ours.status() == our;
  }

  boolean oursIs(Integer... statuses) {
    return List.of(statuses).contains(ours.status());
  }

  /** Whether theirs is a status with a line of text. */
  boolean theirTextIs(int status) {
    return v3.status() == status && v3.header("Content-Type").startsWith("text/plain");
  }
}
