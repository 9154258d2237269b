package io.stowage.registry.testkit.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes inputs by breaking valid ones: one to eight small changes after another, few more often
 * than many, each of a kind that has broken parsers before. One input in sixteen stays whole, so
 * that the rules for what is accepted are tried too. Safe for any thread.
 */
public final class Mutator implements InputSource {
  /** The longest input, in bytes: enough to pass every limit on lines and names. */
  public static final int MAX_BYTES = 16 * 1024;

  private static final int MAX_CHANGES = 8;
  private static final int WHOLE_ONE_IN = 16;

  /** How often a piece is repeated at most: nesting and lists get deeper than any limit. */
  private static final int MAX_REPEATS = 512;

  /** Numbers around the limits of types, as text. */
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "00",
          "+1",
          "127",
          "255",
          "256",
          "65535",
          "65536",
          "2147483647",
          "2147483648",
          "4294967295",
          "4294967296",
          "999999999999999999",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551616",
          "99999999999999999999999999999999999999999999",
          "1e400",
          "-1e-400",
          "0x10",
          "1.5");

  /** The same, in binary: of one to eight bytes, big-endian. */
  private static final long[] BINARY_NUMBERS = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0x7fff,
    0x8000,
    0x7fff_ffff,
    0x8000_0000L,
    0x7fff_fff0,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final Corpus corpus;

  public Mutator(Corpus corpus) {
    this.corpus = corpus;
  }

  @Override
  public byte[] next(RandomGenerator random) {
    byte[] input = pick(corpus.valid(), random).clone();
    if (random.nextInt(WHOLE_ONE_IN) == 0) {
      return input;
    }
    int changes = 1;
    while (changes < MAX_CHANGES && random.nextBoolean()) {
      changes++;
    }
    for (int i = 0; i < changes; i++) {
      input = changed(input, random);
    }
    return input;
  }

  /** One change more. */
  private byte[] changed(byte[] input, RandomGenerator random) {
    int at = random.nextInt(input.length + 1);
    int end = at + random.nextInt(Math.min(input.length - at, 64) + 1);
    return switch (random.nextInt(12)) {
      case 0, 1 -> withBitFlipped(input, random);
      case 2 -> replaced(input, at, Math.min(at + 1, input.length), bytes(1, random));
      case 3 -> replaced(input, at, at, bytes(1 + random.nextInt(8), random));
      case 4 -> replaced(input, at, end, new byte[0]);
      case 5 -> replaced(input, at, input.length, new byte[0]);
      case 6 -> repeated(input, at, end, random);
      case 7 -> spliced(input, at, random);
      case 8 -> replaced(input, at, at, pick(corpus.words(), random));
      case 9 -> replaced(input, at, end, pick(corpus.words(), random));
      case 10 -> withNumberReplaced(input, at, random);
      case 11 -> withBinaryNumber(input, at, random);
      default -> throw new IllegalStateException("no such change");
    };
  }

  private static byte[] withBitFlipped(byte[] input, RandomGenerator random) {
    if (input.length > 0) {
      input[random.nextInt(input.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return input;
  }

  private static byte[] repeated(byte[] input, int from, int to, RandomGenerator random) {
    int times = random.nextBoolean() ? 2 : 1 + random.nextInt(MAX_REPEATS);
    byte[] piece = new byte[Math.min((to - from) * times, MAX_BYTES)];
    for (int i = 0; i < piece.length; i++) {
      piece[i] = input[from + i % (to - from)];
    }
    return replaced(input, from, to, piece);
  }

  /** Ends as another valid input does. */
  private byte[] spliced(byte[] input, int at, RandomGenerator random) {
    byte[] other = pick(corpus.valid(), random);
    int from = random.nextInt(other.length + 1);
    return replaced(input, at, input.length, Arrays.copyOfRange(other, from, other.length));
  }

  /** Replaces the first number from there on by one at the limit of some type. */
  private static byte[] withNumberReplaced(byte[] input, int at, RandomGenerator random) {
    int from = at;
    while (from < input.length && !isDigit(input[from])) {
      from++;
    }
    int to = from;
    while (to < input.length && isDigit(input[to])) {
      to++;
    }
    return replaced(input, from, to, pick(NUMBERS, random).getBytes(US_ASCII));
  }

  private static byte[] withBinaryNumber(byte[] input, int at, RandomGenerator random) {
    long number = BINARY_NUMBERS[random.nextInt(BINARY_NUMBERS.length)];
    int width = 1 << random.nextInt(4);
    for (int i = 0; i < width && at + i < input.length; i++) {
      input[at + i] = (byte) (number >> (Byte.SIZE * (width - 1 - i)));
    }
    return input;
  }

  /** Puts a piece in the place of another, and cuts what gets too long. */
  private static byte[] replaced(byte[] input, int from, int to, byte[] piece) {
    int rest = input.length - to;
    int length = Math.min(from + piece.length + rest, Math.max(MAX_BYTES, input.length));
    byte[] result = new byte[length];
    System.arraycopy(input, 0, result, 0, from);
    int pieceLength = Math.min(piece.length, length - from);
    System.arraycopy(piece, 0, result, from, pieceLength);
    System.arraycopy(input, to, result, from + pieceLength, length - from - pieceLength);
    return result;
  }

  private static byte[] bytes(int count, RandomGenerator random) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** One of these, each as likely as the others. */
  public static <T> T pick(List<T> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
