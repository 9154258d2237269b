package io.stowage.registry.testkit.fuzz;

/** A server answered an input with a status of 500 or above; counted apart from crashes. */
public final class ServerErrorAnswer extends AssertionError {
  private static final long serialVersionUID = 1L;

  public ServerErrorAnswer(String answer) {
    super(answer);
  }
}
