package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.filesystem.BlobInspection.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about bytes that were found not to have their digest, whoever found them: they are
 * put into quarantine, and an operator is told. Safe for use by any number of threads, which hold
 * none of the {@link Locks}.
 */
final class BitRot {
  private static final Logger LOG = LoggerFactory.getLogger(BitRot.class);

  /** Enough to know whom to ask; a base layer may be in thousands. */
  private static final int MOST_REPOSITORIES = 10;

  private final Layout layout;
  private final VolumeRepair repair;
  private final FileRepositories repositories;
  private final AtomicLong confirmed = new AtomicLong();

  /** A popular blob may be found by many readers at once. */
  private final Set<Digest> underWay = ConcurrentHashMap.newKeySet();

  BitRot(Layout layout, VolumeRepair repair, FileRepositories repositories) {
    this.layout = layout;
    this.repair = repair;
    this.repositories = repositories;
  }

  /** How often bytes were wrong when they were looked at again, too. */
  long confirmed() {
    return confirmed.get();
  }

  /** Looks again, takes the bytes away if they are still wrong, and tells of it. */
  void found(Digest digest, Verdict.Wrong wrong) {
    if (underWay.add(digest)) {
      try {
        takeAway(digest, wrong);
      } finally {
        underWay.remove(digest);
      }
    }
  }

  private void takeAway(Digest digest, Verdict.Wrong wrong) {
    Path file = layout.blob(digest);
    try {
      Optional<String> how = repair.setBytesAside(digest);
      if (how.isEmpty()) {
        LOG.warn(
            "{}: its {} bytes had the digest {}, and are sound, replaced or gone by now."
                + " If nobody pushed them, disk or memory may be failing",
            file,
            wrong.stamp().size(),
            wrong.found());
        return;
      }
      confirmed.incrementAndGet();
      LOG.error(
          "{}: its {} bytes have the digest {}; {}. It is absent until it is pushed again to: {}",
          file,
          wrong.stamp().size(),
          wrong.found(),
          how.get(),
          holders(digest));
    } catch (IOException e) {
      confirmed.incrementAndGet();
      LOG.error(
          "{}: its {} bytes have the digest {}, and it could not be taken away. It is in: {}",
          file,
          wrong.stamp().size(),
          wrong.found(),
          holders(digest),
          e);
    }
  }

  /** Some repositories that link to it. Costs two looks at each there is, once for each finding. */
  private String holders(Digest digest) {
    List<String> names = new ArrayList<>();
    try {
      repositories.first(
          name -> {
            if (isLinked(name, digest)) {
              names.add(names.size() == MOST_REPOSITORIES ? "..." : name.value());
            }
            return names.size() > MOST_REPOSITORIES;
          });
    } catch (IOException e) {
      LOG.debug("repositories can't be walked", e);
      names.add("(not all of them can be read)");
    }
    return names.isEmpty() ? "(no repository)" : String.join(", ", names);
  }

  private boolean isLinked(RepositoryName name, Digest digest) {
    return Files.exists(layout.layerLink(name, digest))
        || Files.exists(layout.revisionLink(name, digest));
  }
}
