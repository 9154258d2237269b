package io.stowage.registry.notifications;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the queues of all receivers are: in a folder that this process alone writes to, or in
 * memory.
 */
public final class Queues {
  private static final Logger LOG = LoggerFactory.getLogger(Queues.class);

  private final @Nullable Path folder;

  private Queues(@Nullable Path folder) {
    this.folder = folder;
  }

  /** On disk: a folder and two files of dead letters for each receiver. */
  public static Queues in(Path folder) {
    return new Queues(folder);
  }

  /** Without a disk: events that wait end with the process. */
  public static Queues inMemory() {
    return new Queues(null);
  }

  EventQueue open(String endpoint, long maxBytes, Tally tally, InstantSource clock)
      throws IOException {
    Complaint complaint = new Complaint(LOG, clock);
    if (folder == null) {
      return new MemoryQueue(maxBytes, new LostLetters(tally, complaint));
    }
    String name = FolderName.of(endpoint);
    DeadLetters dead = new DeadLetterFile(folder, name, maxBytes, tally, complaint);
    return FileQueue.open(folder.resolve(name), maxBytes, dead, tally);
  }

  /** Says which queues nobody takes from. */
  void tellOrphans(List<Endpoint> endpoints) throws IOException {
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    Set<String> known =
        endpoints.stream()
            .map(endpoint -> FolderName.of(endpoint.name()))
            .collect(Collectors.toSet());
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
      for (Path entry : entries) {
        if (!known.contains(String.valueOf(entry.getFileName()))) {
          LOG.info("{}: no endpoint has this queue; what is in it stays", entry);
        }
      }
    }
  }
}
