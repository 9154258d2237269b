/**
 * What happened to repositories, for whoever wants to hear of it. Contracts and values only: how an
 * event reaches its receivers is a sibling module's business, and the handlers that tell of events
 * know none of it.
 */
@NullMarked
package io.stowage.registry.event;

import org.jspecify.annotations.NullMarked;
