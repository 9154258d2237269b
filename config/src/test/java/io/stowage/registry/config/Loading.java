package io.stowage.registry.config;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** One load in a test: a file named {@code config.yml}, some variables, some files they name. */
record Loading(String yaml, Map<String, String> environment, Map<String, String> files) {
  /** The least a file must say. */
  static final String MINIMAL =
      """
      version: 0.1
      storage:
        filesystem:
          rootdirectory: /data
      """;

  /** What such a file is told, unless it says who may come in; one test is about this alone. */
  static final String OPEN_TO_EVERYBODY =
      "config.yml: the registry is open to everybody who can reach it (auth is not configured)";

  static Loading of(String yaml) {
    return new Loading(yaml, Map.of(), Map.of());
  }

  /** The least, and then some. */
  static Loading minimalAnd(String yaml) {
    return of(MINIMAL + yaml);
  }

  Loading with(String variable, String value) {
    return new Loading(yaml, plus(environment, variable, value), files);
  }

  Loading withFile(String path, String content) {
    return new Loading(yaml, environment, plus(files, path, content));
  }

  private static Map<String, String> plus(Map<String, String> map, String key, String value) {
    Map<String, String> copy = new LinkedHashMap<>(map);
    copy.put(key, value);
    return copy;
  }

  Loaded load() throws ConfigurationException {
    return new ConfigurationLoader(this::read)
        .load(new ConfigurationFile("config.yml", yaml), environment);
  }

  private String read(String path) throws IOException {
    String content = files.get(path);
    if (content == null) {
      throw new NoSuchFileException(path);
    }
    return content;
  }

  /** The configuration, which must be accepted. */
  Configuration configuration() {
    return accepted().configuration();
  }

  Loaded accepted() {
    try {
      return load();
    } catch (ConfigurationException e) {
      throw new AssertionError("refused: " + e.getMessage(), e);
    }
  }

  /** What was noticed, whether accepted or refused, besides the door that a test leaves open. */
  List<String> notices() {
    return allNotices().stream().filter(notice -> !notice.equals(OPEN_TO_EVERYBODY)).toList();
  }

  List<String> allNotices() {
    try {
      return load().notices().stream().map(Notice::text).toList();
    } catch (ConfigurationException e) {
      return e.notices().stream().map(Notice::text).toList();
    }
  }

  /** Why it is refused; empty if it isn't. */
  List<String> problems() {
    try {
      load();
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems().stream().map(Problem::text).toList();
    }
  }

  /** The port that would be listened on. */
  int port() {
    return ((ListenAddress.Tcp) configuration().http().address()).port();
  }

  Setting setting(String key) {
    return accepted().settings().stream()
        .filter(setting -> setting.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(key));
  }
}
