package io.stowage.registry.config;

/** Where a value, a warning or a problem comes from. */
public sealed interface Source {
  /** The value that holds when nobody says anything. */
  Source DEFAULT = new Default();

  /** The environment as a whole. */
  Source ENVIRONMENT = new Environment();

  /** As it stands in front of a message: {@code config.yml:12}, {@code REGISTRY_HTTP_ADDR}. */
  String text();

  /**
   * A line of a configuration file.
   *
   * @param line counted from 1
   */
  record Line(String file, int line) implements Source {
    @Override
    public String text() {
      return file + ":" + line;
    }
  }

  /** A configuration file as a whole. */
  record WholeFile(String file) implements Source {
    @Override
    public String text() {
      return file;
    }
  }

  /**
   * Where a configuration file stops being YAML, in distribution's words.
   *
   * @param line counted from 1; 0 if nobody can tell
   */
  record Parsing(String file, int line) implements Source {
    @Override
    public String text() {
      return "error parsing " + file + (line == 0 ? "" : ": line " + line);
    }
  }

  /** An environment variable, by its full name. */
  record Variable(String name) implements Source {
    @Override
    public String text() {
      return name;
    }
  }

  /** See {@link #DEFAULT}. */
  record Default() implements Source {
    @Override
    public String text() {
      return "default";
    }
  }

  /** See {@link #ENVIRONMENT}. */
  record Environment() implements Source {
    @Override
    public String text() {
      return "environment";
    }
  }
}
