package io.stowage.registry.e2e.dropin;

import java.util.List;

/** Everything that writes: uploads in all their forms, mounts, manifests, and what is refused. */
final class PushRequests {
  private static final String UPLOADS = "/v2/a/app/blobs/uploads/";
  private static final String BYTES = "Content-Type: application/octet-stream";

  private final Conversation conversation;
  private int uploads;

  private PushRequests(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Pushes what the others ask for: four manifests in {@code a/app}, one in {@code b/other}. */
  static void images(Conversation conversation) {
    PushRequests requests = new PushRequests(conversation);
    for (String name : List.of("a/app", "b/other")) {
      requests.blob(name, Content.LAYER);
      requests.blob(name, Content.CONFIG);
    }
    requests.manifest("a/app", "oci", Content.IMAGE);
    requests.manifest("a/app", "docker", Content.DOCKER_IMAGE);
    requests.manifest("a/app", "index", Content.INDEX);
    requests.manifest("a/app", "list", Content.LIST);
    requests.manifest("b/other", "docker", Content.DOCKER_IMAGE);
    requests.blob("b/blobs-only", Content.LAYER);
  }

  /** Adds all forms of pushing to a conversation that began with {@link #images}. */
  static void addTo(Conversation conversation) {
    PushRequests requests = new PushRequests(conversation);
    requests.starts();
    requests.chunks();
    requests.offsets();
    requests.odd();
    requests.closings();
    requests.mounts();
    requests.manifests();
    requests.badManifests();
  }

  private String upload(String name) {
    String id = "upload" + conversation.steps().size() + "-" + uploads++;
    conversation.begin(id, "POST", "/v2/" + name + "/blobs/uploads/");
    return id;
  }

  private void blob(String name, Content content) {
    String id = upload(name);
    conversation.send("PUT", at(id) + "?digest=" + content.digest(), content.text(), BYTES);
  }

  private static String at(String upload) {
    return "{" + upload + "}";
  }

  private void manifest(String name, String reference, Content content) {
    manifest(name, reference, content, "Content-Type: " + content.type());
  }

  private void manifest(String name, String reference, Content content, String... headers) {
    conversation.send("PUT", "/v2/" + name + "/manifests/" + reference, content.text(), headers);
  }

  private void starts() {
    conversation.ask("POST", UPLOADS);
    conversation.ask("POST", "/v2/a/app/blobs/uploads");
    conversation.ask("POST", "/v2/UPPER/blobs/uploads/");
    conversation.ask("POST", "/v2/a/" + "b".repeat(260) + "/blobs/uploads/");
    conversation.ask("POST", "/v2/a:5000/b/blobs/uploads/");
    conversation.ask("POST", "/v2/a_-b/blobs/uploads/");
    Content whole = Content.blob("whole in one request");
    conversation.send("POST", UPLOADS + "?digest=" + whole.digest(), whole.text(), BYTES);
    conversation.ask("HEAD", "/v2/a/app/blobs/" + whole.digest());
    conversation.ask("POST", UPLOADS + "?digest=sha256:abc");
    for (String header :
        List.of(
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: elsewhere.example",
            "Forwarded: host=elsewhere.example;proto=https")) {
      conversation.ask("POST", UPLOADS, header);
    }
  }

  private void chunks() {
    String id = upload("a/app");
    conversation.ask("GET", at(id));
    conversation.ask("HEAD", at(id));
    conversation.proceed(id, "PATCH", at(id), "first ", BYTES);
    conversation.ask("GET", at(id));
    conversation.proceed(id, "PATCH", at(id), "second", BYTES, "Content-Range: 6-11");
    conversation.ask("HEAD", at(id));
    String digest = Content.blob("first second").digest();
    conversation.send("PUT", at(id) + "?digest=" + digest, "");
    conversation.ask("GET", at(id));
    conversation.ask("GET", "/v2/a/app/blobs/" + digest);
    String cancelled = upload("a/app");
    conversation.ask("DELETE", at(cancelled));
    conversation.ask("DELETE", at(cancelled));
    conversation.send("PATCH", at(cancelled), "late", BYTES);
  }

  private void offsets() {
    String id = upload("a/app");
    String start = upload("a/app");
    for (String range :
        List.of("5-9", "0-9", "0-", "9-0", "x-y", "bytes 0-4/*", "bytes 0-4/5", "bytes=0-4")) {
      conversation.send("PATCH", at(id), "chunk", BYTES, "Content-Range: " + range);
      id = upload("a/app");
    }
    conversation.send("PATCH", at(start), "chunk", BYTES);
    // The location of before: what registry:3 calls stale.
    conversation.send("PATCH", at(start), "chunk", BYTES);
    conversation.send("PATCH", at(start), "chunk", BYTES, "Content-Range: 0-4");
  }

  private void odd() {
    String id = upload("a/app");
    conversation.send("PATCH", at(id), "text", "Content-Type: text/plain");
    conversation.send("PATCH", at(upload("a/app")), "no type");
    conversation.send("PATCH", at(upload("a/app")), "", BYTES);
    conversation.send("PATCH", at(upload("a/app")), "zip", BYTES, "Content-Encoding: gzip");
    String unknown = UPLOADS + "0e4a3f6c-2d2f-4a3b-9a43-1f7a0c5f3b11";
    for (String method : List.of("GET", "HEAD", "PATCH", "PUT", "DELETE", "POST")) {
      conversation.ask(method, unknown);
      conversation.ask(method, unknown + "?_state=none");
      conversation.ask(method, UPLOADS + "not-an-id");
      conversation.ask(method, UPLOADS + "no+id");
    }
  }

  private void closings() {
    Content content = Content.blob("closing");
    for (String query :
        List.of("", "?digest=", "?digest=sha256:abc", "?digest=" + PullRequests.UNKNOWN)) {
      String id = upload("a/app");
      conversation.send("PUT", at(id) + query, content.text(), BYTES);
      conversation.ask("GET", at(id));
    }
    String digest = "?digest=" + content.digest();
    conversation.send("PUT", at(upload("a/app")) + digest, content.text(), "Content-Type: a/b");
    conversation.send("PUT", at(upload("a/app")) + digest, content.text(), BYTES);
    conversation.send(
        "PUT", at(upload("a/app")) + digest, content.text(), BYTES, "Content-Range: 0-6");
    conversation.send(
        "PUT", at(upload("a/app")) + digest, content.text(), BYTES, "Content-Range: 9-15");
    conversation.send("PUT", at(upload("a/app")) + "?digest=" + Content.blob("").digest(), "");
    String long512 =
        "sha512:0000000000000000000000000000000000000000000000000000000000000000"
            + "0000000000000000000000000000000000000000000000000000000000000000";
    conversation.send("PUT", at(upload("a/app")) + "?digest=" + long512, content.text(), BYTES);
  }

  private void mounts() {
    String layer = Content.LAYER.digest();
    for (String query :
        List.of(
            "mount=" + layer + "&from=a/app",
            "mount=" + layer + "&from=none",
            "mount=" + PullRequests.UNKNOWN + "&from=a/app",
            "mount=" + PullRequests.UNKNOWN,
            "mount=" + layer,
            "mount=sha256:abc&from=a/app",
            "mount=" + layer + "&from=BAD",
            "from=a/app")) {
      conversation.ask("POST", "/v2/mount/target/blobs/uploads/?" + query);
    }
    conversation.ask("HEAD", "/v2/mount/target/blobs/" + layer);
  }

  private void manifests() {
    manifest("a/app", "again", Content.IMAGE);
    manifest("a/app", "again", Content.DOCKER_IMAGE);
    conversation.ask("GET", "/v2/a/app/manifests/again", "Accept: " + Content.DOCKER);
    manifest("a/app", Content.IMAGE.digest(), Content.IMAGE);
    manifest("a/app", Content.IMAGE.digest() + "?tag=x&tag=y", Content.IMAGE);
    conversation.ask("HEAD", "/v2/a/app/manifests/x", "Accept: " + Content.OCI);
    manifest("a/app", "again?tag=z", Content.IMAGE);
    manifest(
        "a/app", "parameters", Content.IMAGE, "Content-Type: " + Content.OCI + "; charset=utf-8");
    String subject = ",\"subject\":" + Content.IMAGE.descriptor();
    manifest(
        "a/app", "referrer", Content.image(Content.OCI, Content.CONFIG, Content.LAYER, subject));
    conversation.ask("GET", "/v2/a/app/referrers/" + PullRequests.UNKNOWN);
    conversation.ask("GET", "/v2/a/app/referrers/sha256:abc");
    conversation.ask("GET", "/v2/a/app/referrers/");
    String untyped = Content.IMAGE.text().replace("\"mediaType\":\"" + Content.OCI + "\",", "");
    manifest("a/app", "untyped", new Content(Content.OCI, untyped));
    conversation.ask("GET", "/v2/a/app/manifests/untyped", "Accept: " + Content.OCI);
    String foreign = Content.IMAGE.text().replace("]}", "],\"x.y\":{\"z\":[1,2]}}");
    manifest("a/app", "foreign", new Content(Content.OCI, foreign));
    conversation.ask("GET", "/v2/a/app/manifests/foreign", "Accept: " + Content.OCI);
  }

  private void badManifests() {
    Content image = Content.IMAGE;
    for (String reference : List.of(".bad", "a".repeat(129), "a%20b", PullRequests.UNKNOWN)) {
      manifest("a/app", reference, image);
    }
    PullRequests.MALFORMED.forEach(digest -> manifest("a/app", digest, image));
    for (String type : List.of("text/plain", "application/json", Content.DOCKER, "nonsense")) {
      manifest("a/app", "bad", image, "Content-Type: " + type);
    }
    manifest("a/app", "bad", image, new String[0]);
    for (String text : List.of("", "{", "[]", "null", "{}", "{\"schemaVersion\":1}", "text")) {
      manifest("a/app", "bad", new Content(Content.OCI, text));
      manifest("a/app", "bad", new Content(Content.OCI_INDEX, text));
    }
    Content unknown = Content.blob("never pushed");
    manifest("a/app", "bad", Content.image(Content.OCI, unknown, Content.LAYER));
    manifest("a/app", "bad", Content.image(Content.OCI, unknown, Content.blob("nor this")));
    manifest("a/app", "bad", Content.index(Content.OCI_INDEX, unknown));
    manifest("a/app", "bad", Content.index(Content.DOCKER_LIST, unknown));
    manifest("fresh/name", "bad", image);
    manifest("UPPER", "bad", image);
    String urls =
        image.text().replace("\"size\":600", "\"size\":600,\"urls\":[\"https://x.example/y\"]");
    manifest("a/app", "urls", new Content(Content.OCI, urls));
    Content padded = new Content(Content.OCI, image.text() + " ".repeat(4 << 20));
    manifest("a/app", "large", padded);
    manifest("a/app", "bad", new Content(Content.OCI, image.text().replace(":2", ":3")));
  }
}
