package io.stowage.registry.server.http;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of a server: what is in force for new handshakes, and how a channel gets it. BoringSSL
 * where its library can be loaded, else the JDK's. A connection keeps what it began with, and that
 * is freed after the last one. Safe for use by many threads.
 */
final class TlsContext {
  /** The name of the handler of TLS in a pipeline. */
  static final String HANDLER = "tls";

  private static final Logger log = LoggerFactory.getLogger(TlsContext.class);
  private static final Duration CLOSE_NOTIFY_LIMIT = Duration.ofSeconds(1);
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
  private static final List<String> TLS13_SUITES =
      List.of("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256");

  /** Forward secrecy and authenticated encryption, for both kinds of keys. */
  private static final List<String> TLS12_SUITES =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

  private record InForce(SslContext context, boolean verifiesClients) {}

  private final Serving serving;
  private InForce inForce; // guarded by this

  /**
   * TLS as the server's settings want it.
   *
   * @throws SSLException if the material cannot be used
   */
  TlsContext(Serving serving, TlsSettings tls) throws SSLException {
    this.serving = serving;
    this.inForce = context(tls, serving.settings().http2());
  }

  /**
   * Makes a context of the settings and lets go of it.
   *
   * @throws SSLException if the material cannot be used
   */
  static void requireUsable(TlsSettings tls, boolean http2) throws SSLException {
    ReferenceCountUtil.release(context(tls, http2).context);
  }

  /** Puts TLS in front of everything on a new channel. What follows is chosen in the handshake. */
  synchronized void protect(Channel channel) {
    SslHandler handler =
        inForce.context.newHandler(channel.alloc(), task -> Thread.ofVirtual().start(task));
    // Netty would hand over one record at a time, each in a buffer of its own.
    handler.setWrapDataSize(Budget.PIECE_BYTES);
    handler.setHandshakeTimeoutMillis(serving.limits().headerTimeout().toMillis());
    handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_LIMIT.toMillis());
    Handshake handshake = new Handshake(serving, channel, handler, inForce.verifiesClients);
    channel
        .pipeline()
        .addLast(new PlainTextRefusal(serving, handler, handshake))
        .addLast(new AlertFirst(handler, serving.limits().maxDrainBytes()))
        .addLast(HANDLER, handler)
        .addLast(handshake);
  }

  /**
   * New handshakes use these settings.
   *
   * @throws SSLException if the material cannot be used; what was in force stays
   */
  void replace(TlsSettings tls) throws SSLException {
    InForce next = context(tls, serving.settings().http2());
    InForce last;
    synchronized (this) {
      last = inForce;
      inForce = next;
    }
    ReferenceCountUtil.release(last.context);
  }

  /** Nobody makes connections any more. */
  synchronized void release() {
    ReferenceCountUtil.release(inForce.context);
  }

  private static InForce context(TlsSettings tls, boolean http2) throws SSLException {
    requirePair(tls);
    SslContextBuilder builder;
    try {
      builder =
          SslContextBuilder.forServer(tls.key(), tls.chain())
              .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
              .protocols(tls.tls13Only() ? PROTOCOLS.subList(0, 1) : PROTOCOLS)
              .ciphers(cipherSuites(tls), SupportedCipherSuiteFilter.INSTANCE)
              .applicationProtocolConfig(offered(http2))
              .clientAuth(clientAuth(tls.clientAuth()));
      if (tls.clientAuth().verifies()) {
        builder.trustManager(tls.clientCas());
      } else if (tls.clientAuth() != TlsSettings.ClientAuth.NONE) {
        builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
      }
    } catch (IllegalArgumentException unusable) {
      throw new SSLException("TLS: the certificate or its key cannot be used", unusable);
    }
    return new InForce(checked(builder.build(), tls), tls.clientAuth().verifies());
  }

  /** BoringSSL would find out in the first handshake, and the JDK never. */
  private static void requirePair(TlsSettings tls) throws SSLException {
    X509Certificate certificate = tls.chain().getFirst();
    if (!KeyPairs.belongTogether(tls.key(), certificate.getPublicKey())) {
      throw new SSLException(
          "TLS: the private key does not belong to the certificate of "
              + certificate.getSubjectX500Principal());
    }
  }

  private static List<String> cipherSuites(TlsSettings tls) {
    List<String> suites = new ArrayList<>(TLS13_SUITES);
    if (!tls.tls13Only()) {
      suites.addAll(tls.cipherSuites().isEmpty() ? TLS12_SUITES : tls.cipherSuites());
    }
    return suites;
  }

  private static SslContext checked(SslContext context, TlsSettings tls) throws SSLException {
    List<String> unknown =
        tls.cipherSuites().stream()
            .filter(suite -> !context.cipherSuites().contains(suite))
            .toList();
    if (tls.tls13Only() || unknown.isEmpty()) {
      return context;
    }
    if (unknown.size() == tls.cipherSuites().size()) {
      ReferenceCountUtil.release(context);
      throw new SSLException("TLS: none of these cipher suites is known here: " + unknown);
    }
    log.warn("TLS goes on without cipher suites that are not known here: {}", unknown);
    return context;
  }

  private static ApplicationProtocolConfig offered(boolean http2) {
    List<String> protocols =
        http2
            ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
            : List.of(ApplicationProtocolNames.HTTP_1_1);
    return new ApplicationProtocolConfig(
        ApplicationProtocolConfig.Protocol.ALPN,
        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
        protocols);
  }

  private static ClientAuth clientAuth(TlsSettings.ClientAuth wanted) {
    return switch (wanted) {
      case NONE -> ClientAuth.NONE;
      case REQUEST, VERIFY_IF_GIVEN -> ClientAuth.OPTIONAL;
      case REQUIRE_ANY, REQUIRE_AND_VERIFY -> ClientAuth.REQUIRE;
    };
  }
}
