package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.Sha256;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reads back what a ledger says, byte for byte, and tells what isn't so. */
record Reading(InetSocketAddress server, Ledger ledger, Figures figures, Queue<String> lost) {
  private static final int READERS = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads one thing on the connection of one reader. */
  private interface Check<T> {
    void of(Caller caller, T thing) throws IOException;
  }

  /** The images, all tags, what was deleted, and the lists. */
  void all(List<Image> images) throws IOException {
    each(images, this::image);
    each(List.copyOf(ledger.tags().entrySet()), this::tag);
    each(ledger.loose(), this::loose);
    each(List.copyOf(ledger.free()), (caller, tag) -> absent(caller, tag.repository(), tag.name()));
    each(ledger.gone(), (caller, image) -> absent(caller, image.repository(), image.digest()));
    try (Caller caller = new Caller(server)) {
      lists(caller);
    }
  }

  /** What a push brought. */
  void image(Change.Push push) throws IOException {
    try (Caller caller = new Caller(server)) {
      image(caller, push.image());
      for (String name : push.tags()) {
        tag(caller, Map.entry(new Ledger.Tag(push.repository(), name), push.image()));
      }
    }
  }

  private <T> void each(List<T> things, Check<? super T> check) throws IOException {
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int reader = 0; reader < READERS; reader++) {
        all.add(
            readers.submit(
                () -> {
                  read(things, next, check);
                  return null;
                }));
      }
      for (Future<?> reader : all) {
        reader.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("the server does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private <T> void read(List<T> things, AtomicInteger next, Check<? super T> check)
      throws IOException {
    try (Caller caller = new Caller(server)) {
      for (int at = next.getAndIncrement(); at < things.size(); at = next.getAndIncrement()) {
        check.of(caller, things.get(at));
      }
    }
  }

  private void image(Caller caller, Image image) throws IOException {
    String blobs = "/v2/" + image.repository() + "/blobs/";
    String manifest = "/v2/" + image.repository() + "/manifests/" + image.digest();
    same(caller, manifest, image.manifest());
    same(caller, blobs + Sha256.digest(image.layer()), image.layer());
    same(caller, blobs + Sha256.digest(image.config()), image.config());
  }

  private void tag(Caller caller, Map.Entry<Ledger.Tag, Image> entry) throws IOException {
    Ledger.Tag tag = entry.getKey();
    String target = "/v2/" + tag.repository() + "/manifests/" + tag.name();
    same(caller, target, entry.getValue().manifest());
  }

  private void loose(Caller caller, Ledger.Blob blob) throws IOException {
    String target = "/v2/" + blob.repository() + "/blobs/" + Sha256.digest(blob.content());
    same(caller, target, blob.content());
  }

  private void same(Caller caller, String target, byte[] expected) throws IOException {
    Answer answer = caller.get(target);
    figures.add(Figures.Kind.CHECKED);
    if (answer.status() != 200 || !Arrays.equals(answer.body(), expected)) {
      lost.add(target + " (" + expected.length + " bytes): " + answer);
    }
  }

  private void absent(Caller caller, String repository, String reference) throws IOException {
    String target = "/v2/" + repository + "/manifests/" + reference;
    Answer answer = caller.get(target);
    if (answer.status() != 404) {
      lost.add("deleted, and there again: " + target + ": " + answer);
    }
  }

  private void lists(Caller caller) throws IOException {
    Map<String, Set<String>> expected = ledger.repositories();
    List<String> catalog = list(caller.get("/v2/_catalog?n=1000"), "repositories");
    expected.forEach(
        (repository, tags) -> {
          if (!catalog.contains(repository)) {
            lost.add(repository + " is not in the catalog: " + catalog);
          }
        });
    for (Map.Entry<String, Set<String>> entry : expected.entrySet()) {
      List<String> tags = list(caller.get("/v2/" + entry.getKey() + "/tags/list?n=1000"), "tags");
      if (!new TreeSet<>(tags).equals(entry.getValue())) {
        lost.add(
            "tags of " + entry.getKey() + ": " + tags + " (expected: " + entry.getValue() + ")");
      }
    }
  }

  private List<String> list(Answer answer, String field) {
    if (answer.status() != 200) {
      lost.add(field + ": " + answer);
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (JsonNode name : JSON.readTree(answer.body()).path(field)) {
      names.add(name.asString());
    }
    return names;
  }
}
