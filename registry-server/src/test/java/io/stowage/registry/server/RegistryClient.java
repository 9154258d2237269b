package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of one registry: each request on a connection of its own. Of every response it demands
 * what all responses of the registry have in common, so that each test tests that too.
 *
 * @param server where the registry listens
 */
record RegistryClient(InetSocketAddress server) {

  /**
   * A request to be sent.
   *
   * @param body null for none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Call(
      InetSocketAddress server,
      String method,
      String target,
      List<String> fields,
      byte @Nullable [] body,
      boolean chunked) {
    Call with(String name, String value) {
      List<String> more = new ArrayList<>(fields);
      more.add(name + ": " + value);
      return new Call(server, method, target, more, body, chunked);
    }

    Call body(byte[] bytes) {
      return new Call(server, method, target, fields, bytes, false);
    }

    Call body(Content content) {
      return body(content.bytes());
    }

    /** Sends the body in chunks, without saying its length. */
    Call chunkedBody(byte[] bytes) {
      return new Call(server, method, target, fields, bytes, true);
    }

    WireResponse send() throws IOException {
      try (WireClient client = WireClient.connect(server)) {
        sendHead(client);
        if (body != null) {
          sendBody(client, body);
        }
        return Answers.checked(client.readResponse(method));
      }
    }

    /** Sends the head on a connection, which is left to the caller. */
    Call sendHead(WireClient client) throws IOException {
      StringBuilder head = new StringBuilder(method).append(' ').append(target);
      head.append(" HTTP/1.1\r\nHost: registry.test\r\n");
      fields.forEach(field -> head.append(field).append("\r\n"));
      if (chunked) {
        head.append("Transfer-Encoding: chunked\r\n");
      } else if (body != null) {
        head.append("Content-Length: ").append(body.length).append("\r\n");
      }
      client.sendRaw(head.append("\r\n").toString());
      return this;
    }

    private void sendBody(WireClient client, byte[] bytes) throws IOException {
      if (!chunked) {
        client.send(bytes);
        return;
      }
      int half = bytes.length / 2;
      sendChunk(client, bytes, 0, half);
      sendChunk(client, bytes, half, bytes.length);
      client.sendRaw("0\r\n\r\n");
    }

    private static void sendChunk(WireClient client, byte[] bytes, int from, int to)
        throws IOException {
      if (to > from) {
        client.sendRaw(Integer.toHexString(to - from) + "\r\n");
        client.send(java.util.Arrays.copyOfRange(bytes, from, to));
        client.sendRaw("\r\n");
      }
    }
  }

  Call call(String method, String target) {
    return new Call(server, method, target, List.of(), null, false);
  }

  WireResponse get(String target) throws IOException {
    return call("GET", target).send();
  }

  WireResponse head(String target) throws IOException {
    return call("HEAD", target).send();
  }

  WireResponse delete(String target) throws IOException {
    return call("DELETE", target).send();
  }

  WireClient connect() throws IOException {
    return WireClient.connect(server);
  }

  // --- what many tests need before they begin

  static String blob(String repository, Digest digest) {
    return "/v2/" + repository + "/blobs/" + digest;
  }

  static String manifest(String repository, Object reference) {
    return "/v2/" + repository + "/manifests/" + reference;
  }

  static String uploads(String repository) {
    return "/v2/" + repository + "/blobs/uploads/";
  }

  /** Starts an upload and gives its path. */
  String startUpload(String repository) throws IOException {
    WireResponse started = call("POST", uploads(repository)).send();
    assertThat(started.status()).isEqualTo(202);
    return started.header("Location").orElseThrow();
  }

  /** Pushes a blob by sha256 and gives its path. */
  String pushBlob(String repository, Content content) throws IOException {
    return pushBlob(repository, content, DigestAlgorithm.SHA256);
  }

  String pushBlob(String repository, Content content, DigestAlgorithm algorithm)
      throws IOException {
    Digest digest = content.digest(algorithm);
    WireResponse pushed =
        call("POST", uploads(repository) + "?digest=" + digest).body(content).send();
    assertThat(pushed.status()).as(pushed.text()).isEqualTo(201);
    return blob(repository, digest);
  }

  Call put(String repository, Object reference, Document document) {
    return call("PUT", manifest(repository, reference))
        .with("Content-Type", document.mediaType())
        .body(document.content());
  }

  /** Pushes a manifest, whose content must be there, and gives its path by digest. */
  String pushManifest(String repository, Object reference, Document document) throws IOException {
    WireResponse pushed = put(repository, reference, document).send();
    assertThat(pushed.status())
        .as(new String(pushed.body(), StandardCharsets.UTF_8))
        .isEqualTo(201);
    return manifest(repository, document.digest());
  }

  /** Pushes an image that differs from others by its note. */
  Document pushNamed(String repository, String note, Object reference) throws IOException {
    pushBlob(repository, Document.EMPTY_CONFIG);
    Document document = Document.named(note);
    pushManifest(repository, reference, document);
    return document;
  }
}
