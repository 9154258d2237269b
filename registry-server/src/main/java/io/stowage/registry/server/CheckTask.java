package io.stowage.registry.server;

import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.server.control.CallerGoneException;
import io.stowage.registry.server.control.Console;
import io.stowage.registry.server.control.Task;
import io.stowage.registry.storage.filesystem.FileStorage;
import io.stowage.registry.storage.filesystem.VolumeCheck;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code check}: the same in a process of its own and, for repairs, in a running server. */
public final class CheckTask implements Task {
  /** Its name on the control socket. */
  public static final String NAME = "check";

  /** The exit code for whatever prevents an answer. */
  public static final int UNCHECKED = 2;

  private final FileStorage storage;
  private final StorageSettings settings;

  public CheckTask(FileStorage storage, StorageSettings settings) {
    this.storage = storage;
    this.settings = settings;
  }

  /** What the command line asks for. */
  public record Wish(boolean repair, boolean quick) {
    private static final String REPAIR = "repair";
    private static final String QUICK = "quick";

    /** In words of the control socket. */
    public List<String> words() {
      List<String> words = new ArrayList<>();
      if (repair) {
        words.add(REPAIR);
      }
      if (quick) {
        words.add(QUICK);
      }
      return words;
    }

    private static Wish of(List<String> words) {
      return new Wish(words.contains(REPAIR), words.contains(QUICK));
    }
  }

  @Override
  public int run(List<String> words, Console console) throws IOException {
    Wish wish = Wish.of(words);
    if (!wish.words().containsAll(words)) {
      console.err("Error: the server does not know all of " + words);
      return UNCHECKED;
    }
    Path root = settings.filesystem().rootDirectory().toAbsolutePath().normalize();
    CheckReport report = new CheckReport(console, root);
    try {
      VolumeCheck.Order order =
          new VolumeCheck.Order(
              !wish.quick(),
              wish.repair(),
              settings.uploadPurging().age(),
              settings.collectionGrace());
      return report.summary(storage.check().run(order, report));
    } catch (CallerGoneException e) {
      throw e;
    } catch (NoSuchFileException e) {
      console.err("Error: open " + e.getFile() + ": no such file or directory");
    } catch (IOException e) {
      console.err("Error: the check ended before it was done: " + e.getMessage());
    }
    return UNCHECKED;
  }
}
