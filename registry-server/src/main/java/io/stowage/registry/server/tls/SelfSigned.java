package io.stowage.registry.server.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * A certificate for a first try: a server's, issued by an authority that is made for it alone and
 * whose key nobody keeps. So clients that trust the authority trust this one server and nobody
 * else, ever; and also those clients are content that refuse an authority as a server.
 *
 * @param hosts the names and addresses that the certificate is for
 * @param server the server's certificate
 * @param authority what clients are told to trust
 */
public record SelfSigned(
    List<String> hosts, PrivateKey key, X509Certificate server, X509Certificate authority) {
  private static final int MAX_COMMON_NAME = 64;
  private static final int SERIAL_BITS = 127;
  private static final int MAX_DAYS = 3650;

  /** Clocks of clients may be behind ours. */
  private static final Duration BACKDATED = Duration.ofHours(1);

  public SelfSigned {
    hosts = List.copyOf(hosts);
  }

  /**
   * Makes key and certificate.
   *
   * @param hosts names and addresses; if none is given, those of this machine as seen from itself
   * @param days how long it is valid from now on
   * @throws IllegalArgumentException that names the host or number that can't be
   */
  public static SelfSigned make(List<String> hosts, int days, Instant now) {
    if (days < 1 || days > MAX_DAYS) {
      throw new IllegalArgumentException("days: " + days + " (expected: 1 to " + MAX_DAYS + ")");
    }
    HostNames names = hosts.isEmpty() ? HostNames.ofThisMachine() : new HostNames(hosts);
    Instant until = now.plus(days, ChronoUnit.DAYS);
    try {
      return new Issuing(names, now.minus(BACKDATED), until, new SecureRandom()).issue();
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("this Java runtime can't make a certificate", e);
    }
  }

  public String serverPem() {
    return pem("CERTIFICATE", encoded(server));
  }

  public String authorityPem() {
    return pem("CERTIFICATE", encoded(authority));
  }

  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "SelfSigned" + hosts;
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was just made has no encoding", e);
    }
  }

  private static String pem(String type, byte[] content) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, content));
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory can't be written", e);
    }
    return text.toString();
  }

  /** The making of one. */
  private record Issuing(HostNames names, Instant from, Instant until, SecureRandom random) {

    SelfSigned issue() throws GeneralSecurityException, IOException, OperatorCreationException {
      KeyPair authorityKey = keyPair();
      KeyPair serverKey = keyPair();
      // Of its own for each run, or a client that trusts two of them can't tell them apart.
      X500Name authorityName =
          name("Stowage self-signed " + Long.toHexString(random.nextLong() | Long.MIN_VALUE));
      X509Certificate authority =
          signed(authority(authorityName, authorityKey), authorityKey.getPrivate());
      X509Certificate server =
          signed(server(authorityName, authorityKey, serverKey), authorityKey.getPrivate());
      return new SelfSigned(names.hosts(), serverKey.getPrivate(), server, authority);
    }

    private KeyPair keyPair() throws GeneralSecurityException {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    }

    private X509v3CertificateBuilder authority(X500Name name, KeyPair key)
        throws GeneralSecurityException, IOException {
      JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
      return builder(name, name, key)
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              ids.createSubjectKeyIdentifier(key.getPublic()));
    }

    private X509v3CertificateBuilder server(X500Name issuer, KeyPair issuerKey, KeyPair key)
        throws GeneralSecurityException, IOException {
      JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
      String first = names.hosts().getFirst();
      X500Name subject = name(first.length() <= MAX_COMMON_NAME ? first : "registry");
      return builder(issuer, subject, key)
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
          .addExtension(Extension.subjectAlternativeName, false, names.alternativeNames())
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              ids.createSubjectKeyIdentifier(key.getPublic()))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              ids.createAuthorityKeyIdentifier(issuerKey.getPublic()));
    }

    private X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair key) {
      return new JcaX509v3CertificateBuilder(
          issuer,
          new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1),
          Date.from(from),
          Date.from(until),
          subject,
          key.getPublic());
    }

    private static X500Name name(String commonName) {
      return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
        throws GeneralSecurityException, OperatorCreationException {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }
  }
}
