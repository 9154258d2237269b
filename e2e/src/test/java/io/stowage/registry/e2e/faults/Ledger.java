package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a server has acknowledged, and what it had been asked when it went away. Lies in the memory
 * of the test, which no fault of this suite touches. For any number of threads; each tag and each
 * image belongs to one of them, so that the history of each is in order.
 */
final class Ledger {
  /** A tag of a repository. */
  record Tag(String repository, String name) {}

  /** A blob that was acknowledged, with no manifest that names it so far. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares two of them.
  record Blob(String repository, byte[] content) {}

  /**
   * An upload that isn't complete.
   *
   * @param target path and query where it goes on
   * @param acknowledged how many bytes the server said it has
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares two of them.
  record Upload(String repository, String target, byte[] content, int acknowledged) {}

  private final Map<String, Image> images = new LinkedHashMap<>();
  private final Map<String, Image> gone = new LinkedHashMap<>();
  private final Map<Tag, Image> tags = new HashMap<>();
  private final Set<Tag> free = new HashSet<>();
  private final Set<Change> begun = new LinkedHashSet<>();
  private final Set<String> fresh = new HashSet<>();
  private final Map<String, Blob> loose = new LinkedHashMap<>();
  private final Map<String, Upload> uploads = new LinkedHashMap<>();

  private boolean distrusted;

  /** From now on a refusal proves nothing: what could not be done could not be undone either. */
  synchronized void distrust() {
    distrusted = true;
  }

  /** Ends {@link #distrust}. */
  synchronized void trust() {
    distrusted = false;
  }

  /** A request is about to be sent. */
  synchronized void begin(Change change) {
    begun.add(change);
  }

  /** Its answer arrived whole and says that the change is made. */
  synchronized void acknowledge(Change change) {
    begun.remove(change);
    switch (change) {
      case Change.Push push -> put(push);
      case Change.Untag untag -> release(new Tag(untag.repository(), untag.tag()));
      case Change.Delete delete -> drop(delete.image());
    }
  }

  /** Its answer says that nothing was changed. */
  synchronized void refuse(Change change) {
    if (!distrusted) {
      begun.remove(change);
    }
  }

  private void put(Change.Push push) {
    Image image = push.image();
    images.put(key(image), image);
    gone.remove(key(image));
    fresh.add(key(image));
    loose.remove(image.repository() + "@" + Sha256.digest(image.layer()));
    loose.remove(image.repository() + "@" + Sha256.digest(image.config()));
    for (String name : push.tags()) {
      Tag tag = new Tag(image.repository(), name);
      tags.put(tag, image);
      free.remove(tag);
    }
  }

  private void drop(Image image) {
    images.remove(key(image));
    gone.put(key(image), image);
    List<Tag> lost = new ArrayList<>();
    tags.forEach(
        (tag, on) -> {
          if (on.equals(image)) {
            lost.add(tag);
          }
        });
    lost.forEach(this::release);
  }

  private void release(Tag tag) {
    tags.remove(tag);
    free.add(tag);
  }

  /** A blob is there, and is what its manifest will need. */
  synchronized void acknowledge(Blob blob) {
    loose.put(blob.repository() + "@" + Sha256.digest(blob.content()), blob);
  }

  /** The upload is there, up to what it says. */
  synchronized void acknowledge(Upload upload) {
    uploads.put(upload.repository() + "@" + System.identityHashCode(upload.content()), upload);
  }

  /** Its next part was refused, and the client gives up. */
  synchronized void refuse(Upload upload) {
    if (!distrusted) {
      end(upload);
    }
  }

  /** The upload has become a blob, or is about to. */
  synchronized void end(Upload upload) {
    uploads.remove(upload.repository() + "@" + System.identityHashCode(upload.content()));
  }

  /** What nobody has checked since it was acknowledged is old from now on. */
  synchronized void grow() {
    fresh.clear();
  }

  /** No longer holds anybody to the loose blobs: a collection may take them. */
  synchronized void releaseLoose() {
    loose.clear();
  }

  synchronized List<Change> begun() {
    return List.copyOf(begun);
  }

  synchronized List<Image> images() {
    return List.copyOf(images.values());
  }

  /** The images that were acknowledged since {@link #grow}. */
  synchronized List<Image> freshImages() {
    return images.values().stream().filter(image -> fresh.contains(key(image))).toList();
  }

  synchronized List<Image> gone() {
    return List.copyOf(gone.values());
  }

  synchronized boolean holds(Image image) {
    return images.containsKey(key(image));
  }

  synchronized Map<Tag, Image> tags() {
    return Map.copyOf(tags);
  }

  /** Tags that were deleted and not set again. */
  synchronized Set<Tag> free() {
    return Set.copyOf(free);
  }

  synchronized List<Blob> loose() {
    return List.copyOf(loose.values());
  }

  synchronized List<Upload> uploads() {
    return List.copyOf(uploads.values());
  }

  /** The tags of each repository that has a manifest. */
  synchronized Map<String, Set<String>> repositories() {
    Map<String, Set<String>> all = new TreeMap<>();
    images.values().forEach(image -> all.computeIfAbsent(image.repository(), x -> new TreeSet<>()));
    tags.keySet()
        .forEach(
            tag -> all.computeIfAbsent(tag.repository(), x -> new TreeSet<>()).add(tag.name()));
    return all;
  }

  private static String key(Image image) {
    return image.repository() + "@" + image.digest();
  }
}
