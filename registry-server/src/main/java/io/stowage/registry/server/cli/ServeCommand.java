package io.stowage.registry.server.cli;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.config.Loaded;
import io.stowage.registry.config.Notice;
import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.server.ConfigurationSource;
import io.stowage.registry.server.LogAssembly;
import io.stowage.registry.server.RegistryAssembly;
import io.stowage.registry.server.RegistryServer;
import io.stowage.registry.server.http.SocketActivation;
import io.stowage.registry.server.ops.Logging;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code registry serve [config.yml]}: runs the registry until it is told to stop. */
@Command(name = "serve", description = "Serve the registry until SIGTERM or SIGINT.")
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final String PATH_VARIABLE = "REGISTRY_CONFIGURATION_PATH";

  @Parameters(
      arity = "0..1",
      paramLabel = "CONFIG",
      description =
          "Configuration file; else $REGISTRY_CONFIGURATION_PATH; else built-in defaults: port 5000,"
              + " data in ./data.")
  private @Nullable Path file;

  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private HelpOption help = new HelpOption();

  ServeCommand() {}

  /** The command without the command-line library, for the start that everybody waits for. */
  static ServeCommand of(@Nullable Path file) {
    ServeCommand command = new ServeCommand();
    command.file = file;
    return command;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, String> environment = System.getenv();
    Loaded loaded;
    try {
      loaded =
          ConfigurationLoader.fromDisk().load(configurationFile(file, environment), environment);
    } catch (ConfigurationException e) {
      e.notices().forEach(ServeCommand::log);
      Logging.flush();
      errors().print(e);
      return 1;
    } catch (IOException e) {
      errors().print(e);
      return 1;
    }
    announce(loaded);
    // A start may wait for the volume; what is asked of it meanwhile must not end it.
    CompletableFuture<RegistryServer> started = new CompletableFuture<>();
    ReloadSignal.tell(
        () -> {
          var _ = started.thenAccept(RegistryServer::reload);
        });
    Configuration configuration = loaded.configuration();
    RegistryServer server =
        RegistryAssembly.start(
            configuration,
            source(loaded, file, environment),
            new FileOutputStream(FileDescriptor.out),
            SocketActivation.find(environment, ProcessHandle.current().pid()));
    stopWithTheProcess(server);
    started.complete(server);
    LOG.info("listening on {}", server.listeningOn());
    new CountDownLatch(1).await();
    return 0;
  }

  private static ConfigurationSource source(
      Loaded loaded, @Nullable Path named, Map<String, String> environment) {
    return new ConfigurationSource() {
      @Override
      public Loaded atStart() {
        return loaded;
      }

      @Override
      public Loaded read() throws IOException, ConfigurationException {
        return ConfigurationLoader.fromDisk()
            .load(configurationFile(named, environment), environment);
      }
    };
  }

  /** What the command line names, else the variable, else what is built in. */
  static ConfigurationFile configurationFile(@Nullable Path named, Map<String, String> environment)
      throws IOException {
    if (named != null) {
      return ConfigurationFile.read(named);
    }
    String variable = environment.getOrDefault(PATH_VARIABLE, "");
    return variable.isEmpty()
        ? ConfigurationFile.embedded()
        : ConfigurationFile.read(Path.of(variable));
  }

  private static ConfigurationErrors errors() {
    return new ConfigurationErrors(new PrintWriter(System.err, true, Charset.defaultCharset()));
  }

  private static void announce(Loaded loaded) {
    LogAssembly.configure(loaded.configuration().log());
    loaded.notices().forEach(ServeCommand::log);
    loaded.settings().forEach(setting -> LOG.debug("{}", setting.text()));
    StorageSettings storage = loaded.configuration().storage();
    LOG.info(
        "{} starts with {}{}",
        ProductVersion.current(),
        storage.filesystem().rootDirectory().toAbsolutePath().normalize(),
        storage.readOnly() ? ", for reading only" : "");
  }

  private static void log(Notice notice) {
    switch (notice.level()) {
      case INFO -> LOG.info("{}", notice.text());
      case WARNING -> LOG.warn("{}", notice.text());
    }
  }

  /**
   * A process that ends by a signal would report it in its exit code. We stopped as we were asked
   * to, which is a success: the hook ends the process itself when everything is closed.
   */
  private static void stopWithTheProcess(RegistryServer server) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("stop")
                .unstarted(
                    () -> {
                      LOG.info(
                          "stopping: requests in flight have {} s",
                          server.drainTimeout().toSeconds());
                      server.stop();
                      LOG.info("stopped");
                      Logging.finish();
                      Runtime.getRuntime().halt(0);
                    }));
  }
}
