package io.stowage.registry.server.http;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** What a client of a test trusts, and who it is. */
public final class TestTrust {
  private static final char[] NO_SECRET = "none".toCharArray();

  private TestTrust() {}

  /** Trusts servers of this authority, and has no certificate. */
  public static SSLContext in(TestCertificates authority) {
    return in(authority, null);
  }

  /** The same with a certificate, if there is one. */
  public static SSLContext in(TestCertificates authority, TestCertificates.@Nullable Owned client) {
    try {
      KeyStore trusted = store();
      trusted.setCertificateEntry("root", authority.root());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(client == null ? null : keys(client), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static KeyManager[] keys(TestCertificates.Owned client)
      throws GeneralSecurityException, IOException {
    KeyStore own = store();
    own.setKeyEntry("client", client.key(), NO_SECRET, new Certificate[] {client.certificate()});
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(own, NO_SECRET);
    return factory.getKeyManagers();
  }

  private static KeyStore store() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }
}
