package io.stowage.registry.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A configuration the server may start with.
 *
 * @param settings every value in force with its source, in the order of the file's sections
 * @param values the same, secrets included, to be compared with those of another load
 * @param notices what the operator should hear, in the order it was found
 * @param watched the files it was read from; a running server follows what changes in them
 */
public record Loaded(
    Configuration configuration,
    List<Setting> settings,
    EffectiveValues values,
    List<Notice> notices,
    List<Path> watched) {
  public Loaded {
    settings = List.copyOf(settings);
    notices = List.copyOf(notices);
    watched = List.copyOf(watched);
  }
}
