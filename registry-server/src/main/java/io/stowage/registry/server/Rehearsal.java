package io.stowage.registry.server;

import io.stowage.registry.auth.htpasswd.HtpasswdException;
import io.stowage.registry.auth.htpasswd.HtpasswdFile;
import io.stowage.registry.auth.token.TrustedKeys;
import io.stowage.registry.config.AuthSettings;
import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ListenAddress;
import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.config.TlsSettings;
import io.stowage.registry.storage.filesystem.FileStorageOptions;
import io.stowage.registry.storage.filesystem.VolumeRights;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A start that leaves no trace: it reads the files that a configuration names and looks at the
 * volume and the addresses, by the code that a start does it with, and collects everything in the
 * way. It makes no file, takes no lock and listens nowhere, so a server may be running beside it.
 */
public final class Rehearsal {
  private final List<Obstacle> obstacles = new ArrayList<>();
  private final List<Remark> remarks = new ArrayList<>();

  private Rehearsal() {}

  /**
   * Why a start would fail.
   *
   * @param key the key that names what can't be used
   */
  public record Obstacle(String key, Exception cause) {}

  /**
   * What a start would warn of.
   *
   * @param key the key that names what it is about
   */
  public record Remark(String key, String message) {}

  /** All of a start that can be rehearsed. */
  public static Rehearsal of(Configuration configuration) {
    Rehearsal rehearsal = new Rehearsal();
    rehearsal.storage(configuration.storage());
    rehearsal.auth(configuration.auth());
    rehearsal.address("http.addr", configuration.http().address());
    if (configuration.http().debug() != null) {
      rehearsal.address("http.debug.addr", configuration.http().debug().address());
    }
    rehearsal.tls(configuration.http().tls(), configuration.http().http2());
    return rehearsal;
  }

  public List<Obstacle> obstacles() {
    return List.copyOf(obstacles);
  }

  public List<Remark> remarks() {
    return List.copyOf(remarks);
  }

  /** One step of a start. */
  private interface Step {
    void take() throws IOException, HtpasswdException;
  }

  private void rehearse(String key, Step step) {
    try {
      step.take();
    } catch (IOException | HtpasswdException | IllegalArgumentException e) {
      obstacles.add(new Obstacle(key, e));
    }
  }

  private void storage(StorageSettings settings) {
    String key = "storage.filesystem.rootdirectory";
    FileStorageOptions options =
        FileStorageOptions.of(settings.filesystem().rootDirectory())
            .withReadOnly(settings.readOnly());
    rehearse(
        key,
        () -> {
          if (!VolumeRights.require(options) && !settings.readOnly()) {
            remarks.add(new Remark(key, options.root() + " is mounted for reading only"));
          }
        });
  }

  private void auth(AuthSettings settings) {
    switch (settings) {
      case AuthSettings.None _ -> {}
      case AuthSettings.Htpasswd htpasswd -> users("auth.htpasswd.path", htpasswd);
      case AuthSettings.Token token ->
          rehearse(
              token.rootCertBundle() == null ? "auth.token.jwks" : "auth.token.rootcertbundle",
              () -> TrustedKeys.read(token.rootCertBundle(), token.jwks()));
    }
  }

  private void users(String key, AuthSettings.Htpasswd settings) {
    if (settings.createMissing() && !Files.exists(settings.path())) {
      remarks.add(new Remark(key, settings.path() + " is not there; a start makes it"));
      return;
    }
    rehearse(
        key,
        () -> {
          if (HtpasswdFile.read(settings.path()).size() == 0) {
            remarks.add(new Remark(key, settings.path() + " has no users, so nobody can log in"));
          }
        });
  }

  private void address(String key, ListenAddress address) {
    switch (address) {
      case ListenAddress.Tcp tcp -> rehearse(key, () -> requireKnown(tcp.host()));
      case ListenAddress.Unix(Path path) ->
          rehearse(key, () -> requirePlace(path.toAbsolutePath().getParent()));
    }
  }

  private static void requireKnown(String host) throws IOException {
    try {
      if (!host.isEmpty()) {
        InetAddress.getByName(host);
      }
    } catch (UnknownHostException e) {
      throw new IOException("cannot listen on " + host + ": unknown host", e);
    }
  }

  private static void requirePlace(@Nullable Path folder) throws IOException {
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder));
    }
    if (!Files.isWritable(folder)) {
      throw new AccessDeniedException(folder.toString());
    }
  }

  private void tls(@Nullable TlsSettings settings, boolean http2) {
    if (settings == null) {
      return;
    }
    String key = "http.tls.certificate";
    TlsAssembly assembly;
    try {
      assembly = new TlsAssembly(settings);
    } catch (IllegalArgumentException unknownSuite) {
      obstacles.add(new Obstacle("http.tls.ciphersuites", unknownSuite));
      return;
    }
    rehearse(
        key, () -> assembly.rehearse(http2).forEach(text -> remarks.add(new Remark(key, text))));
  }
}
