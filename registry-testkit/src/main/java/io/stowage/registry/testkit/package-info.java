/**
 * What every store is held to: one contract suite for each contract of {@code registry.storage}, a
 * storage in memory, and manifests in a form that needs no JSON. For tests only, of this module and
 * of others; nothing here knows an implementation other than the one in memory.
 */
@NullMarked
package io.stowage.registry.testkit;

import org.jspecify.annotations.NullMarked;
