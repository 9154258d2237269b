/**
 * The endpoints: one handler class for each resource of the specification, the dispatcher that
 * leads a request to one, and the one place where errors become responses. No Netty, no paths of
 * files, no JSON library. The assembly builds it; the package {@code http} calls the dispatcher.
 */
@NullMarked
package io.stowage.registry.server.api;

import org.jspecify.annotations.NullMarked;
