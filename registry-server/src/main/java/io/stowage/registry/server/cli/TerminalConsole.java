package io.stowage.registry.server.cli;

import io.stowage.registry.server.control.Console;
import java.io.IOException;
import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;

/** The terminal, or whatever the shell put in its place, of whoever typed a command. */
final class TerminalConsole implements Console {
  private static final Logger LOG = LoggerFactory.getLogger(TerminalConsole.class);

  private final PrintWriter out;
  private final PrintWriter err;

  TerminalConsole(CommandSpec spec) {
    this.out = spec.commandLine().getOut();
    this.err = spec.commandLine().getErr();
  }

  /** Who doesn't read the answer any more, as {@code head} does, ends the command. */
  @Override
  public void out(String line) throws IOException {
    out.println(line);
    if (out.checkError()) {
      throw new IOException("nobody reads standard output any more");
    }
  }

  @Override
  public void err(String line) {
    err.println(line);
    err.flush();
  }

  @Override
  public void log(String line) {
    LOG.info("{}", line);
  }

  @Override
  public void proceed() {}
}
