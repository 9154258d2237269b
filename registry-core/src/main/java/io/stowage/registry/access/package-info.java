/**
 * Who asks, and what they may do. Contracts and values only; the ways to prove an identity live in
 * sibling modules, and the server decides at one gate before any handler runs.
 */
@NullMarked
package io.stowage.registry.access;

import org.jspecify.annotations.NullMarked;
