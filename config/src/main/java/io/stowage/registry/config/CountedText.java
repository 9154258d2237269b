package io.stowage.registry.config;

/** Text that lets itself be looked at only so often: a bound on a backtracking pattern. */
final class CountedText implements CharSequence {
  private static final int MAX_READS = 1_000_000;

  private final String text;
  private int reads;

  CountedText(String text) {
    this.text = text;
  }

  /** The bound is reached. */
  static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exhausted() {
      super("pattern looked at the text more than " + MAX_READS + " times", null, false, false);
    }
  }

  @Override
  public char charAt(int index) {
    if (++reads > MAX_READS) {
      throw new Exhausted();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
