package io.stowage.registry.notifications;

/** What became of one attempt to deliver an event. */
sealed interface Outcome {
  /** The receiver has it: any status from 200 to 399. */
  record Accepted(int status) implements Outcome {}

  /** The receiver doesn't take it now. */
  record Refused(int status) implements Outcome {}

  /** There was no answer. */
  record Unanswered(String reason) implements Outcome {}
}
