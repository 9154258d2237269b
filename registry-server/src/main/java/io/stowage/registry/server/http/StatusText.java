package io.stowage.registry.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Status codes as people and distribution's metrics write them. */
public final class StatusText {
  private StatusText() {}

  /** The code with its reason: {@code 200 OK}. */
  public static String of(int status) {
    return HttpResponseStatus.valueOf(status).toString();
  }
}
