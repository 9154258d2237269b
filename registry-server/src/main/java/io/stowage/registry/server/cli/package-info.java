/**
 * The program {@code registry}, one class a command. It reads files and variables, asks for
 * passwords, prints, and turns outcomes into exit codes; what a command does is elsewhere.
 */
@NullMarked
package io.stowage.registry.server.cli;

import org.jspecify.annotations.NullMarked;
