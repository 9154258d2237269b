package io.stowage.registry.e2e.dropin;

import java.util.List;

/** Everything that reads: manifests, blobs, lists, with every header that changes the answer. */
final class PullRequests {
  /** References that exist, by tag and by digest. */
  private static final List<String> PRESENT =
      List.of(
          "oci",
          Content.IMAGE.digest(),
          "docker",
          Content.DOCKER_IMAGE.digest(),
          "index",
          Content.INDEX.digest(),
          "list",
          Content.LIST.digest());

  static final String UNKNOWN = Content.blob("never pushed").digest();

  /** Digests that are none. */
  static final List<String> MALFORMED =
      List.of(
          "sha256:abc",
          "sha256:" + "A".repeat(64),
          "sha256:" + "g".repeat(64),
          "md5:" + "a".repeat(32),
          "sha512:" + "a".repeat(64),
          "sha256:");

  private static final List<String> ACCEPTS =
      List.of(
          "*/*",
          Content.OCI,
          Content.OCI_INDEX,
          Content.DOCKER,
          Content.DOCKER_LIST,
          "text/html",
          Content.OCI + ";q=0.5, */*;q=0.1",
          String.join(", ", Content.TYPES));

  private static final List<String> RANGES =
      List.of(
          "bytes=0-9",
          "bytes=590-",
          "bytes=-5",
          "bytes=0-0",
          "bytes=0-100000",
          "bytes=600-",
          "bytes=5-2",
          "bytes=a-b",
          "items=0-9",
          "bytes=0-1,4-5",
          "bytes=0-1,700-800");

  private final Conversation conversation;

  private PullRequests(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Adds them to a conversation in which {@link PushRequests#images} came before. */
  static void addTo(Conversation conversation) {
    PullRequests requests = new PullRequests(conversation);
    requests.manifests();
    requests.conditionalManifests();
    requests.blobs();
    requests.tags();
    requests.catalog();
  }

  private void both(String target, String... headers) {
    conversation.ask("GET", target, headers);
    conversation.ask("HEAD", target, headers);
  }

  private void manifests() {
    for (String reference : PRESENT) {
      String target = "/v2/a/app/manifests/" + reference;
      both(target);
      ACCEPTS.forEach(accept -> both(target, "Accept: " + accept));
      both(target, "Accept: */*", "Range: bytes=0-9");
    }
    for (String reference : List.of("missing", UNKNOWN, ".bad", "a".repeat(129), "a%20b", "a:b")) {
      both("/v2/a/app/manifests/" + reference, "Accept: */*");
      both("/v2/none/manifests/" + reference, "Accept: */*");
    }
    MALFORMED.forEach(digest -> both("/v2/a/app/manifests/" + digest, "Accept: */*"));
    both("/v2/a/app/manifests/" + Content.LAYER.digest(), "Accept: */*");
    both("/v2/b/other/manifests/" + Content.IMAGE.digest(), "Accept: */*");
  }

  private void conditionalManifests() {
    String accept = "Accept: " + Content.OCI;
    String digest = Content.IMAGE.digest();
    for (String reference : List.of("oci", digest)) {
      String target = "/v2/a/app/manifests/" + reference;
      for (String tag :
          List.of(
              '"' + digest + '"',
              digest,
              '"' + UNKNOWN + '"',
              "W/\"" + digest + '"',
              "*",
              "\"x\", \"" + digest + '"')) {
        both(target, accept, "If-None-Match: " + tag);
      }
    }
  }

  private void blobs() {
    for (String digest : List.of(Content.LAYER.digest(), Content.CONFIG.digest(), UNKNOWN)) {
      String target = "/v2/a/app/blobs/" + digest;
      both(target);
      RANGES.forEach(range -> both(target, "Range: " + range));
      both(target, "If-None-Match: \"" + digest + '"');
      both(target, "If-None-Match: " + digest);
      both(target, "If-None-Match: *");
      both(target, "If-Match: \"other\"");
      both(target, "Range: bytes=0-9", "If-Range: \"" + digest + '"');
      both(target, "Range: bytes=0-9", "If-Range: \"other\"");
      both(target, "Accept: text/html");
      both(target, "Accept-Encoding: gzip, zstd");
    }
    MALFORMED.forEach(digest -> both("/v2/a/app/blobs/" + digest));
    both("/v2/a/app/blobs/" + Content.IMAGE.digest());
    both("/v2/none/blobs/" + Content.LAYER.digest());
    both("/v2/b/other/blobs/" + Content.LAYER.digest());
    both("/v2/a/app/blobs/");
    both("/v2/a/app/blobs/tag");
  }

  private void tags() {
    for (String name : List.of("a/app", "none", "b/blobs-only", "UPPER", "a".repeat(256))) {
      String target = "/v2/" + name + "/tags/list";
      both(target);
      for (String query :
          List.of(
              "n=1",
              "n=2",
              "n=0",
              "n=-1",
              "n=x",
              "n=5000",
              "n=99999999999999999999",
              "n=",
              "last=index",
              "last=zzz",
              "n=1&last=docker",
              "n=1&last=b",
              "n=4",
              "other=1")) {
        both(target + "?" + query);
      }
    }
    both("/v2/a/app/tags/list/");
    both("/v2/a/app/tags");
  }

  private void catalog() {
    both("/v2/_catalog");
    for (String query :
        List.of(
            "n=1",
            "n=2",
            "n=0",
            "n=-1",
            "n=x",
            "n=1000",
            "n=1001",
            "n=99999999999999999999",
            "n=",
            "last=a/app",
            "last=zzz",
            "n=1&last=a/app",
            "n=3",
            "other=1")) {
      both("/v2/_catalog?" + query);
    }
    both("/v2/_catalog/");
  }
}
