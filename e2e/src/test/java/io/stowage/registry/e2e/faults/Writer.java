package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Somebody who pushes, moves, mounts and deletes at random in repositories that others use too; its
 * images and tags are its own. Lives through many servers. For one thread.
 */
final class Writer {
  private static final int TAGS = 8;
  private static final int BATCH = 5;
  private static final int REMEMBERED = 20;
  private static final List<String> REPOSITORIES = List.of("faults/a", "faults/b/c");

  private final int number;
  private final Random random;
  private final Ledger ledger;
  private final Deque<Image> own = new ArrayDeque<>();
  private long pushed;

  Writer(int number, Random seeds, Ledger ledger) {
    this.number = number;
    this.random = new Random(seeds.nextLong());
    this.ledger = ledger;
  }

  /** Makes one change; the answer says how it went. */
  Answer step(Pusher pusher) throws IOException {
    own.removeIf(image -> !ledger.holds(image));
    int dice = random.nextInt(100);
    if (own.isEmpty() || dice < 45) {
      return push(pusher, List.of(tag()));
    }
    Image image = any();
    if (dice < 55) {
      return push(pusher, batch());
    }
    if (dice < 70) {
      return pusher.retag(image, dice < 60 ? batch() : List.of(tag()));
    }
    if (dice < 80) {
      return mount(pusher, image);
    }
    return dice < 90 ? delete(pusher, image) : untag(pusher);
  }

  private Answer push(Pusher pusher, List<String> tags) throws IOException {
    Image image = image(repository(), random.nextLong(), length());
    return pusher.push(image, tags);
  }

  /** Half of the layers are small enough to be kept with the records of a change, half are not. */
  private int length() {
    return random.nextBoolean() ? 1_000 + random.nextInt(4_000) : 70_000 + random.nextInt(70_000);
  }

  private Answer mount(Pusher pusher, Image from) throws IOException {
    String other = REPOSITORIES.get(from.repository().equals(REPOSITORIES.getFirst()) ? 1 : 0);
    Image image = image(other, from.layerSeed(), from.layerBytes());
    return pusher.push(image, List.of(tag()), from.repository());
  }

  private Answer delete(Pusher pusher, Image image) throws IOException {
    own.remove(image);
    return pusher.delete(image);
  }

  /** Deletes a tag of its own, or makes one if there is none. */
  private Answer untag(Pusher pusher) throws IOException {
    Map<Ledger.Tag, Image> all = ledger.tags();
    for (String repository : REPOSITORIES) {
      for (String name : batch()) {
        if (all.containsKey(new Ledger.Tag(repository, name))) {
          return pusher.untag(repository, name);
        }
      }
    }
    return pusher.retag(any(), List.of(tag()));
  }

  private Image image(String repository, long layerSeed, int layerBytes) {
    Image image = new Image(repository, layerSeed, layerBytes, number * 1_000_000L + pushed);
    pushed++;
    own.addLast(image);
    while (own.size() > REMEMBERED) {
      own.removeFirst();
    }
    return image;
  }

  private Image any() {
    return List.copyOf(own).get(random.nextInt(own.size()));
  }

  private String repository() {
    return REPOSITORIES.get(random.nextInt(REPOSITORIES.size()));
  }

  private String tag() {
    return "w" + number + "-" + random.nextInt(TAGS);
  }

  private List<String> batch() {
    Set<String> names = new TreeSet<>();
    while (names.size() < BATCH) {
      names.add(tag());
    }
    return new ArrayList<>(names);
  }
}
