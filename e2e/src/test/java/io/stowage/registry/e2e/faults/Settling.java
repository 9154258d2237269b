package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Finds out whether changes that nobody was told about have been made, and enters them into the
 * ledger; a change that was made in part is told as lost.
 */
record Settling(Ledger ledger, Queue<String> lost) {

  void settle(InetSocketAddress server, Change change) {
    try (Caller caller = new Caller(server)) {
      switch (change) {
        case Change.Push push -> settle(caller, push);
        case Change.Untag untag -> settle(untag, read(caller, untag.repository(), untag.tag()));
        case Change.Delete delete -> settle(caller, delete);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void settle(Caller caller, Change.Push push) throws IOException {
    Image image = push.image();
    Answer manifest = read(caller, image.repository(), image.digest());
    boolean there = is(manifest, image);
    if (!there && manifest.status() != 404) {
      lost.add("torn manifest of " + image + ": " + manifest);
    }
    Map<Ledger.Tag, Image> before = ledger.tags();
    boolean moved = true;
    boolean left = true;
    for (String name : push.tags()) {
      Answer answer = read(caller, image.repository(), name);
      Image old = before.get(new Ledger.Tag(image.repository(), name));
      moved &= is(answer, image);
      left &= old == null ? answer.status() == 404 : is(answer, old);
    }
    if (moved && there) {
      ledger.acknowledge(push);
    } else if (left) {
      ledger.refuse(push);
      if (there) {
        ledger.acknowledge(new Change.Push(image, List.of()));
      }
    } else {
      ledger.refuse(push);
      lost.add("half made: " + push);
    }
  }

  private void settle(Change.Untag untag, Answer answer) {
    if (answer.status() == 404) {
      ledger.acknowledge(untag);
    } else {
      ledger.refuse(untag);
    }
  }

  private void settle(Caller caller, Change.Delete delete) throws IOException {
    Image image = delete.image();
    Answer answer = read(caller, image.repository(), image.digest());
    if (answer.status() == 404) {
      ledger.acknowledge(delete);
    } else {
      ledger.refuse(delete);
    }
  }

  private static Answer read(Caller caller, String repository, String reference)
      throws IOException {
    return caller.get("/v2/" + repository + "/manifests/" + reference);
  }

  private static boolean is(Answer answer, Image image) {
    return answer.status() == 200 && Arrays.equals(answer.body(), image.manifest());
  }
}
