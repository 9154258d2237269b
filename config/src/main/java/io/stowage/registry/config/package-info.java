/**
 * The configuration file and the {@code REGISTRY_*} variables, read into one immutable tree of
 * records. {@link io.stowage.registry.config.ConfigurationLoader} is the way in, {@link
 * io.stowage.registry.config.Configuration} what comes out; {@link
 * io.stowage.registry.config.KnownKeys} says which keys there are and what becomes of each. Nothing
 * here opens a socket, checks a directory or knows who uses a value; only the server's assembly and
 * its command line call it.
 */
@NullMarked
package io.stowage.registry.config;

import org.jspecify.annotations.NullMarked;
