import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the ahead-of-time cache of a packaged folder, {@code lib/stowage.aot}, and the list of jars
 * it was made for, from a training run.
 *
 * <p>{@code java tools/aot/Train.java FOLDER} starts {@code FOLDER/bin/registry} on a temporary
 * folder, pushes to it and pulls from it the way clients do, stops it with SIGTERM, and waits until
 * the JVM has written the cache; then it starts the server once more in a mode that refuses a cache
 * that doesn't fit. The launcher is the real one, so that the cache fits the options and the class
 * path of every later start.
 *
 * <p>An answer with another status than the expected one fails the run: a training that went wrong
 * gives a cache that helps nobody, and nobody would see it. Needs a JDK and nothing else.
 */
final class Train {

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(120);
  private static final Pattern LISTENING = Pattern.compile("listening on ([0-9.]+:\\d+)");
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final String base;

  private Train(String base) {
    this.base = base;
  }

  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: java Train.java FOLDER, the folder that holds bin/registry");
      System.exit(2);
    }
    Path folder = Path.of(args[0]).toRealPath();
    Path cache = folder.resolve("lib/stowage.aot");
    Path jars = folder.resolve("lib/stowage.aot.jars");
    Files.deleteIfExists(cache);
    Files.deleteIfExists(jars);
    Path scratch = Files.createTempDirectory("stowage-training");
    boolean trained = false;
    try {
      List<String> command = List.of(folder.resolve("bin/registry").toString());
      serveAndTrain(command, scratch, cache);
      if (!Files.isRegularFile(cache)) {
        throw new IllegalStateException("the JVM left no cache at " + cache);
      }
      writeJarSums(folder, jars);
      requireFit(command, cache);
      trained = true;
    } catch (IllegalStateException | TimeoutException e) {
      Files.deleteIfExists(cache);
      System.err.println("AOT training failed: " + e.getMessage());
    } finally {
      deleteTree(scratch);
    }
    if (!trained) {
      System.exit(1);
    }
    System.out.printf("%s: %d MiB%n", cache, Files.size(cache) >> 20);
  }

  private static void serveAndTrain(List<String> command, Path scratch, Path cache)
      throws Exception {
    Path config = scratch.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:0
          debug:
            addr: 127.0.0.1:0
            prometheus:
              enabled: true
        """
            .formatted(scratch.resolve("data")));
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(command.stream(), Stream.of("serve", config.toString())).toList());
    // The surroundings don't reach the training; one variable does, to train that way in too.
    builder.environment().keySet().removeIf(name -> name.startsWith("REGISTRY_"));
    builder.environment().put("REGISTRY_HTTP_ADDR", "127.0.0.1:0");
    builder.environment().put("JAVA_OPTS", "-XX:AOTCacheOutput=" + cache);
    builder.redirectOutput(scratch.resolve("stdout").toFile());
    Process server = builder.start();
    try {
      ServerLog log = new ServerLog(server);
      new Train("http://" + log.address()).run();
      // Process.destroy() would also close the pipes, and the JVM still has a cache to write.
      server.toHandle().destroy();
      if (!server.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server did not stop within " + STOP);
      }
      if (server.exitValue() != 0) {
        throw new IllegalStateException(
            "the server exited with " + server.exitValue() + " after SIGTERM:\n" + log.text());
      }
    } finally {
      server.destroyForcibly();
    }
  }

  /** What the launcher compares with at every start, because the JVM doesn't. */
  private static void writeJarSums(Path folder, Path jars) throws Exception {
    Process sums =
        new ProcessBuilder(folder.resolve("libexec/jar-sums").toString())
            .redirectOutput(jars.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (sums.waitFor() != 0) {
      throw new IllegalStateException("libexec/jar-sums failed");
    }
  }

  /** A start with {@code AOTMode=on} ends with an error where an ordinary one ignores the cache. */
  private static void requireFit(List<String> command, Path cache) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(command.stream(), Stream.of("--version")).toList());
    builder
        .environment()
        .put("JAVA_OPTS", "-XX:AOTMode=on -Xlog:aot=info:stderr -Xlog:cds=info:stderr");
    builder.redirectErrorStream(true);
    Process version = builder.start();
    version.getOutputStream().close();
    String output = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (version.waitFor() != 0 || !output.contains("Using AOT-linked classes: true")) {
      throw new IllegalStateException(cache + " does not fit its own server:\n" + output);
    }
  }

  /** One client's life: push, pull, list, refer, delete, and the mistakes clients make. */
  private void run() throws Exception {
    Random random = new Random(42);
    for (int round = 0; round < 5; round++) {
      String name = "training/round" + round;
      get(200, "/v2/");
      byte[] config =
          "{\"architecture\":\"amd64\",\"os\":\"linux\",\"round\":%d}"
              .formatted(round)
              .getBytes(StandardCharsets.UTF_8);
      byte[] small = bytes(random, 20_000);
      byte[] large = bytes(random, 3_000_000);
      head(404, "/v2/" + name + "/blobs/" + sha256(large));
      pushStreamed(name, large);
      pushInChunks(name, small, sha256(small));
      pushAtOnce(name, config);
      byte[] other = bytes(random, 5_000);
      pushInChunks(name, other, digest("sha512", "SHA-512", other));
      post(201, "/v2/" + name + "/copy/blobs/uploads/?mount=" + sha256(small) + "&from=" + name);
      cancelUpload(name);

      byte[] manifest = manifest(MANIFEST, config, small, large, "");
      put(201, "/v2/" + name + "/manifests/latest", MANIFEST, manifest);
      byte[] docker = manifest(DOCKER_MANIFEST, config, small, large, "");
      put(201, "/v2/" + name + "/manifests/docker", DOCKER_MANIFEST, docker);
      byte[] index = index(manifest);
      put(201, "/v2/" + name + "/manifests/" + sha256(index), INDEX, index);
      put(201, "/v2/" + name + "/manifests/multi", INDEX, index);
      String subject =
          ",\"artifactType\":\"application/vnd.example\",\"subject\":"
              + descriptor(MANIFEST, manifest);
      byte[] referrer = manifest(MANIFEST, config, small, large, subject);
      put(201, "/v2/" + name + "/manifests/" + sha256(referrer), MANIFEST, referrer);

      pull(name, manifest, config, small, large);
      get(200, "/v2/" + name + "/referrers/" + sha256(manifest));
      get(
          200,
          "/v2/"
              + name
              + "/referrers/"
              + sha256(manifest)
              + "?artifactType=application/vnd.example");
      get(200, "/v2/" + name + "/tags/list");
      get(200, "/v2/" + name + "/tags/list?n=1&last=docker");
      get(200, "/v2/_catalog");
      get(200, "/v2/_catalog?n=1");
      mistakes(name);
      delete(202, "/v2/" + name + "/manifests/docker");
      delete(202, "/v2/" + name + "/blobs/" + digest("sha512", "SHA-512", other));
    }
  }

  private void pull(String name, byte[] manifest, byte[]... blobs) throws Exception {
    head(200, "/v2/" + name + "/manifests/latest");
    get(200, "/v2/" + name + "/manifests/latest");
    get(200, "/v2/" + name + "/manifests/multi");
    get(200, "/v2/" + name + "/manifests/" + sha256(manifest));
    for (byte[] blob : blobs) {
      String path = "/v2/" + name + "/blobs/" + sha256(blob);
      head(200, path);
      get(200, path);
      get(206, path, "Range", "bytes=1-9");
      get(206, path, "Range", "bytes=-5");
      get(304, path, "If-None-Match", "\"" + sha256(blob) + "\"");
    }
  }

  private void mistakes(String name) throws Exception {
    String absent = "sha256:" + "0".repeat(64);
    get(404, "/v2/" + name + "/manifests/missing");
    get(404, "/v2/" + name + "/blobs/" + absent);
    get(404, "/v2/_NOPE");
    put(400, "/v2/" + name + "/manifests/bad", MANIFEST, "{".getBytes(StandardCharsets.UTF_8));
    String upload = post(202, "/v2/" + name + "/blobs/uploads/");
    put(400, withDigest(upload, absent), "application/octet-stream", new byte[] {1});
  }

  private void pushAtOnce(String name, byte[] blob) throws Exception {
    String upload = post(202, "/v2/" + name + "/blobs/uploads/");
    put(201, withDigest(upload, sha256(blob)), "application/octet-stream", blob);
  }

  /** As docker does it: one PATCH of unknown length, then an empty PUT. */
  private void pushStreamed(String name, byte[] blob) throws Exception {
    String upload = post(202, "/v2/" + name + "/blobs/uploads/");
    BodyPublisher ofUnknownLength =
        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(blob));
    HttpResponse<byte[]> patched = send(202, request(upload).method("PATCH", ofUnknownLength));
    put(201, withDigest(location(patched), sha256(blob)), "application/octet-stream", new byte[0]);
  }

  private void pushInChunks(String name, byte[] blob, String digest) throws Exception {
    String upload = post(202, "/v2/" + name + "/blobs/uploads/");
    int half = blob.length / 2;
    byte[] first = Arrays.copyOfRange(blob, 0, half);
    byte[] second = Arrays.copyOfRange(blob, half, blob.length);
    upload = patch(upload, 0, first);
    send(204, request(upload).GET());
    upload = patch(upload, half, second);
    put(201, withDigest(upload, digest), "application/octet-stream", new byte[0]);
  }

  private void cancelUpload(String name) throws Exception {
    String upload = post(202, "/v2/" + name + "/blobs/uploads/");
    send(204, request(upload).DELETE());
  }

  private String patch(String upload, int offset, byte[] chunk) throws Exception {
    return location(
        send(
            202,
            request(upload)
                .header("Content-Type", "application/octet-stream")
                .header("Content-Range", offset + "-" + (offset + chunk.length - 1))
                .method("PATCH", BodyPublishers.ofByteArray(chunk))));
  }

  private void get(int status, String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path).GET();
    if (headers.length > 0) {
      request.headers(headers);
    }
    send(status, request);
  }

  private void head(int status, String path) throws Exception {
    send(status, request(path).HEAD());
  }

  private void delete(int status, String path) throws Exception {
    send(status, request(path).DELETE());
  }

  private String post(int status, String path) throws Exception {
    return location(send(status, request(path).POST(BodyPublishers.noBody())));
  }

  private void put(int status, String path, String type, byte[] body) throws Exception {
    send(status, request(path).header("Content-Type", type).PUT(BodyPublishers.ofByteArray(body)));
  }

  private HttpRequest.Builder request(String pathOrUrl) {
    URI uri = URI.create(base).resolve(pathOrUrl);
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<byte[]> send(int status, HttpRequest.Builder builder) throws Exception {
    HttpRequest request = builder.build();
    HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() != status) {
      throw new IllegalStateException(
          "%s %s: %d (expected: %d) %s"
              .formatted(
                  request.method(),
                  request.uri(),
                  response.statusCode(),
                  status,
                  new String(response.body(), StandardCharsets.UTF_8)));
    }
    return response;
  }

  private static String location(HttpResponse<?> response) {
    return response.headers().firstValue("Location").orElse("");
  }

  private static String withDigest(String upload, String digest) {
    return upload + (upload.contains("?") ? "&" : "?") + "digest=" + digest;
  }

  private static byte[] manifest(
      String type, byte[] config, byte[] small, byte[] large, String more) {
    boolean docker = type.equals(DOCKER_MANIFEST);
    String configType =
        docker
            ? "application/vnd.docker.container.image.v1+json"
            : "application/vnd.oci.image.config.v1+json";
    String layerType =
        docker
            ? "application/vnd.docker.image.rootfs.diff.tar.gzip"
            : "application/vnd.oci.image.layer.v1.tar+gzip";
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s,%s]%s}"
        .formatted(
            type,
            descriptor(configType, config),
            descriptor(layerType, small),
            descriptor(layerType, large),
            more)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] index(byte[] manifest) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(INDEX, descriptor(MANIFEST, manifest))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String descriptor(String type, byte[] content) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, sha256(content), content.length);
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] content) {
    return digest("sha256", "SHA-256", content);
  }

  private static String digest(String name, String algorithm, byte[] content) {
    try {
      return name
          + ":"
          + HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The server's standard error: read to the end by its own thread, searched for the address. */
  private static final class ServerLog {
    private final StringBuffer text = new StringBuffer();
    private final CompletableFuture<String> address = new CompletableFuture<>();

    ServerLog(Process server) {
      Thread.ofPlatform().daemon().start(() -> read(server));
    }

    String address() throws InterruptedException, TimeoutException {
      try {
        return address.get(START.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new IllegalStateException("the server did not start:\n" + text, e);
      } catch (TimeoutException e) {
        throw new TimeoutException("no \"listening on\" within " + START + ":\n" + text);
      }
    }

    String text() {
      return text.toString();
    }

    private void read(Process server) {
      try (BufferedReader lines = server.errorReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          text.append(line).append('\n');
          Matcher matcher = LISTENING.matcher(line);
          if (matcher.find()) {
            address.complete(matcher.group(1));
          }
        }
      } catch (IOException e) {
        address.completeExceptionally(e);
      }
      address.completeExceptionally(new IllegalStateException("standard error ended"));
    }
  }
}
