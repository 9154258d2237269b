package io.stowage.registry.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of a client program with a time limit. Whatever goes wrong is told together with
 * everything that the program printed.
 *
 * @param words program and arguments
 * @param folder working directory, which also takes the captured output
 * @param input what the program reads from its standard input
 * @param variables environment on top of the inherited one
 */
public record Command(List<String> words, Path folder, Path input, Map<String, String> variables) {
  public static final Path NO_INPUT = Path.of("/dev/null");

  private static final Duration LIMIT = Duration.ofMinutes(3);

  public Command {
    words = List.copyOf(words);
    variables = Map.copyOf(variables);
  }

  /** What a finished program left: exit code, standard output and standard error, both stripped. */
  public record Result(String command, int exitCode, String output, String errors) {
    @Override
    public String toString() {
      return "%s%nexit code: %d%nstandard output:%n%s%nstandard error:%n%s"
          .formatted(command, exitCode, output, errors);
    }
  }

  /** The same command with more of an environment. */
  Command with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(variables);
    all.putAll(more);
    return new Command(words, folder, input, all);
  }

  /** Runs the program, which must end with 0. */
  public Result run() {
    Result result = attempt();
    if (result.exitCode() != 0) {
      throw new AssertionError(result);
    }
    return result;
  }

  /** Runs the program, which must refuse: end with anything but 0. */
  public Result refuse() {
    Result result = attempt();
    if (result.exitCode() == 0) {
      throw new AssertionError("expected to fail, but did not: " + result);
    }
    return result;
  }

  /** Runs the program, however it may end. */
  public Result attempt() {
    try {
      // Files rather than pipes: a grandchild that keeps a pipe open must not hold up the test.
      Path output = Files.createTempFile(folder, "output", ".txt");
      Path errors = Files.createTempFile(folder, "errors", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(folder.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(input.toFile()))
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().putAll(variables);
      Process process = builder.start();
      boolean ended = endsInTime(process);
      Result result =
          new Result(
              String.join(" ", words),
              ended ? process.exitValue() : -1,
              Files.readString(output, StandardCharsets.UTF_8).strip(),
              Files.readString(errors, StandardCharsets.UTF_8).strip());
      Files.delete(output);
      Files.delete(errors);
      if (!ended) {
        throw new AssertionError("still running after " + LIMIT + ": " + result);
      }
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", words), e);
    }
  }

  private static boolean endsInTime(Process process) {
    try {
      return process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
