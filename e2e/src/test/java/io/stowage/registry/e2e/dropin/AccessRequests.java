package io.stowage.registry.e2e.dropin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** Requests with right, wrong and no credentials, and to servers that refuse some methods. */
final class AccessRequests {
  /** A line of an htpasswd file for alice, whose password is {@code secret}. */
  static final String USERS =
      "# users\n\nalice:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

  private static final List<String> READS =
      List.of(
          "/v2/",
          "/",
          "/v2",
          "/v2/_catalog",
          "/v2/x/y/tags/list",
          "/v2/x/y/manifests/tag",
          "/v2/x/y/blobs/" + PullRequests.UNKNOWN,
          "/v2/x/y/nothing",
          "/v2/UPPER/tags/list");

  private AccessRequests() {}

  private static void all(Conversation conversation, String... headers) {
    READS.forEach(target -> conversation.ask("GET", target, headers));
    conversation.ask("HEAD", "/v2/x/y/manifests/tag", headers);
    conversation.ask("OPTIONS", "/v2/", headers);
    conversation.ask("OPTIONS", "/v2/x/y/tags/list", headers);
    conversation.ask("PUT", "/v2/x/y/tags/list", headers);
    conversation.ask("DELETE", "/v2/x/y/manifests/" + PullRequests.UNKNOWN, headers);
    conversation.ask("DELETE", "/v2/x/y/blobs/" + PullRequests.UNKNOWN, headers);
    conversation.ask("POST", "/v2/x/y/blobs/uploads/", headers);
    String mount = "?from=other/name&mount=" + PullRequests.UNKNOWN;
    conversation.ask("POST", "/v2/x/y/blobs/uploads/" + mount, headers);
    String upload = "/v2/x/y/blobs/uploads/0e4a3f6c-2d2f-4a3b-9a43-1f7a0c5f3b11";
    for (String method : List.of("GET", "PATCH", "PUT", "DELETE")) {
      conversation.ask(method, upload, headers);
    }
    conversation.send(
        "PUT",
        "/v2/x/y/manifests/tag",
        Content.IMAGE.text(),
        Stream.concat(Stream.of(headers), Stream.of("Content-Type: " + Content.OCI))
            .toArray(String[]::new));
  }

  static String basic(String user, String password) {
    String both = user + ":" + password;
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  /** For a server with {@link #USERS}. */
  static void passwords(Conversation conversation) {
    all(conversation);
    all(conversation, basic("alice", "secret"));
    for (String header :
        List.of(
            basic("alice", "wrong"),
            basic("bob", "secret"),
            basic("alice", ""),
            "Authorization: Basic",
            "Authorization: Basic !!!",
            "Authorization: Bearer abc",
            "Authorization: nonsense")) {
      conversation.ask("GET", "/v2/", header);
      conversation.ask("GET", "/v2/x/y/tags/list", header);
    }
    for (int i = 0; i < 12; i++) {
      conversation.ask("GET", "/v2/", basic("alice", "guess" + i));
    }
  }

  /** For a server that believes these keys. */
  static void tokens(Conversation conversation, Keys keys) {
    String name = "{\"type\":\"repository\",\"name\":\"x/y\",\"actions\":[%s]}";
    all(conversation);
    all(conversation, keys.bearer(name.formatted("\"pull\",\"push\",\"delete\"")));
    all(conversation, keys.bearer(name.formatted("\"*\"")));
    all(conversation, keys.bearer(name.formatted("\"pull\"")));
    all(conversation, keys.bearer(""));
    String pull = name.formatted("\"pull\"");
    for (String header :
        List.of(
            keys.bearer("somebody", Keys.SERVICE, 300, pull),
            keys.bearer(Keys.ISSUER, "elsewhere", 300, pull),
            keys.bearer(Keys.ISSUER, Keys.SERVICE, -300, pull),
            keys.bearer(pull) + "x",
            "Authorization: Bearer",
            "Authorization: Bearer abc",
            "Authorization: Bearer a.b.c",
            basic("alice", "secret"))) {
      conversation.ask("GET", "/v2/", header);
      conversation.ask("GET", "/v2/x/y/tags/list", header);
      conversation.ask("POST", "/v2/x/y/blobs/uploads/", header);
    }
    String catalog = "{\"type\":\"registry\",\"name\":\"catalog\",\"actions\":[\"*\"]}";
    conversation.ask("GET", "/v2/_catalog", keys.bearer(catalog));
  }

  /** For a server that changes nothing, or deletes nothing. */
  static void refusals(Conversation conversation) {
    PushRequests.images(conversation);
    all(conversation);
    for (String target :
        List.of("manifests/oci", "manifests/" + Content.IMAGE.digest(), "blobs/sha256:abc")) {
      conversation.ask("DELETE", "/v2/a/app/" + target);
      conversation.ask("OPTIONS", "/v2/a/app/" + target);
    }
    conversation.ask("GET", "/v2/a/app/manifests/oci", "Accept: " + Content.OCI);
  }
}
