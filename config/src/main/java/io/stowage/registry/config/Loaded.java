package io.stowage.registry.config;

import java.util.List;

/**
 * A configuration the server may start with.
 *
 * @param settings every value in force with its source, in the order of the file's sections
 * @param notices what the operator should hear, in the order it was found
 */
public record Loaded(Configuration configuration, List<Setting> settings, List<Notice> notices) {
  public Loaded {
    settings = List.copyOf(settings);
    notices = List.copyOf(notices);
  }
}
