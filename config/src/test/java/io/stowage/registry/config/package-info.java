/**
 * Tests of reading the configuration. Nothing here reads the real environment, and nothing but the
 * page of documentation from the disk.
 */
@NullMarked
package io.stowage.registry.config;

import org.jspecify.annotations.NullMarked;
