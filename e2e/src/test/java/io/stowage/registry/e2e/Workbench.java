package io.stowage.registry.e2e;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What one test class works with: a scratch folder, a server of its own, and clients that know
 * nothing of the user's home. Register it as a static extension; it is torn down with the class.
 */
final class Workbench implements BeforeAllCallback, AfterAllCallback {
  /** The sections {@code auth}, {@code http}, {@code stowage} and so on of a configuration. */
  interface Sections {
    /**
     * Makes the files that the sections name, and returns the sections. The server isn't there yet.
     */
    String write(Workbench bench) throws IOException;
  }

  private static final String DOCKER_CONFIG = ".docker";
  private static final String MANIFEST_TYPES =
      String.join(
          ", ",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");

  private final Sections sections;
  private final AtomicInteger homes = new AtomicInteger();
  private @Nullable Path folder;
  private @Nullable RegistryProcess registry;

  /** With a server that is open to all. */
  Workbench() {
    this(_ -> RegistryProcess.OPEN_TO_ALL);
  }

  /** With a server that is configured otherwise. */
  Workbench(Sections sections) {
    this.sections = sections;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    folder = Files.createTempDirectory("stowage-e2e");
    makeHome(folder.resolve("home"));
    String configuration = sections.write(this);
    registry = RegistryProcess.start(folder.resolve("registry"), configuration, Map.of());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    try {
      if (registry != null) {
        registry.close();
      }
    } finally {
      if (folder != null) {
        delete(folder);
      }
    }
  }

  /** The scratch folder. */
  Path folder() {
    return Objects.requireNonNull(folder);
  }

  /** A path below the scratch folder. */
  Path path(String name) {
    return folder().resolve(name);
  }

  RegistryProcess registry() {
    return Objects.requireNonNull(registry);
  }

  /** The name of a repository or image at the server. */
  String at(String name) {
    return registry().at(name);
  }

  /** Runs a client, which must succeed, and returns its standard output. */
  String run(String... words) {
    return run(List.of(words));
  }

  /** The same; {@code program} is the client with the options that all its runs share. */
  String run(List<String> program, String... arguments) {
    return command(Command.NO_INPUT, program, arguments).run().output();
  }

  /** The same, for a client that reads a file from its standard input. */
  String feed(Path input, List<String> program, String... arguments) {
    return command(input, program, arguments).run().output();
  }

  /** Runs a client, which must fail, and returns its standard error. */
  String refuse(List<String> program, String... arguments) {
    return command(Command.NO_INPUT, program, arguments).refuse().errors();
  }

  private Command command(Path input, List<String> program, String... arguments) {
    return command(folder(), path("home"), input, program, arguments);
  }

  /** A home for one client. Its name is short, because podman wants a short path. */
  Path newHome() throws IOException {
    return makeHome(path("home" + homes.incrementAndGet()));
  }

  private static Path makeHome(Path home) throws IOException {
    // Podman takes it ill if the folder that DOCKER_CONFIG names has no such file.
    Path docker = Files.createDirectories(home.resolve(DOCKER_CONFIG));
    Files.writeString(docker.resolve("config.json"), "{}");
    return home;
  }

  /** A command of a client that has a home of its own, which is where it runs as well. */
  Command command(Path home, Path input, List<String> program, String... arguments) {
    return command(home, home, input, program, arguments);
  }

  private static Command command(
      Path folder, Path home, Path input, List<String> program, String... arguments) {
    return new Command(
        Stream.concat(program.stream(), Stream.of(arguments)).toList(),
        folder,
        input,
        Map.of(
            "HOME", home.toString(),
            "XDG_CONFIG_HOME", home.resolve("config").toString(),
            "XDG_CACHE_HOME", home.resolve("cache").toString(),
            "XDG_DATA_HOME", home.resolve("share").toString(),
            "DOCKER_CONFIG", home.resolve(DOCKER_CONFIG).toString(),
            "XDG_RUNTIME_DIR", home.toString(),
            "DOCKER_BUILDKIT", "0",
            "COSIGN_PASSWORD", "",
            "LC_ALL", "C"));
  }

  /** One of the server's own commands, such as {@code htpasswd add}. */
  Command server(Path input, String... arguments) {
    return command(input, List.of(RegistryProcess.binary()), arguments);
  }

  /** One of those that look for the configuration, which is that of the server here. */
  Command administer(String... arguments) {
    return server(Command.NO_INPUT, arguments)
        .with(Map.of("REGISTRY_CONFIGURATION_PATH", registry().configuration().toString()));
  }

  /** A file for a program to read from its standard input. */
  Path input(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder(), "input", ".txt"), text);
  }

  /** The bytes of a manifest as the server keeps them, whatever its type. */
  byte[] manifest(String repository, String reference) throws IOException {
    return reply(repository, reference).expect(200);
  }

  /** The type that the server gives a manifest. */
  String mediaType(String repository, String reference) throws IOException {
    HttpConnection.Reply reply = reply(repository, reference);
    reply.expect(200);
    return reply.header("Content-Type");
  }

  private HttpConnection.Reply reply(String repository, String reference) throws IOException {
    try (HttpConnection connection = new HttpConnection(registry().address())) {
      HttpConnection.Reply reply =
          connection.send(
              "GET",
              "/v2/" + repository + "/manifests/" + reference,
              new byte[0],
              "Accept: " + MANIFEST_TYPES);
      byte[] body = reply.body().readAllBytes();
      return new HttpConnection.Reply(
          reply.status(), reply.headers(), new ByteArrayInputStream(body));
    }
  }

  /** Writes a small file for a client to take. */
  Path write(String name, String content) throws IOException {
    Path file = path(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    return Files.writeString(file, content);
  }

  /** Removes a tree; a link is removed, not followed. */
  static void delete(Path tree) {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
