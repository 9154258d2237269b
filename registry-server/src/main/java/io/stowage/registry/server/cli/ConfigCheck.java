package io.stowage.registry.server.cli;

import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.config.Loaded;
import io.stowage.registry.config.Notice;
import io.stowage.registry.config.Problem;
import io.stowage.registry.config.Setting;
import io.stowage.registry.config.Source;
import io.stowage.registry.server.Rehearsal;
import io.stowage.registry.server.ops.FailureText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One {@code registry config check}: values and warnings on one stream, problems on the other. */
final class ConfigCheck {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean onlyChanged;
  private final boolean strict;

  ConfigCheck(PrintWriter out, PrintWriter err) {
    this(out, err, false, false);
  }

  private ConfigCheck(PrintWriter out, PrintWriter err, boolean onlyChanged, boolean strict) {
    this.out = out;
    this.err = err;
    this.onlyChanged = onlyChanged;
    this.strict = strict;
  }

  /** The same that leaves out what stands at its default, or not. */
  ConfigCheck onlyChanged(boolean value) {
    return new ConfigCheck(out, err, value, strict);
  }

  /** The same that fails over a warning, or not. */
  ConfigCheck strict(boolean value) {
    return new ConfigCheck(out, err, onlyChanged, value);
  }

  /** The exit code. */
  int run(@Nullable Path named, Map<String, String> environment) {
    try {
      ConfigurationFile file = ServeCommand.configurationFile(named, environment);
      return check(file, ConfigurationLoader.fromDisk().load(file, environment));
    } catch (ConfigurationException e) {
      e.notices().forEach(notice -> print(notice, err));
      new ConfigurationErrors(err).print(e);
      return 1;
    } catch (IOException e) {
      new ConfigurationErrors(err).print(e);
      return 1;
    }
  }

  private int check(ConfigurationFile file, Loaded loaded) {
    Rehearsal rehearsal = Rehearsal.of(loaded.configuration());
    List<Notice> notices = new ArrayList<>(loaded.notices());
    for (Rehearsal.Remark remark : rehearsal.remarks()) {
      String message = remark.key() + ": " + remark.message();
      notices.add(new Notice(Notice.Level.WARNING, source(remark.key(), loaded), message));
    }
    out.println("# " + file.name());
    print(loaded.settings());
    if (!notices.isEmpty()) {
      out.println();
      notices.forEach(notice -> print(notice, out));
    }
    for (Rehearsal.Obstacle obstacle : rehearsal.obstacles()) {
      String message = obstacle.key() + ": " + FailureText.of(obstacle.cause());
      new ConfigurationErrors(err).print(new Problem(source(obstacle.key(), loaded), message));
    }
    return rehearsal.obstacles().isEmpty() && !(strict && isAnyWarning(notices)) ? 0 : 1;
  }

  /** Grouped by the sections of the file. */
  private void print(List<Setting> settings) {
    String section = "";
    for (Setting setting : shown(settings).toList()) {
      String its = setting.key().replaceFirst("\\..*", "");
      if (!its.equals(section)) {
        out.println();
      }
      section = its;
      out.println(setting.text());
    }
  }

  private Stream<Setting> shown(List<Setting> settings) {
    return settings.stream().filter(setting -> setting.changed() || !onlyChanged);
  }

  private static void print(Notice notice, PrintWriter to) {
    to.println(notice.level().name().toLowerCase(Locale.ROOT) + ": " + notice.text());
  }

  private static Source source(String key, Loaded loaded) {
    return loaded.settings().stream()
        .filter(setting -> setting.key().equals(key))
        .map(Setting::source)
        .findFirst()
        .orElse(Source.DEFAULT);
  }

  private static boolean isAnyWarning(List<Notice> notices) {
    return notices.stream().anyMatch(notice -> notice.level() == Notice.Level.WARNING);
  }
}
