package io.stowage.registry.notifications;

import java.time.Instant;

/** The dead letters of a server without a disk of its own: they are counted, and gone. */
final class LostLetters implements DeadLetters {
  private final Tally tally;
  private final Complaint complaint;

  LostLetters(Tally tally, Complaint complaint) {
    this.tally = tally;
    this.complaint = complaint;
  }

  @Override
  public void bury(Instant time, byte[] body, String reason) {
    tally.lost(1);
    complaint.warn("events are given up and lost: " + reason, null);
  }

  @Override
  public void flush() {
    // There is nothing.
  }

  @Override
  public void close() {
    // There is nothing.
  }
}
