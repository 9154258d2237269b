package io.stowage.registry.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files that TLS is configured with. Each reading starts afresh, so that they may be replaced
 * while the server runs; what is read is complete and fits together, or it is refused.
 *
 * @param certificate PEM: the server's certificate, then the certificates of who issued it
 * @param key PEM: the key of the server's certificate; may be the same file
 * @param keyPassphrase opens the key if it is encrypted
 * @param clientCas PEM: who may issue certificates of clients
 */
public record TlsFiles(
    Path certificate, Path key, @Nullable String keyPassphrase, List<Path> clientCas) {
  private static final byte[] PROBE = {1, 2, 3, 4};

  public TlsFiles {
    clientCas = List.copyOf(clientCas);
  }

  /** All of them, each once. */
  public List<Path> paths() {
    return Stream.concat(Stream.of(certificate, key), clientCas.stream()).distinct().toList();
  }

  /**
   * Reads them all.
   *
   * @param now against which the validity of certificates is judged; an invalid one is a warning
   *     only, as clients may think otherwise and an old certificate is better than no server
   */
  public TlsMaterial read(Instant now) throws TlsFileException {
    List<X509Certificate> chain = PemCertificates.in(PemFile.read(certificate));
    PrivateKey privateKey = PemKey.in(PemFile.read(key), keyPassphrase);
    requireBelongs(chain, privateKey);
    List<String> warnings = new ArrayList<>();
    aboutKeyFile().ifPresent(warnings::add);
    aboutNames(chain.getFirst()).ifPresent(warnings::add);
    aboutOrder(chain).ifPresent(warnings::add);
    chain.forEach(it -> aboutValidity(certificate, it, now).ifPresent(warnings::add));
    List<X509Certificate> cas = new ArrayList<>();
    for (Path file : clientCas) {
      for (X509Certificate ca : PemCertificates.in(PemFile.read(file))) {
        aboutValidity(file, ca, now).ifPresent(warnings::add);
        cas.add(ca);
      }
    }
    return new TlsMaterial(chain, privateKey, cas, warnings);
  }

  private void requireBelongs(List<X509Certificate> chain, PrivateKey privateKey)
      throws TlsFileException {
    OptionalInt owner =
        IntStream.range(0, chain.size()).filter(i -> belongs(privateKey, chain.get(i))).findFirst();
    if (owner.isEmpty()) {
      throw new TlsFileException(
          "%s: the key doesn't belong to the certificate in %s (expected: the key that it was"
                  .formatted(key, certificate)
              + " issued for)");
    }
    if (owner.getAsInt() > 0) {
      throw new TlsFileException(
          "%s: the key in %s belongs to certificate %d (expected: the server's certificate first)"
              .formatted(certificate, key, owner.getAsInt() + 1));
    }
  }

  /** Whether what the key signs is what the certificate confirms. */
  private static boolean belongs(PrivateKey privateKey, X509Certificate candidate) {
    String algorithm =
        switch (privateKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> privateKey.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(privateKey);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(candidate.getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  // ---- Warnings.

  private Optional<String> aboutKeyFile() {
    try {
      return Files.getPosixFilePermissions(key).contains(PosixFilePermission.OTHERS_READ)
          ? Optional.of(key + ": everybody on this machine may read the key; chmod 600 helps")
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private Optional<String> aboutNames(X509Certificate server) {
    try {
      return server.getSubjectAlternativeNames() == null
          ? Optional.of(
              certificate
                  + ": the certificate has no subject alternative name; docker and most other"
                  + " clients refuse it")
          : Optional.empty();
    } catch (CertificateParsingException e) {
      return Optional.of(certificate + ": the subject alternative names can't be read");
    }
  }

  private Optional<String> aboutOrder(List<X509Certificate> chain) {
    return IntStream.range(1, chain.size())
        .filter(i -> !issued(chain.get(i), chain.get(i - 1)))
        .mapToObj(
            i ->
                "%s: certificate %d didn't issue the one before it; clients may not find the way"
                        .formatted(certificate, i + 1)
                    + " to who they trust")
        .findFirst();
  }

  private static boolean issued(X509Certificate issuer, X509Certificate subject) {
    return issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal());
  }

  private static Optional<String> aboutValidity(Path file, X509Certificate it, Instant now) {
    String name = it.getSubjectX500Principal().getName();
    Instant from = it.getNotBefore().toInstant();
    Instant until = it.getNotAfter().toInstant();
    if (now.isAfter(until)) {
      return Optional.of("%s: the certificate of %s expired at %s".formatted(file, name, until));
    }
    return now.isBefore(from)
        ? Optional.of(
            "%s: the certificate of %s is not valid before %s".formatted(file, name, from))
        : Optional.empty();
  }

  /** Without the passphrase. */
  @Override
  public String toString() {
    return "TlsFiles" + paths();
  }
}
