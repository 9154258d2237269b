/**
 * The command line: {@code registry serve}, {@code registry tls}, {@code registry help}. It reads
 * files and variables, prints, and turns outcomes into exit codes; what a command does is
 * elsewhere.
 */
@NullMarked
package io.stowage.registry.server.cli;

import org.jspecify.annotations.NullMarked;
