package io.stowage.registry.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a command gets a password from: a person at a terminal, who sees nothing of it, or else one
 * line of standard input. Never from its arguments, which everybody on the machine can read.
 */
final class PasswordInput {
  private static final int MOST_BYTES = 1024;

  private final @Nullable Terminal terminal;
  private final InputStream in;

  /** Asks a person; null means that they ended the input. */
  @FunctionalInterface
  interface Terminal {
    char @Nullable [] readPassword(String prompt);
  }

  /**
   * @param terminal null if nobody is there to ask
   */
  PasswordInput(@Nullable Terminal terminal, InputStream in) {
    this.terminal = terminal;
    this.in = in;
  }

  @SuppressWarnings("SystemConsoleNull") // which it is again since JDK 25, where nobody is there
  static PasswordInput ofThisProcess() {
    Console console = System.console();
    return new PasswordInput(
        console != null && console.isTerminal()
            ? prompt -> console.readPassword("%s", prompt)
            : null,
        System.in);
  }

  /** A password that exists. */
  String existing(String user) throws IOException {
    return terminal == null ? line() : ask(terminal, "Password of " + user + ": ");
  }

  /** A password that is being made up; a person has to type it twice. */
  String chosen(String user) throws IOException {
    if (terminal == null) {
      return line();
    }
    String password = ask(terminal, "New password of " + user + ": ");
    if (!password.equals(ask(terminal, "The same again: "))) {
      throw new IOException("the two passwords differ; nothing was changed");
    }
    return password;
  }

  private static String ask(Terminal terminal, String prompt) throws IOException {
    char[] password = terminal.readPassword(prompt);
    if (password == null) {
      throw new IOException("no password was typed; nothing was changed");
    }
    return new String(password);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      throw new IOException(
          "no password on standard input (expected: one line; a container needs -i for that, and"
              + " -it to be asked)");
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
      if (line.size() > MOST_BYTES) {
        throw new IOException(
            "the password on standard input has more than " + MOST_BYTES + " bytes");
      }
    }
    String text = decoded(line.toByteArray());
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private static String decoded(byte[] line) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("the password on standard input is not text in UTF-8", e);
    }
  }
}
