/** What is said between those who own threads and those who work on them. */
@NullMarked
package io.stowage.registry.thread;

import org.jspecify.annotations.NullMarked;
