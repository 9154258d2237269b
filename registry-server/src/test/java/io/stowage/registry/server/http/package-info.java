/** Tests of the HTTP server over real sockets, and the client they use. */
@NullMarked
package io.stowage.registry.server.http;

import org.jspecify.annotations.NullMarked;
