package io.stowage.registry.access;

/** A credential that isn't made as it was wished for. The message names the value and the rule. */
public final class CredentialRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String value;
  private final String rule;

  public CredentialRefusedException(String value, String rule) {
    super(value + " (expected: " + rule + ")", null, false, false);
    this.value = value;
    this.rule = rule;
  }

  /** What is wrong, and of what kind it is: {@code robot name: ci}. */
  public String value() {
    return value;
  }

  /** What would be right. */
  public String rule() {
    return rule;
  }
}
