/**
 * JSON in and out: the only package that imports Jackson. It binds documents to plain records and
 * knows none of their rules. The packages {@code manifest} and {@code api} call it.
 */
@NullMarked
package io.stowage.registry.server.json;

import org.jspecify.annotations.NullMarked;
