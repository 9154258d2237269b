package io.stowage.registry.server.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;

/** The certificates of a PEM file in order, at least one. Other blocks are none of its business. */
final class PemCertificates {
  private static final String TYPE = "CERTIFICATE";

  private PemCertificates() {}

  static List<X509Certificate> in(PemFile file) throws TlsFileException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemObject block : file.blocks()) {
      if (block.getType().equals(TYPE)) {
        certificates.add(certificate(file, certificates.size() + 1, block.getContent()));
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsFileException(
          file.path() + ": has no certificate (expected: a block \"-----BEGIN CERTIFICATE-----\")");
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(PemFile file, int number, byte[] der)
      throws TlsFileException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new TlsFileException(
          "%s: certificate %d can't be read (expected: X.509)".formatted(file.path(), number));
    }
  }
}
