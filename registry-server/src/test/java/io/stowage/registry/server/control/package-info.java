/** Tests of the control socket, over real sockets. */
@NullMarked
package io.stowage.registry.server.control;

import org.jspecify.annotations.NullMarked;
