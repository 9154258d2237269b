package io.stowage.registry.server;

import io.stowage.registry.server.control.Console;
import io.stowage.registry.storage.filesystem.VolumeCheck;
import io.stowage.registry.storage.filesystem.VolumeFinding;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What {@code registry check} says: a line for each finding, with its weight, kind, place and
 * meaning, tab between them, and what was done about it on the next; then a summary. Whoever greps
 * for a weight or kind finds it at the beginning of its field.
 */
final class CheckReport implements VolumeCheck.Listener {
  private final Console console;
  private final Path root;
  private long broken;
  private long mended;
  private long odd;
  private long leftOver;
  private long unread;
  private long freeableBytes;

  CheckReport(Console console, Path root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void found(VolumeFinding finding) throws IOException {
    CheckLine line = CheckLine.of(finding);
    switch (line.weight()) {
      case BROKEN -> broken++;
      case FREEABLE -> leftOver++;
      case NOTE -> odd++;
      case UNREAD -> unread++;
    }
    freeableBytes += line.bytes();
    say(line.weight().word(), line.kind(), finding.where(), line.text());
  }

  @Override
  public void mended(VolumeFinding finding, String how) throws IOException {
    CheckLine line = CheckLine.of(finding);
    switch (line.weight()) {
      case BROKEN -> broken--;
      case FREEABLE -> leftOver--;
      case NOTE -> odd--;
      case UNREAD -> unread--;
    }
    freeableBytes -= line.bytes();
    mended++;
    say("repaired", line.kind(), finding.where(), how);
  }

  @Override
  public void proceed() throws IOException {
    console.proceed();
  }

  private void say(String weight, String kind, Path where, String text) throws IOException {
    Path shown = where.startsWith(root) ? root.relativize(where) : where;
    console.out(
        String.join(
            "\t", weight, kind, CheckLine.printable(shown.toString()), CheckLine.printable(text)));
  }

  /**
   * The last lines.
   *
   * @return the exit code: 0 if nothing is broken, 1 if something is, 2 if that isn't known
   */
  int summary(VolumeCheck.Outcome outcome) throws IOException {
    console.out(
        "checked %d repositories, %d manifests, %d blobs (%d bytes read)"
            .formatted(
                outcome.repositories(), outcome.manifests(), outcome.blobs(), outcome.blobBytes()));
    console.out(
        "%d broken, %d unreadable, %d odd, %d repaired; %d left over: %d bytes could be freed"
            .formatted(broken, unread, odd, mended, leftOver, freeableBytes));
    if (broken > 0) {
      return 1;
    }
    return unread > 0 ? 2 : 0;
  }
}
