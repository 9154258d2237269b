package io.stowage.registry.auth.token;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One object of a PEM file (RFC 7468), decoded from base64 and no further. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PemBlock(String label, byte[] der) {
  private static final Pattern SHAPE =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----", Pattern.DOTALL);

  /**
   * The blocks of a text in order; what stands between them is explanation.
   *
   * @throws IllegalArgumentException if a block is not base64
   */
  static List<PemBlock> parse(String text) {
    List<PemBlock> blocks = new ArrayList<>();
    Matcher matcher = SHAPE.matcher(text);
    while (matcher.find()) {
      byte[] der = Base64.getDecoder().decode(matcher.group(2).replaceAll("\\s", ""));
      blocks.add(new PemBlock(matcher.group(1), der));
    }
    return blocks;
  }
}
