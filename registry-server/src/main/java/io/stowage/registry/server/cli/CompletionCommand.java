package io.stowage.registry.server.cli;

import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code registry completion}: what a shell needs to complete the words of this program. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes the words of this program.",
      "For this session: source <(registry completion bash)"
    })
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..1", paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  private @Nullable Shell shell;

  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private HelpOption help = new HelpOption();

  CompletionCommand() {}

  /** As they are typed. One script serves both: it has zsh take the words of bash. */
  private enum Shell {
    bash,
    zsh
  }

  /** Without a shell: how to use it, as distribution's command does. */
  @Override
  public void run() {
    CommandLine own = spec.commandLine();
    if (shell == null) {
      own.usage(own.getOut());
    } else {
      CommandLine program = own.getParent();
      own.getOut().print(AutoComplete.bash(program.getCommandName(), program));
      own.getOut().flush();
    }
  }
}
