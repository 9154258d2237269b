package io.stowage.registry.e2e.dropin;

import java.util.List;

/** Every route with every method, paths that are no route, and deletes. */
final class OtherRequests {
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "OPTIONS", "DELETE");

  private static final List<String> ROUTES =
      List.of(
          "/",
          "/v2/",
          "/v2/_catalog",
          "/v2/w/x/tags/list",
          "/v2/w/x/manifests/tag",
          "/v2/w/x/manifests/" + PullRequests.UNKNOWN,
          "/v2/w/x/blobs/" + PullRequests.UNKNOWN,
          "/v2/w/x/blobs/uploads/",
          "/v2/w/x/blobs/uploads/0e4a3f6c-2d2f-4a3b-9a43-1f7a0c5f3b11",
          "/v2/w/x/referrers/" + PullRequests.UNKNOWN);

  private static final List<String> PATHS =
      List.of(
          "/v2",
          "/v1/",
          "/v1/_ping",
          "/index.html",
          "/favicon.ico",
          "/v2/a",
          "/v2/a/app",
          "/v2/a/app/manifests/",
          "/v2/a/app/manifests",
          "/v2/manifests/tag",
          "/v2/a/app/nothing/x",
          "/v2//a/app/tags/list",
          "/v2/a/../a/app/tags/list",
          "/v2/a/./app/tags/list",
          "/v2/a%2fapp/tags/list",
          "/v2/a/%2e%2e/app/tags/list",
          "/v2/a%00b/tags/list",
          "/v2/-a/tags/list",
          "/v2/a-/tags/list",
          "/v2/a..b/tags/list",
          "/v2/a__b/tags/list",
          "/v2/a___b/tags/list",
          "/v2/a/manifests/manifests/tag",
          "/v2/a/blobs/uploads/tags/list",
          "/v2/Foo.Bar/app/tags/list",
          "/v2/_catalog/x");

  private OtherRequests() {}

  static void addTo(Conversation conversation) {
    for (String route : ROUTES) {
      METHODS.forEach(method -> conversation.ask(method, route));
    }
    for (String path : PATHS) {
      conversation.ask("GET", path);
      conversation.ask("HEAD", path);
      conversation.ask("DELETE", path);
    }
    conversation.ask("OPTIONS", "/v2/", "Origin: https://ui.example");
    conversation.ask(
        "OPTIONS",
        "/v2/_catalog",
        "Origin: https://ui.example",
        "Access-Control-Request-Method: GET");
  }

  /** Deletes what {@link PushRequests} pushed; the last requests of a conversation. */
  static void deletes(Conversation conversation) {
    for (String reference :
        List.of(
            "missing",
            "urls",
            PullRequests.UNKNOWN,
            "sha256:abc",
            ".bad",
            "again",
            "again",
            Content.INDEX.digest(),
            Content.INDEX.digest(),
            Content.IMAGE.digest())) {
      conversation.ask("DELETE", "/v2/a/app/manifests/" + reference);
      conversation.ask("DELETE", "/v2/none/manifests/" + reference);
    }
    for (String reference : List.of("index", "oci", "docker", Content.IMAGE.digest())) {
      conversation.ask("GET", "/v2/a/app/manifests/" + reference, "Accept: */*");
    }
    conversation.ask("GET", "/v2/a/app/tags/list");
    for (String digest :
        List.of(Content.LAYER.digest(), Content.LAYER.digest(), PullRequests.UNKNOWN, "sha256:a")) {
      conversation.ask("DELETE", "/v2/a/app/blobs/" + digest);
      conversation.ask("DELETE", "/v2/none/blobs/" + digest);
    }
    conversation.ask("GET", "/v2/a/app/blobs/" + Content.LAYER.digest());
    conversation.ask("GET", "/v2/b/other/blobs/" + Content.LAYER.digest());
    for (String method : List.of("GET", "DELETE")) {
      conversation.ask(method, "/v2/b/other/manifests/" + Content.DOCKER_IMAGE.digest());
      conversation.ask("GET", "/v2/b/other/tags/list");
      conversation.ask("GET", "/v2/_catalog");
    }
  }
}
