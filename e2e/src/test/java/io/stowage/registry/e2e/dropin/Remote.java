package io.stowage.registry.e2e.dropin;

import io.stowage.registry.e2e.HttpConnection;
import io.stowage.registry.e2e.RegistryProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A server as a client sees it that pushes and pulls. */
record Remote(RegistryProcess server) {
  private static final String ACCEPT = "Accept: " + String.join(", ", Content.TYPES);
  private static final byte[] NONE = {};

  /** What came back, with the body read. */
  record Reply(int status, Map<String, String> headers, String body) {
    Reply expect(int expected) {
      if (status != expected) {
        throw new AssertionError(status + " (expected: " + expected + ") " + headers + body);
      }
      return this;
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  Reply get(String target) throws IOException {
    return send("GET", target, NONE, ACCEPT);
  }

  Reply delete(String target) throws IOException {
    return send("DELETE", target, NONE);
  }

  Reply send(String method, String target, byte[] body, String... headers) throws IOException {
    try (HttpConnection connection = new HttpConnection(server.address())) {
      HttpConnection.Reply reply = connection.send(method, target, body, headers);
      String text = new String(reply.body().readAllBytes(), StandardCharsets.UTF_8);
      return new Reply(reply.status(), reply.headers(), text);
    }
  }

  /** Begins an upload and returns where it goes on. */
  String begin(String name) throws IOException {
    return path(send("POST", "/v2/" + name + "/blobs/uploads/", NONE).expect(202));
  }

  /** Sends a part of an upload and returns where it goes on. */
  String append(String upload, String text) throws IOException {
    String type = "Content-Type: application/octet-stream";
    return path(send("PATCH", upload, text.getBytes(StandardCharsets.UTF_8), type).expect(202));
  }

  void finish(String upload, String digest) throws IOException {
    String parameter = (upload.contains("?") ? "&" : "?") + "digest=" + digest;
    send("PUT", upload + parameter, NONE).expect(201);
  }

  void blob(String name, String digest, Content content) throws IOException {
    finish(append(begin(name), content.text()), digest);
  }

  void manifest(String name, String reference, Content content) throws IOException {
    String target = "/v2/" + name + "/manifests/" + reference;
    send("PUT", target, content.bytes(), "Content-Type: " + content.type()).expect(201);
  }

  /** Where a reply says to go on, as path and query. */
  static String path(Reply reply) {
    return reply.header("Location").replaceFirst("^https?://[^/]+", "");
  }
}
