/**
 * What an operator sees of a running server: logs, health with its pages and probes, and the
 * housekeeping that runs beside requests. No endpoint of the specification. The assembly and the
 * command line call it.
 */
@NullMarked
package io.stowage.registry.server.ops;

import org.jspecify.annotations.NullMarked;
