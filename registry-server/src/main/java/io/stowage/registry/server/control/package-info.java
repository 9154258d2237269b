/**
 * How a command reaches the server that has the volume: a unix socket in the server's own folder,
 * one task a connection. Here is the way there and back; what a task does, and to which storage, is
 * handed in by the assembly. Nothing here knows HTTP, and no handler knows this.
 */
@NullMarked
package io.stowage.registry.server.control;

import org.jspecify.annotations.NullMarked;
