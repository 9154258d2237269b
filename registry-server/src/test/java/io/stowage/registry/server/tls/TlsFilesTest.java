package io.stowage.registry.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.server.http.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files of TLS must hold together. */
final class TlsFilesTest {
  @TempDir private Path temp;

  private Path certificate;
  private Path key;
  private Path ca;
  private KeyPair pair;
  private X509Certificate server;

  @BeforeEach
  void writeFiles() throws Exception {
    pair = Pem.key("secp256r1");
    server = Pem.certificate("a.test", pair);
    certificate = Files.writeString(temp.resolve("registry.crt"), Pem.of(server));
    key = Files.createFile(temp.resolve("registry.key"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(key, Pem.of(pair.getPrivate()));
    ca = temp.resolve("clients.crt");
  }

  @Test
  void read_filesThatFit_givesAllWithoutWarning() throws Exception {
    X509Certificate first = Pem.certificate("one", Pem.key("RSA"));
    X509Certificate second = Pem.certificate("two", Pem.key("secp256r1"));
    Files.writeString(ca, Pem.of(first, second));

    TlsMaterial read = new TlsFiles(certificate, key, null, List.of(ca)).read(Pem.NOW);

    assertThat(read.chain()).containsExactly(server);
    assertThat(read.key()).isEqualTo(pair.getPrivate());
    assertThat(read.clientCas()).containsExactly(first, second);
    assertThat(read.warnings()).isEmpty();
    assertThat(read.notAfter()).isEqualTo(server.getNotAfter().toInstant());
  }

  @Test
  void settings_ofWhatWasRead_areAllOfIt() throws Exception {
    Files.writeString(ca, Pem.of(Pem.certificate("one", Pem.key("secp256r1"))));
    TlsMaterial read = new TlsFiles(certificate, key, null, List.of(ca)).read(Pem.NOW);

    TlsSettings settings =
        read.settings(TlsSettings.ClientAuth.REQUIRE_AND_VERIFY, true, List.of("A"));

    assertThat(settings)
        .isEqualTo(
            new TlsSettings(
                read.chain(),
                read.key(),
                read.clientCas(),
                TlsSettings.ClientAuth.REQUIRE_AND_VERIFY,
                true,
                List.of("A")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "secp256r1", "secp384r1", "secp521r1", "Ed25519"})
  void read_keyOfEachKind_belongsToItsCertificateOnly(String kind) throws Exception {
    KeyPair other = Pem.key(kind);
    Files.writeString(key, Pem.of(other.getPrivate()));
    assertRefused(
        key
            + ": the key doesn't belong to the certificate in "
            + certificate
            + " (expected: the key that it was issued for)");

    Files.writeString(certificate, Pem.of(Pem.certificate("a.test", other)));
    assertThat(read().key()).isEqualTo(other.getPrivate());
  }

  @Test
  void read_bothInOneFile_givesBoth() throws Exception {
    Files.writeString(key, Pem.of(pair.getPrivate()) + Pem.of(server));

    TlsFiles files = new TlsFiles(key, key, null, List.of());

    assertThat(files.read(Pem.NOW).chain()).containsExactly(server);
    assertThat(files.paths()).containsExactly(key);
  }

  // ---- What is refused.

  @Test
  void read_missingFile_isNamed() throws Exception {
    Files.delete(certificate);

    assertRefused(certificate + ": no such file or directory");
  }

  @Test
  void read_folder_isRefused() throws Exception {
    Files.delete(certificate);
    Files.createDirectory(certificate);

    assertRefused(certificate + ": can't be read: Is a directory");
  }

  @Test
  void read_noPem_isRefused() throws Exception {
    Files.write(certificate, server.getEncoded());

    assertRefused(certificate + ": is not PEM (expected: a line \"-----BEGIN ...-----\")");
  }

  @Test
  void read_hugeFile_isRefused() throws Exception {
    Files.writeString(certificate, "x".repeat(1024 * 1024 + 1));

    assertRefused(certificate + ": is too large (expected: 1 MiB at most)");
  }

  @Test
  void read_noCertificate_isRefused() throws Exception {
    Files.writeString(certificate, Pem.of(pair.getPrivate()));

    assertRefused(
        certificate + ": has no certificate (expected: a block \"-----BEGIN CERTIFICATE-----\")");
  }

  @Test
  void read_blockWithoutEnd_isRefused() throws Exception {
    Files.writeString(certificate, Pem.of(server) + Pem.of(server).replaceAll("-----END.*", ""));

    assertRefused(
        certificate + ": block 2 is damaged (expected: base64 between its BEGIN and its END line)");
  }

  @Test
  void read_noBase64_isRefused() throws Exception {
    Files.writeString(
        certificate, "-----BEGIN CERTIFICATE-----\n!\u00fc!!\n-----END CERTIFICATE-----\n");

    assertRefused(
        certificate + ": block 1 is damaged (expected: base64 between its BEGIN and its END line)");
  }

  @Test
  void read_damagedCertificate_isRefused() throws Exception {
    Files.writeString(certificate, Pem.of(server) + Pem.of("CERTIFICATE", new byte[] {1, 2}));

    assertRefused(certificate + ": certificate 2 can't be read (expected: X.509)");
  }

  @Test
  void read_serverNotFirst_saysWhichIsIt() throws Exception {
    X509Certificate issuer = Pem.certificate("issuer", Pem.key("secp256r1"));
    Files.writeString(certificate, Pem.of(issuer, server));

    assertRefused(
        certificate
            + ": the key in "
            + key
            + " belongs to certificate 2 (expected: the server's certificate first)");
  }

  @Test
  void read_clientCaWithoutCertificate_isRefused() throws Exception {
    Files.writeString(ca, Pem.of(pair.getPrivate()));

    assertThatThrownBy(() -> new TlsFiles(certificate, key, null, List.of(ca)).read(Pem.NOW))
        .isInstanceOf(TlsFileException.class)
        .hasMessage(
            ca + ": has no certificate (expected: a block \"-----BEGIN CERTIFICATE-----\")");
  }

  // ---- What is only warned of.

  @Test
  void read_expiredCertificate_warns() throws Exception {
    Instant end = server.getNotAfter().toInstant();

    assertThat(read(end).warnings()).isEmpty();
    assertThat(read(end.plusSeconds(1)).warnings())
        .containsExactly(
            certificate + ": the certificate of CN=a.test expired at 2026-11-24T19:10:09Z");
  }

  @Test
  void read_certificateOfTomorrow_warns() throws Exception {
    Instant begin = server.getNotBefore().toInstant();

    assertThat(read(begin).warnings()).isEmpty();
    assertThat(read(begin.minusSeconds(1)).warnings())
        .containsExactly(
            certificate
                + ": the certificate of CN=a.test is not valid before 2026-11-22T19:10:09Z");
  }

  @Test
  void read_expiredClientCa_warns() throws Exception {
    Files.writeString(ca, Pem.of(Pem.certificate("one", Pem.key("secp256r1"))));

    assertThat(
            new TlsFiles(certificate, key, null, List.of(ca))
                .read(Pem.NOW.plus(Duration.ofDays(3)))
                .warnings())
        .contains(ca + ": the certificate of CN=one expired at 2026-11-24T19:10:09Z");
  }

  @Test
  void read_keyForEverybody_warns() throws Exception {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(read().warnings())
        .containsExactly(key + ": everybody on this machine may read the key; chmod 600 helps");
  }

  @Test
  void read_noAlternativeName_warns() throws Exception {
    Instant until = Pem.NOW.plus(Duration.ofDays(1));
    Files.writeString(certificate, Pem.of(Pem.certificate("a.test", "a.test", pair, until, false)));

    assertThat(read().warnings())
        .containsExactly(
            certificate
                + ": the certificate has no subject alternative name; docker and most other"
                + " clients refuse it");
  }

  @Test
  void read_chainOutOfOrder_warns() throws Exception {
    Instant until = Pem.NOW.plus(Duration.ofDays(1));
    X509Certificate issued = Pem.certificate("middle", "a.test", pair, until, true);
    X509Certificate middle = Pem.certificate("root", "middle", Pem.key("secp256r1"), until, false);
    X509Certificate root = Pem.certificate("root", Pem.key("secp256r1"));

    Files.writeString(certificate, Pem.of(issued, middle, root));
    assertThat(read().warnings()).isEmpty();

    Files.writeString(certificate, Pem.of(issued, root, middle));
    assertThat(read().warnings())
        .containsExactly(
            certificate
                + ": certificate 2 didn't issue the one before it; clients may not find the way to"
                + " who they trust");
  }

  @Test
  void toString_ofFilesAndContent_holdsNoSecret_SL1() throws Exception {
    TlsFiles files = new TlsFiles(certificate, key, "SECRET", List.of(ca));

    assertThat(files.toString()).isEqualTo("TlsFiles[%s, %s, %s]".formatted(certificate, key, ca));
    assertThat(read().toString()).isEqualTo("TlsMaterial[CN=a.test until 2026-11-24T19:10:09Z]");
  }

  private TlsMaterial read() throws IOException {
    return read(Pem.NOW);
  }

  private TlsMaterial read(Instant now) throws IOException {
    return new TlsFiles(certificate, key, null, List.of()).read(now);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(this::read)
        .isInstanceOf(TlsFileException.class)
        .hasNoCause()
        .hasMessage(message);
  }
}
