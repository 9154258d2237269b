package io.stowage.registry.auth.token;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Certificates for tests, valid for a day around the test clock's start. */
final class Certificates {
  private static final Duration HALF_A_DAY = Duration.ofHours(12);
  private static final AtomicLong SERIAL = new AtomicLong(1);

  private Certificates() {}

  /** What a certificate says besides whose it is. */
  record Wish(boolean authority, int usage, @Nullable KeyPurposeId purpose, Instant notBefore) {
    static final Wish AUTHORITY = of(true, KeyUsage.keyCertSign);
    static final Wish SIGNER = of(false, KeyUsage.digitalSignature);

    static Wish of(boolean authority, int usage) {
      return new Wish(authority, usage, null, TestClock.START.minus(HALF_A_DAY));
    }

    Wish purpose(KeyPurposeId other) {
      return new Wish(authority, usage, other, notBefore);
    }

    Wish notBefore(Instant other) {
      return new Wish(authority, usage, purpose, other);
    }
  }

  static X509Certificate selfSigned(String name, Signer signer, Wish wish) {
    return issue(name, signer, name, signer, wish);
  }

  static X509Certificate issue(
      String name, Signer subject, String issuerName, Signer issuer, Wish wish) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=" + issuerName),
              BigInteger.valueOf(SERIAL.getAndIncrement()),
              Date.from(wish.notBefore),
              Date.from(wish.notBefore.plus(HALF_A_DAY).plus(HALF_A_DAY)),
              new X500Name("CN=" + name),
              subject.publicKey());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(wish.authority));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(wish.usage));
      if (wish.purpose != null) {
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(wish.purpose));
      }
      String algorithm =
          issuer.publicKey().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder(algorithm).build(issuer.privateKey())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String pem(X509Certificate certificate) {
    return Signer.pem("CERTIFICATE", der(certificate));
  }

  /** As the header {@code x5c} has them. */
  static List<String> chain(X509Certificate... certificates) {
    return Arrays.stream(certificates)
        .map(certificate -> Base64.getEncoder().encodeToString(der(certificate)))
        .toList();
  }

  private static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
