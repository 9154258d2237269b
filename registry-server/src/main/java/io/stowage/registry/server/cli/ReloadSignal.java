package io.stowage.registry.server.cli;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGHUP: asks the server to read its configuration again. */
final class ReloadSignal {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadSignal.class);

  private ReloadSignal() {}

  /**
   * Has this run at each SIGHUP, which would end the process otherwise. By reflection, as the
   * module {@code jdk.unsupported} is the only one with signals, and its classes can't be named
   * without a warning that nothing silences.
   */
  static void tell(Runnable reload) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object told =
          Proxy.newProxyInstance(
              ReloadSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                reload.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), told);
    } catch (ReflectiveOperationException e) {
      LOG.warn("SIGHUP does not reload the configuration here: {}", e.toString());
    }
  }
}
