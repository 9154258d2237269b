/**
 * Traces: a span for each request, sent by OpenTelemetry to a collector. The only package that
 * imports OpenTelemetry, and all of it but {@link io.stowage.registry.server.trace.TraceVariables}
 * is loaded only where somebody asks for traces. Requests know nothing of it: a span is made when a
 * request is over.
 */
@NullMarked
package io.stowage.registry.server.trace;

import org.jspecify.annotations.NullMarked;
