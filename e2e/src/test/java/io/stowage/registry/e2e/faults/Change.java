package io.stowage.registry.e2e.faults;

import java.util.List;

/** One request that changes what a repository shows; it is made wholly or not at all. */
sealed interface Change {
  String repository();

  /** A manifest is put, and all the tags are on it afterwards. None: it is put by digest. */
  record Push(Image image, List<String> tags) implements Change {
    public Push {
      tags = List.copyOf(tags);
    }

    @Override
    public String repository() {
      return image.repository();
    }
  }

  /** A tag is deleted. */
  record Untag(String repository, String tag) implements Change {}

  /** A manifest is deleted, and with it each tag that is on it. */
  record Delete(Image image) implements Change {
    @Override
    public String repository() {
      return image.repository();
    }
  }
}
