/**
 * The assembly: builds the object graph from a configuration, readable top to bottom, and knows as
 * the only place who implements what. The command line calls it; nothing here is called by a
 * handler.
 */
@NullMarked
package io.stowage.registry.server;

import org.jspecify.annotations.NullMarked;
