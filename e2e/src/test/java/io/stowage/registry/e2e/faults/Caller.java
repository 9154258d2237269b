package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.HttpConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One client on one connection that it keeps. For one thread. */
final class Caller implements AutoCloseable {
  private static final byte[] NONE = {};
  private static final String BYTES = "Content-Type: application/octet-stream";
  private static final String ACCEPT = "Accept: " + Image.TYPE;

  private final InetSocketAddress server;
  private @Nullable HttpConnection connection;

  Caller(InetSocketAddress server) {
    this.server = server;
  }

  /** An answer that arrived to its end. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares two answers.
  record Answer(int status, Map<String, String> headers, byte[] body) {
    Answer expect(int expected) {
      if (status != expected) {
        throw new AssertionError("expected: " + expected + ", but was " + this);
      }
      return this;
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** Where the answer says to go on, as path and query. */
    String next() {
      return header("Location").replaceFirst("^https?://[^/]+", "");
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return status + " " + headers + " " + (body.length < 2_000 ? text() : body.length + " bytes");
    }
  }

  /** Sends and reads the whole answer. The connection is as good as gone if it can't. */
  Answer send(String method, String target, byte[] body, String... headers) throws IOException {
    try {
      HttpConnection open = connection == null ? new HttpConnection(server) : connection;
      connection = open;
      HttpConnection.Reply reply = open.send(method, target, body, headers);
      byte[] bytes = method.equals("HEAD") ? NONE : reply.body().readAllBytes();
      if ("close".equalsIgnoreCase(reply.headers().get("Connection"))) {
        close();
      }
      return new Answer(reply.status(), reply.headers(), bytes);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  Answer get(String target) throws IOException {
    return send("GET", target, NONE, ACCEPT);
  }

  Answer head(String target) throws IOException {
    return send("HEAD", target, NONE, ACCEPT);
  }

  Answer delete(String target) throws IOException {
    return send("DELETE", target, NONE);
  }

  Answer begin(String repository, String query) throws IOException {
    return send("POST", "/v2/" + repository + "/blobs/uploads/" + query, NONE);
  }

  Answer patch(String upload, byte[] part, String... headers) throws IOException {
    String[] all = new String[headers.length + 1];
    System.arraycopy(headers, 0, all, 0, headers.length);
    all[headers.length] = BYTES;
    return send("PATCH", upload, part, all);
  }

  Answer finish(String upload, String digest) throws IOException {
    return send("PUT", upload + (upload.contains("?") ? "&" : "?") + "digest=" + digest, NONE);
  }

  Answer putManifest(String target, byte[] manifest) throws IOException {
    return send("PUT", target, manifest, "Content-Type: " + Image.TYPE);
  }

  @Override
  public void close() throws IOException {
    if (connection != null) {
      HttpConnection open = connection;
      connection = null;
      open.close();
    }
  }
}
