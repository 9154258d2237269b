/**
 * HTTP on Netty, and nothing of the registry: a request comes in as a {@link
 * io.stowage.registry.server.http.Request} on a virtual thread, a {@link
 * io.stowage.registry.server.http.Response} goes out. The only package that imports {@code
 * io.netty}; no Netty type leaves it. Handlers and the assembly call it.
 */
@NullMarked
package io.stowage.registry.server.http;

import org.jspecify.annotations.NullMarked;
