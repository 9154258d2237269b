package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.Command;
import io.stowage.registry.e2e.RegistryProcess;
import io.stowage.registry.e2e.Sha256;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Says whether a server kept what it acknowledged: reads all of it back, does again what was cut
 * off and reads that, collects garbage, and reads once more.
 */
final class Oracle {
  /** What befell the server: a power cut may shorten an upload that is under way. */
  enum Fault {
    KILL,
    POWER_CUT
  }

  private final Ledger ledger;
  private final Figures figures;
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();
  private final Queue<String> poisoned = new ConcurrentLinkedQueue<>();

  Oracle(Ledger ledger, Figures figures) {
    this.ledger = ledger;
    this.figures = figures;
  }

  /** Starts a server on what the fault left, and stops it when all is checked. */
  void verify(Server server, Fault fault) throws IOException {
    try (RegistryProcess registry = server.start("0s")) {
      verify(server, registry, fault);
    }
  }

  /** The same with a server that runs; its collections must keep nothing out of kindness. */
  void verify(Server server, RegistryProcess registry, Fault fault) throws IOException {
    read(server, registry, fault, ledger.freshImages());
    check(server);
    fail(registry);
    ledger.grow();
  }

  /** The same without {@code registry check}, which takes longer than all else. */
  void verifyAnswers(Server server, RegistryProcess registry) throws IOException {
    read(server, registry, Fault.KILL, ledger.freshImages());
    fail(registry);
    ledger.grow();
  }

  /** The same for everything that was ever acknowledged. */
  void verifyAll(Server server) throws IOException {
    try (RegistryProcess registry = server.start("0s")) {
      verifyAll(server, registry);
    }
  }

  /** The same with a server that runs. */
  void verifyAll(Server server, RegistryProcess registry) throws IOException {
    read(server, registry, Fault.KILL, ledger.images());
    check(server);
    fail(registry);
  }

  private void read(Server server, RegistryProcess registry, Fault fault, List<Image> images)
      throws IOException {
    ledger.trust();
    Reading reading = new Reading(registry.address(), ledger, figures, lost);
    List<Change> interrupted = ledger.begun();
    interrupted.forEach(change -> new Settling(ledger, lost).settle(registry.address(), change));
    reading.all(images.stream().filter(ledger::holds).toList());
    resumeUploads(registry, fault);
    repeat(registry, interrupted);
    collect(server);
    ledger.releaseLoose();
    reading.all(images.stream().filter(ledger::holds).toList());
  }

  private void fail(RegistryProcess registry) {
    figures.add(Figures.Kind.LOST, lost.size());
    figures.add(Figures.Kind.POISONED, poisoned.size());
    if (!lost.isEmpty() || !poisoned.isEmpty()) {
      throw new AssertionError(
          "lost:\n%s\npoisoned retries:\n%s\nlog of the server:\n%s"
              .formatted(String.join("\n", lost), String.join("\n", poisoned), registry.log()));
    }
  }

  private void resumeUploads(RegistryProcess registry, Fault fault) throws IOException {
    for (Ledger.Upload upload : ledger.uploads()) {
      ledger.end(upload);
      try (Caller caller = new Caller(registry.address());
          Pusher pusher = new Pusher(registry.address(), ledger)) {
        Answer state = caller.get(upload.target());
        if (state.status() == 404 && fault == Fault.POWER_CUT) {
          continue;
        }
        int offset = offset(state);
        boolean shorter = offset < upload.acknowledged() && fault == Fault.KILL;
        if (state.status() != 204 || shorter || offset > upload.content().length) {
          lost.add("upload of " + upload.acknowledged() + " bytes: " + state);
          continue;
        }
        Answer done = pusher.resume(upload, offset);
        figures.add(Figures.Kind.RESUMED);
        expectBlob(caller, upload, done);
      }
    }
  }

  /** What the server has, from {@code Range: 0-LAST}, which says 0-0 of an empty one as well. */
  static int offset(Answer state) {
    String range = state.header("Range");
    int last = range.isEmpty() ? 0 : Integer.parseInt(range.replaceFirst(".*-", ""));
    return last == 0 ? 0 : last + 1;
  }

  private void expectBlob(Caller caller, Ledger.Upload upload, Answer done) throws IOException {
    String digest = Sha256.digest(upload.content());
    Answer blob = caller.get("/v2/" + upload.repository() + "/blobs/" + digest);
    if (done.status() != 201 || !Arrays.equals(blob.body(), upload.content())) {
      poisoned.add("resumed upload: " + done + "; then " + blob);
    }
  }

  private void repeat(RegistryProcess registry, List<Change> interrupted) throws IOException {
    for (Change change : interrupted) {
      try (Pusher pusher = new Pusher(registry.address(), ledger)) {
        Answer answer = pusher.repeat(change);
        figures.add(Figures.Kind.RETRIES);
        boolean gone = !(change instanceof Change.Push) && answer.status() == 404;
        if (answer.status() >= 300 && !gone) {
          poisoned.add(change + ": " + answer);
        }
        if (change instanceof Change.Push push) {
          new Reading(registry.address(), ledger, figures, poisoned).image(push);
        }
      }
    }
  }

  private static void collect(Server server) throws IOException {
    server.collect();
  }

  private void check(Server server) throws IOException {
    Command.Result result = server.command("check").attempt();
    if (result.exitCode() != 0) {
      lost.add(result.toString());
    }
  }
}
