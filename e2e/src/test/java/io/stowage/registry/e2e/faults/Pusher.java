package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.Sha256;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A client that changes a server and writes into the ledger what it is told, once the answer is
 * complete. Each method returns the answer that decided: of the last request, or of the first that
 * was refused. For one thread.
 */
final class Pusher implements AutoCloseable {
  private final Caller caller;
  private final Ledger ledger;

  Pusher(InetSocketAddress server, Ledger ledger) {
    this.caller = new Caller(server);
    this.ledger = ledger;
  }

  /** Pushes what the server lacks, and puts the manifest under all tags at once. */
  Answer push(Image image, List<String> tags) throws IOException {
    return push(image, tags, "");
  }

  /** The same, with the layer mounted from the repository {@code from} if that is possible. */
  Answer push(Image image, List<String> tags, String from) throws IOException {
    Change.Push change = new Change.Push(image, tags);
    ledger.begin(change);
    Answer layer = blob(image.repository(), image.layer(), from, image.seed());
    if (layer.status() >= 300) {
      return settle(change, layer, 201);
    }
    Answer config = blob(image.repository(), image.config(), "", image.seed() + 1);
    if (config.status() >= 300) {
      return settle(change, config, 201);
    }
    return settle(change, caller.putManifest(target(image, tags), image.manifest()), 201);
  }

  /** Puts a manifest again whose blobs are there. */
  Answer retag(Image image, List<String> tags) throws IOException {
    Change.Push change = new Change.Push(image, tags);
    ledger.begin(change);
    return settle(change, caller.putManifest(target(image, tags), image.manifest()), 201);
  }

  Answer untag(String repository, String tag) throws IOException {
    Change.Untag change = new Change.Untag(repository, tag);
    ledger.begin(change);
    return settle(change, caller.delete("/v2/" + repository + "/manifests/" + tag), 202);
  }

  Answer delete(Image image) throws IOException {
    Change.Delete change = new Change.Delete(image);
    ledger.begin(change);
    String target = "/v2/" + image.repository() + "/manifests/" + image.digest();
    return settle(change, caller.delete(target), 202);
  }

  /** Does again what was cut off. */
  Answer repeat(Change change) throws IOException {
    return switch (change) {
      case Change.Push push -> push(push.image(), push.tags());
      case Change.Untag untag -> untag(untag.repository(), untag.tag());
      case Change.Delete delete -> delete(delete.image());
    };
  }

  /** Notes that a change came to nothing, because a request before the last one was refused. */
  Answer refused(Change change, Answer answer) {
    ledger.refuse(change);
    return answer;
  }

  private Answer settle(Change change, Answer answer, int made) {
    if (answer.status() == made) {
      ledger.acknowledge(change);
    } else {
      ledger.refuse(change);
    }
    return answer;
  }

  /** One tag stands in the path, as any client puts it; several are parameters. */
  private static String target(Image image, List<String> tags) {
    String manifests = "/v2/" + image.repository() + "/manifests/";
    if (tags.size() == 1) {
      return manifests + tags.getFirst();
    }
    String query = tags.stream().map(tag -> "tag=" + tag).collect(Collectors.joining("&"));
    return manifests + image.digest() + (query.isEmpty() ? "" : "?" + query);
  }

  private Answer blob(String repository, byte[] content, String from, long turn)
      throws IOException {
    String digest = Sha256.digest(content);
    Answer there = caller.head("/v2/" + repository + "/blobs/" + digest);
    if (there.status() == 200) {
      return there;
    }
    String query = from.isEmpty() ? "" : "?mount=" + digest + "&from=" + from;
    Answer begun = caller.begin(repository, query);
    if (begun.status() == 201) {
      ledger.acknowledge(new Ledger.Blob(repository, content));
    }
    return begun.status() == 202 ? upload(repository, content, begun, turn) : begun;
  }

  private Answer upload(String repository, byte[] content, Answer begun, long turn)
      throws IOException {
    int parts = Math.floorMod(turn, 3) + 1;
    Ledger.Upload upload = new Ledger.Upload(repository, begun.next(), content, 0);
    for (int part = 0; part < parts; part++) {
      int end = (int) ((long) content.length * (part + 1) / parts);
      byte[] bytes = Arrays.copyOfRange(content, upload.acknowledged(), end);
      Answer appended = caller.patch(upload.target(), bytes);
      if (appended.status() != 202) {
        ledger.refuse(upload);
        return appended;
      }
      upload = new Ledger.Upload(repository, appended.next(), content, end);
      ledger.acknowledge(upload);
    }
    return finish(upload);
  }

  private Answer finish(Ledger.Upload upload) throws IOException {
    ledger.end(upload);
    Answer done = caller.finish(upload.target(), Sha256.digest(upload.content()));
    if (done.status() == 201) {
      ledger.acknowledge(new Ledger.Blob(upload.repository(), upload.content()));
    }
    return done;
  }

  /** Sends the rest of an upload of which the server has {@code offset} bytes. */
  Answer resume(Ledger.Upload upload, int offset) throws IOException {
    byte[] rest = Arrays.copyOfRange(upload.content(), offset, upload.content().length);
    if (rest.length == 0) {
      return finish(upload);
    }
    String range = "Content-Range: " + offset + "-" + (offset + rest.length - 1);
    Answer appended = caller.patch(upload.target(), rest, range);
    if (appended.status() != 202) {
      return appended;
    }
    return finish(
        new Ledger.Upload(
            upload.repository(), appended.next(), upload.content(), upload.content().length));
  }

  @Override
  public void close() throws IOException {
    caller.close();
  }
}
