/**
 * Faults against the packaged server: it is killed, its disk is cut off, filled and taken back in
 * time, and what it acknowledged must be there afterwards. Black box: here are processes, sockets
 * and mounts, and no class of the server. Nothing but {@code make faults} runs it, as root.
 */
@NullMarked
package io.stowage.registry.e2e.faults;

import org.jspecify.annotations.NullMarked;
