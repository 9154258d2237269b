/**
 * Events on their way to webhooks: a bounded queue for each receiver, kept on disk, and one thread
 * that delivers from it in order. Knows no request and no configuration: the assembly tells who the
 * receivers are.
 */
@NullMarked
package io.stowage.registry.notifications;

import org.jspecify.annotations.NullMarked;
