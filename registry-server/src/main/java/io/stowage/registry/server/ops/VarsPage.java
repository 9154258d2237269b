package io.stowage.registry.server.ops;

import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.HttpHandler;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code /debug/vars}: distribution's variables, as far as they mean something here, and a few of
 * the process. No command line and no environment, which can hold secrets.
 */
public final class VarsPage implements HttpHandler {
  private final String version;
  private final NotificationCounters notifications;

  public VarsPage(String version, NotificationCounters notifications) {
    this.version = version;
    this.notifications = notifications;
  }

  @Override
  public Response handle(Request request) {
    Map<String, Object> vars = new LinkedHashMap<>();
    vars.put(
        "registry",
        Map.of("notifications", Map.of("endpoints", endpoints(notifications.endpoints()))));
    vars.put("stowage", process());
    return OperatorPages.json(200, Headers.EMPTY, vars);
  }

  private static List<Map<String, Object>> endpoints(
      List<NotificationCounters.Endpoint> endpoints) {
    return endpoints.stream().map(VarsPage::endpoint).toList();
  }

  /** With distribution's letters, large and small. */
  private static Map<String, Object> endpoint(NotificationCounters.Endpoint endpoint) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("Pending", endpoint.pending());
    metrics.put("Events", endpoint.events());
    metrics.put("Successes", endpoint.successes());
    metrics.put("Failures", endpoint.failures());
    metrics.put("Errors", endpoint.errors());
    metrics.put("Statuses", new TreeMap<>(endpoint.statuses()));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("name", endpoint.name());
    all.put("url", endpoint.url());
    all.put("Metrics", metrics);
    return all;
  }

  private Map<String, Object> process() {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    Runtime memory = Runtime.getRuntime();
    Map<String, Object> process = new LinkedHashMap<>();
    process.put("version", version);
    process.put("java", runtime.getVmVersion());
    process.put("uptime_seconds", runtime.getUptime() / 1000);
    process.put("processors", memory.availableProcessors());
    process.put("heap_used_bytes", memory.totalMemory() - memory.freeMemory());
    process.put("heap_max_bytes", memory.maxMemory());
    return process;
  }
}
