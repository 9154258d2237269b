package io.stowage.registry.server;

import io.stowage.registry.server.control.Console;
import java.util.ArrayList;
import java.util.List;

/** A console that remembers what it was told, by where it went. */
record RecordedConsole(List<String> out, List<String> err, List<String> log) implements Console {
  RecordedConsole() {
    this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  @Override
  public void out(String line) {
    out.add(line);
  }

  @Override
  public void err(String line) {
    err.add(line);
  }

  @Override
  public void log(String line) {
    log.add(line);
  }

  @Override
  public void proceed() {}
}
