package io.stowage.registry.server.control;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A console that remembers what it was told, each line behind the place where it went. */
final class Lines implements Console {
  private final List<String> all = new CopyOnWriteArrayList<>();

  List<String> all() {
    return all;
  }

  @Override
  public void out(String line) {
    all.add("out " + line);
  }

  @Override
  public void err(String line) {
    all.add("err " + line);
  }

  @Override
  public void log(String line) {
    all.add("log " + line);
  }

  @Override
  public void proceed() {}
}
