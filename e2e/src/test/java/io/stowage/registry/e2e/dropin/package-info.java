/**
 * The servers that ours stands in for, registry:2 and registry:3, beside ours: the same requests,
 * the same volume, the same ways to start. Nothing but {@code make dropin} runs it.
 */
@NullMarked
package io.stowage.registry.e2e.dropin;

import org.jspecify.annotations.NullMarked;
