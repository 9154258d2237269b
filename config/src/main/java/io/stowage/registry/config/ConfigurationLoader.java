package io.stowage.registry.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads a configuration file and the {@code REGISTRY_*} variables into a {@link Configuration}.
 * Pure apart from the small files that it names: {@code REGISTRY_..._FILE} variables and {@code
 * stowage.access.file}. Loading again tells what has changed in them; safe for any thread.
 */
public final class ConfigurationLoader {
  private final TextFiles files;

  /**
   * @param files how the files that variables and keys name are read
   */
  public ConfigurationLoader(TextFiles files) {
    this.files = files;
  }

  /** A loader that reads the files that variables and keys name from the disk. */
  public static ConfigurationLoader fromDisk() {
    return new ConfigurationLoader(ConfigurationLoader::readFromDisk);
  }

  private static String readFromDisk(String path) throws IOException {
    try {
      return Files.readString(Path.of(path));
    } catch (InvalidPathException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * The configuration in force.
   *
   * @param environment every variable of the process; those of others are passed over
   * @throws ConfigurationException with everything that is wrong, not only the first
   */
  public Loaded load(ConfigurationFile file, Map<String, String> environment)
      throws ConfigurationException {
    var findings = new Findings();
    Value.Mapping tree = YamlReader.file(file, findings);
    findings.requireNoProblem();
    BareWord.expandIn(tree);
    var named = new NamedFiles(files, findings);
    new EnvironmentOverlay(tree, named, findings).apply(environment);
    new AccessFile(named, findings).unfoldIn(tree);
    new Inspection(findings).of(tree);
    var values = new Values(tree, findings);
    Source whole = new Source.WholeFile(file.name());
    Configuration configuration = new Binder(values, findings, whole).configuration();
    findings.requireNoProblem();
    return new Loaded(
        configuration,
        values.inForce(),
        values.effective(),
        findings.notices(),
        watched(file, named.read()));
  }

  private static List<Path> watched(ConfigurationFile file, List<Path> named) {
    List<Path> watched = new ArrayList<>();
    if (file.path() != null) {
      watched.add(file.path());
    }
    watched.addAll(named);
    return watched;
  }
}
