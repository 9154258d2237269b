package io.stowage.registry.server.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Keys and certificates as tests need them, and how files write them. */
final class Pem {
  static final Instant NOW = Instant.parse("2026-11-23T19:10:09Z");

  private Pem() {}

  /** A key of this kind: {@code RSA}, {@code Ed25519} or the name of a curve. */
  static KeyPair key(String kind) throws Exception {
    boolean curve = kind.startsWith("sec");
    KeyPairGenerator generator = KeyPairGenerator.getInstance(curve ? "EC" : kind);
    if (curve) {
      generator.initialize(new ECGenParameterSpec(kind));
    }
    return generator.generateKeyPair();
  }

  /** A certificate from yesterday to tomorrow that its own key signed. */
  static X509Certificate certificate(String name, KeyPair key) throws Exception {
    return certificate(name, name, key, NOW.plus(1, ChronoUnit.DAYS), true);
  }

  static X509Certificate certificate(
      String issuer, String name, KeyPair key, Instant until, boolean alternativeName)
      throws Exception {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=" + issuer),
            BigInteger.ONE,
            Date.from(until.minus(2, ChronoUnit.DAYS)),
            Date.from(until),
            new X500Name("CN=" + name),
            key.getPublic());
    if (alternativeName) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
    }
    String algorithm =
        switch (key.getPrivate().getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder(algorithm).build(key.getPrivate())));
  }

  static String of(X509Certificate... certificates) throws Exception {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      text.append(of("CERTIFICATE", certificate.getEncoded()));
    }
    return text.toString();
  }

  /** PKCS#8. */
  static String of(PrivateKey key) throws IOException {
    return of("PRIVATE KEY", key.getEncoded());
  }

  /** PKCS#1 or SEC1: what is inside of PKCS#8. */
  static String traditional(PrivateKey key) throws IOException {
    return of(
        key.getAlgorithm() + " PRIVATE KEY",
        PrivateKeyInfo.getInstance(key.getEncoded())
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded());
  }

  static String of(String type, byte[] content) throws IOException {
    return of(new PemObject(type, content));
  }

  static String of(PemObject block) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(block);
    }
    return text.toString();
  }
}
