package io.stowage.registry.server.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells once that spans can't be sent, and once that they can again. */
final class WatchedExporter implements SpanExporter {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedExporter.class);

  private final SpanExporter exporter;
  private final AtomicLong lost = new AtomicLong();

  WatchedExporter(SpanExporter exporter) {
    this.exporter = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(() -> look(result, spans.size()));
  }

  private void look(CompletableResultCode result, int spans) {
    if (!result.isSuccess()) {
      if (lost.getAndAdd(spans) == 0) {
        LOG.warn("traces can't be sent, and are dropped until they can: {}", reason(result));
      }
    } else {
      long before = lost.getAndSet(0);
      if (before > 0) {
        LOG.info("traces can be sent again; {} were dropped", before);
      }
    }
  }

  private static String reason(CompletableResultCode result) {
    Throwable failure = result.getFailureThrowable();
    if (failure == null) {
      return "the exporter gives no reason";
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
