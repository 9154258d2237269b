/**
 * Sending mail: the only package that imports Jakarta Mail, and loaded only where a configuration
 * asks for mail. What mail is about is its callers' business.
 */
@NullMarked
package io.stowage.registry.server.mail;

import org.jspecify.annotations.NullMarked;
