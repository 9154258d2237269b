/**
 * Certificates and keys: from PEM files to the values that TLS needs, names of cipher suites, and
 * certificates for a first try. The only package that imports Bouncy Castle; no handshake and no
 * socket is here. The assembly calls it if TLS is configured, and the command line.
 */
@NullMarked
package io.stowage.registry.server.tls;

import org.jspecify.annotations.NullMarked;
