package io.stowage.registry.server.trace;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.stowage.registry.server.http.Headers;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Where a request may name the span that it belongs to (W3C Trace Context). */
enum RequestHeaders implements TextMapGetter<Headers> {
  INSTANCE;

  @Override
  public @Nullable String get(@Nullable Headers headers, String name) {
    return headers == null ? null : headers.first(name).orElse(null);
  }

  @Override
  public Iterator<String> getAll(@Nullable Headers headers, String name) {
    return headers == null ? Collections.emptyIterator() : headers.all(name).iterator();
  }
}
