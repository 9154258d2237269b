package io.stowage.registry.server.tls;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.encoders.DecoderException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * The blocks of a PEM file (RFC 7468) in order, at least one. What stands between them, such as the
 * {@code Bag Attributes} that OpenSSL writes, is commentary.
 */
record PemFile(Path path, List<PemObject> blocks) {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  static PemFile read(Path path) throws TlsFileException {
    String text = text(path);
    List<PemObject> blocks = new ArrayList<>();
    try (PemReader reader = new PemReader(new StringReader(text))) {
      PemObject block = reader.readPemObject();
      while (block != null) {
        blocks.add(block);
        block = reader.readPemObject();
      }
    } catch (IOException | DecoderException e) {
      throw new TlsFileException(
          "%s: block %d is damaged (expected: base64 between its BEGIN and its END line)"
              .formatted(path, blocks.size() + 1));
    }
    if (blocks.isEmpty()) {
      throw new TlsFileException(path + ": is not PEM (expected: a line \"-----BEGIN ...-----\")");
    }
    return new PemFile(path, List.copyOf(blocks));
  }

  /** As bytes in the form of characters, as comments may be in any encoding. */
  private static String text(Path path) throws TlsFileException {
    byte[] bytes;
    try (var in = Files.newInputStream(path)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new TlsFileException(path + ": no such file or directory");
    } catch (AccessDeniedException e) {
      throw new TlsFileException(path + ": permission denied");
    } catch (IOException e) {
      throw new TlsFileException(path + ": can't be read: " + e.getMessage());
    }
    if (bytes.length > MAX_BYTES) {
      throw new TlsFileException(path + ": is too large (expected: 1 MiB at most)");
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
  }
}
