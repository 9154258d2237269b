package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.EffectiveValues;
import io.stowage.registry.config.Loaded;
import io.stowage.registry.config.Notice;
import io.stowage.registry.config.Problem;
import io.stowage.registry.server.ops.WatchedFiles;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a changed configuration into a running registry. It is read and checked as a whole, as at a
 * start; if anything in it is refused, nothing changes. Then each part takes what it follows, and
 * the log says by key what is in force now and what will be after the next start.
 */
final class Reload implements WatchedFiles.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

  private final ConfigurationSource source;
  private final WatchedFiles.Watch watch;
  private final CompletableFuture<List<LivePart>> running = new CompletableFuture<>();
  private EffectiveValues inForce;

  /** Follows the files of the configuration from now on, so that no change is missed. */
  Reload(ConfigurationSource source, WatchedFiles files) {
    this.source = source;
    this.inForce = source.atStart().values();
    this.watch = files.watch(source.atStart().watched(), this);
  }

  /** Changes these from now on, in this order; a change that came before waits for it. */
  void into(List<LivePart> parts) {
    running.complete(List.copyOf(parts));
  }

  @Override
  public void changed() throws IOException {
    List<LivePart> parts = running();
    Loaded next = read();
    List<String> changed = inForce.differencesTo(next.values());
    List<LivePart> affected =
        parts.stream().filter(part -> changed.stream().anyMatch(part::follows)).toList();
    for (LivePart part : affected) {
      part.check(next.configuration());
    }
    next.notices().forEach(Reload::log);
    Set<String> taken = new LinkedHashSet<>(changed);
    taken.removeIf(key -> affected.stream().noneMatch(part -> part.follows(key)));
    List<String> later = changed.stream().filter(key -> !taken.contains(key)).toList();
    for (LivePart part : affected) {
      if (!hasTaken(part, next.configuration())) {
        taken.removeIf(part::follows);
      }
    }
    inForce = inForce.with(taken, next.values());
    watch.follow(next.watched());
    LOG.info("{}", summary(taken, later));
  }

  private List<LivePart> running() throws IOException {
    try {
      return running.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new InterruptedIOException("the server did not start");
    }
  }

  private Loaded read() throws IOException {
    try {
      return source.read();
    } catch (ConfigurationException e) {
      e.notices().forEach(Reload::log);
      for (Problem problem : e.problems()) {
        LOG.error("configuration error: {}", problem.text());
      }
      throw new IOException("the configuration is refused", e);
    }
  }

  private static boolean hasTaken(LivePart part, Configuration next) {
    try {
      part.take(next);
      return true;
    } catch (IOException e) {
      LOG.error("{} can't change now and stay as they were: {}", part.keys(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("{} can't change now and stay as they were", part.keys(), e);
    }
    return false;
  }

  private static String summary(Set<String> taken, List<String> later) {
    List<String> sentences = new ArrayList<>();
    if (!taken.isEmpty()) {
      sentences.add("reloaded: " + String.join(", ", taken));
    }
    if (!later.isEmpty()) {
      sentences.add("at the next start: " + String.join(", ", later));
    }
    return sentences.isEmpty() ? "reloaded: nothing is new" : String.join("; ", sentences);
  }

  private static void log(Notice notice) {
    switch (notice.level()) {
      case INFO -> LOG.info("{}", notice.text());
      case WARNING -> LOG.warn("{}", notice.text());
    }
  }
}
