package io.stowage.registry.server.cli;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.server.ConfigurationSource;
import io.stowage.registry.server.RegistryAssembly;
import io.stowage.registry.server.RegistryServer;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.storage.filesystem.FileStorage;
import io.stowage.registry.storage.filesystem.FileStorageOptions;
import io.stowage.registry.testkit.Pushes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A volume with a blob that nothing names, and the configuration of a server for it. */
record TestVolume(Path root, Path file) {
  static final RepositoryName APP = new RepositoryName("library/app");
  static final byte[] LAYER = Pushes.bytes("a layer");
  static final Digest DIGEST = Pushes.digestOf(LAYER);

  static TestVolume in(Path folder) throws IOException {
    Path root = folder.resolve("data");
    Path file =
        Files.writeString(
            folder.resolve("config.yml"),
            """
            version: 0.1
            storage:
              filesystem:
                rootdirectory: %s
            http:
              addr: 127.0.0.1:0
            stowage:
              storage:
                lockwait: 0s
            """
                .formatted(root));
    TestVolume volume = new TestVolume(root, file);
    try (FileStorage storage =
        FileStorage.open(FileStorageOptions.of(root), new ManifestParser())) {
      Pushes.blob(storage, APP, LAYER);
    }
    return volume;
  }

  void configure(String from, String to) throws IOException {
    Files.writeString(file, Files.readString(file).replace(from, to));
  }

  RegistryServer serve() throws IOException, ConfigurationException {
    Configuration configuration =
        ConfigurationLoader.fromDisk().load(ConfigurationFile.read(file), Map.of()).configuration();
    return RegistryAssembly.start(
        configuration, ConfigurationSource.of(configuration), new ByteArrayOutputStream());
  }

  Path layerLink() {
    return base()
        .resolve("repositories/library/app/_layers/sha256")
        .resolve(DIGEST.hex())
        .resolve("link");
  }

  Path blob() {
    return base()
        .resolve("blobs/sha256")
        .resolve(DIGEST.hex().substring(0, 2))
        .resolve(DIGEST.hex())
        .resolve("data");
  }

  Path socket() {
    return root.resolve("_stowage/control.sock");
  }

  private Path base() {
    return root.resolve("docker/registry/v2");
  }
}
