package io.stowage.registry.server.http;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority for tests, and what it signs. */
public final class TestCertificates {
  private final X509Certificate root;
  private final KeyPair rootKeys;

  /** A certificate with its key. */
  public record Owned(X509Certificate certificate, PrivateKey key) {}

  private TestCertificates(X509Certificate root, KeyPair rootKeys) {
    this.root = root;
    this.rootKeys = rootKeys;
  }

  /** A new authority of this name. */
  public static TestCertificates authority(String name) {
    KeyPair keys = keys("EC", 256);
    X500Principal subject = new X500Principal("CN=" + name);
    return new TestCertificates(sign(subject, keys, subject, keys, null), keys);
  }

  public X509Certificate root() {
    return root;
  }

  /** A certificate of a server on this machine. */
  public Owned server(String name) {
    return issue(name, keys("EC", 256), KeyPurposeId.id_kp_serverAuth);
  }

  /** The same with a key of RSA. */
  public Owned rsaServer(String name) {
    return issue(name, keys("RSA", 2048), KeyPurposeId.id_kp_serverAuth);
  }

  public Owned client(String name) {
    return issue(name, keys("EC", 256), KeyPurposeId.id_kp_clientAuth);
  }

  /** What a server needs to present this certificate, and to ask for none. */
  public static TlsSettings settings(Owned server) {
    return new TlsSettings(
        List.of(server.certificate()),
        server.key(),
        List.of(),
        TlsSettings.ClientAuth.NONE,
        false,
        List.of());
  }

  private Owned issue(String name, KeyPair keys, KeyPurposeId purpose) {
    X500Principal subject = new X500Principal("CN=" + name);
    return new Owned(
        sign(subject, keys, root.getSubjectX500Principal(), rootKeys, purpose), keys.getPrivate());
  }

  private static KeyPair keys(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static X509Certificate sign(
      X500Principal subject,
      KeyPair keys,
      X500Principal issuer,
      KeyPair issuerKeys,
      @Nullable KeyPurposeId purpose) {
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            BigInteger.valueOf(now.toEpochMilli())
                .shiftLeft(20)
                .add(BigInteger.valueOf(System.nanoTime() & 0xfffff)),
            Date.from(now.minus(1, ChronoUnit.HOURS)),
            Date.from(now.plus(1, ChronoUnit.DAYS)),
            subject,
            keys.getPublic());
    try {
      if (purpose == null) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      } else {
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.dNSName, "localhost"),
                  new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                }));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
