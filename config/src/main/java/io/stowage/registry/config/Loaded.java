package io.stowage.registry.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A configuration the server may start with.
 *
 * @param settings every value in force with its source, in the order of the file's sections
 * @param notices what the operator should hear, in the order it was found
 * @param watched the files it was read from; a change in one of them may change the access rules of
 *     a running server
 */
public record Loaded(
    Configuration configuration, List<Setting> settings, List<Notice> notices, List<Path> watched) {
  public Loaded {
    settings = List.copyOf(settings);
    notices = List.copyOf(notices);
    watched = List.copyOf(watched);
  }
}
