package io.stowage.registry.e2e.dropin;

import io.stowage.registry.e2e.HttpConnection;
import io.stowage.registry.e2e.RegistryProcess;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Requests in the order in which a server gets them: earlier ones make what later ones ask for.
 *
 * @param name what the server is like, for messages
 * @param configuration the server's whole configuration, see {@link Edition#start}
 */
record Conversation(String name, String configuration, List<Step> steps) {
  private static final String LAST = "Connection: close";

  Conversation(String name, String configuration) {
    this(name, configuration, new ArrayList<>());
  }

  /** Adds a request without a body. */
  void ask(String method, String target, String... headers) {
    send(method, target, "", headers);
  }

  /** Adds a request with a body. */
  void send(String method, String target, String body, String... headers) {
    steps.add(new Step(method, target, List.of(headers), body, ""));
  }

  /**
   * Adds a request whose answer says where to go on; {@code {name}} is that place from then on, or
   * no upload's if the answer says nothing.
   */
  void begin(String name, String method, String target, String... headers) {
    steps.add(new Step(method, target, List.of(headers), "", name));
  }

  /** The same, with a body. */
  void proceed(String name, String method, String target, String body, String... headers) {
    steps.add(new Step(method, target, List.of(headers), body, name));
  }

  /** Has the conversation with a server that is fresh, each request on its own connection. */
  List<Answer> with(RegistryProcess server) throws IOException {
    Map<String, String> saved = new HashMap<>();
    List<Answer> answers = new ArrayList<>();
    for (Step step : steps) {
      Answer answer = answer(server, step, saved);
      if (!step.saves().isEmpty() && answer.headers().containsKey("Location")) {
        URI location = URI.create(answer.location());
        saved.put(step.saves(), location.getRawPath() + query(location));
      }
      answers.add(answer);
    }
    return answers;
  }

  private static String query(URI location) {
    return location.getRawQuery() == null ? "" : "?" + location.getRawQuery();
  }

  private static Answer answer(RegistryProcess server, Step step, Map<String, String> saved)
      throws IOException {
    String target = step.target();
    for (Map.Entry<String, String> place : saved.entrySet()) {
      target = target.replace("{" + place.getKey() + "}", place.getValue());
    }
    target = target.replaceFirst("\\{.*}", "/v2/a/app/blobs/uploads/nowhere");
    // What is appended to a location with a query of its own belongs to that query.
    int query = target.indexOf('?');
    if (query >= 0) {
      target = target.substring(0, query + 1) + target.substring(query + 1).replace('?', '&');
    }
    try (HttpConnection connection = new HttpConnection(server.address())) {
      HttpConnection.Reply reply =
          connection.send(
              step.method(),
              target,
              step.body().getBytes(StandardCharsets.UTF_8),
              Stream.concat(step.headers().stream(), Stream.of(LAST)).toArray(String[]::new));
      return Answer.of(server.host(), reply.status(), reply.headers(), body(reply));
    } catch (IOException e) {
      throw new IOException(step.toString(), e);
    }
  }

  /** What comes until the server closes: registry:2 announces more than it sends with a 416. */
  private static String body(HttpConnection.Reply reply) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      reply.body().transferTo(bytes);
    } catch (EOFException _) {
      bytes.writeBytes("<cut off>".getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
