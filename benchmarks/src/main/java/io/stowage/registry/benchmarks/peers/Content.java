package io.stowage.registry.benchmarks.peers;

import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Blobs and manifests to push, and how to push them: as docker does, with POST, PATCH and PUT. */
final class Content {
  static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  static final String ACCEPT = "Accept: " + MANIFEST_TYPE;
  static final String OCTETS = "Content-Type: application/octet-stream";
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";

  private Content() {}

  /** What a manifest says of a blob. */
  record Descriptor(String digest, long size) {
    static Descriptor of(byte[] bytes) {
      return new Descriptor(Content.digest(bytes), bytes.length);
    }

    private String json(String type) {
      return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(type, digest, size);
    }
  }

  static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** A configuration that differs from those of other seeds. */
  static byte[] config(long seed) {
    return "{\"architecture\":\"amd64\",\"os\":\"linux\",\"author\":\"%d\"}"
        .formatted(seed)
        .getBytes(StandardCharsets.UTF_8);
  }

  static byte[] manifest(Descriptor config, List<Descriptor> layers) {
    return manifest(config, layers, "");
  }

  /** The manifest of something that refers to {@code subject}. */
  static byte[] referrer(Descriptor subject, Descriptor config, long seed) {
    return manifest(
        config,
        List.of(config),
        ",\"artifactType\":\"application/vnd.bench\",\"subject\":%s,\"annotations\":{\"n\":\"%d\"}"
            .formatted(subject.json(MANIFEST_TYPE), seed));
  }

  private static byte[] manifest(Descriptor config, List<Descriptor> layers, String more) {
    String list =
        layers.stream().map(layer -> layer.json(LAYER_TYPE)).collect(Collectors.joining(","));
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]%s}"
        .formatted(MANIFEST_TYPE, config.json(CONFIG_TYPE), list, more)
        .getBytes(StandardCharsets.UTF_8);
  }

  static String digest(byte[] bytes) {
    return DigestVerifier.digestOf(DigestAlgorithm.SHA256, bytes).toString();
  }

  /** Writes a file of random bytes and returns what a manifest would say of it. */
  static Descriptor file(Path file, long seed, long bytes) throws IOException {
    DigestVerifier verifier = new DigestVerifier(DigestAlgorithm.SHA256);
    Random random = new Random(seed);
    byte[] block = new byte[1024 * 1024];
    try (var out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= block.length) {
        random.nextBytes(block);
        int length = (int) Math.min(left, block.length);
        out.write(block, 0, length);
        verifier.update(ByteBuffer.wrap(block, 0, length));
      }
    }
    return new Descriptor(verifier.digest().toString(), bytes);
  }

  static void pushBlob(Connection server, String repository, byte[] bytes) throws IOException {
    pushBlob(server, repository, bytes, digest(bytes));
  }

  private static void pushBlob(Connection server, String repository, byte[] bytes, String digest)
      throws IOException {
    String upload = begin(server, repository);
    String next = server.send("PATCH", upload, bytes, OCTETS).expect(202).location();
    finish(server, next, digest);
  }

  /**
   * Blobs that differ in their last bytes only: to make and to hash each of them anew would take as
   * much of the processor as the server that is measured. For one thread.
   */
  static final class Series {
    private final byte[] bytes;
    private final int same;
    private final DigestVerifier digestOfSame = new DigestVerifier(DigestAlgorithm.SHA256);
    private long next;

    Series(long seed, int length) {
      bytes = random(seed, length);
      same = length - Long.BYTES;
      digestOfSame.update(ByteBuffer.wrap(bytes, 0, same));
    }

    void pushNext(Connection server, String repository) throws IOException {
      ByteBuffer.wrap(bytes).putLong(same, next++);
      DigestVerifier digest = digestOfSame.copy();
      digest.update(ByteBuffer.wrap(bytes, same, Long.BYTES));
      pushBlob(server, repository, bytes, digest.digest().toString());
    }
  }

  static void pushBlob(Connection server, String repository, Path file, String digest)
      throws IOException {
    String upload = begin(server, repository);
    try (FileChannel body = FileChannel.open(file)) {
      String next = server.send("PATCH", upload, body, OCTETS).expect(202).location();
      finish(server, next, digest);
    }
  }

  private static String begin(Connection server, String repository) throws IOException {
    return server
        .send("POST", "/v2/%s/blobs/uploads/".formatted(repository))
        .expect(202)
        .location();
  }

  private static void finish(Connection server, String upload, String digest) throws IOException {
    String target = upload + (upload.contains("?") ? "&" : "?") + "digest=" + digest;
    server.send("PUT", target, new byte[0]).expect(201);
  }

  static void pushManifest(Connection server, String repository, String reference, byte[] bytes)
      throws IOException {
    server
        .send(
            "PUT",
            "/v2/%s/manifests/%s".formatted(repository, reference),
            bytes,
            "Content-Type: " + MANIFEST_TYPE)
        .expect(201);
  }

  /** An image that is ready to be sent, all of whose bytes follow from a seed. */
  static final class Image {
    private final List<byte[]> blobs;
    private final byte[] manifest;

    private Image(List<byte[]> blobs, byte[] manifest) {
      this.blobs = blobs;
      this.manifest = manifest;
    }

    /** Its layers and, last, its configuration. */
    List<byte[]> blobs() {
      return blobs;
    }

    byte[] manifest() {
      return manifest;
    }

    static Image of(long seed, int layers, int layerBytes) {
      List<byte[]> blobs = new ArrayList<>();
      new Random(seed).longs(layers).forEach(each -> blobs.add(random(each, layerBytes)));
      List<Descriptor> descriptors = blobs.stream().map(Descriptor::of).toList();
      byte[] config = config(seed);
      blobs.add(config);
      return new Image(blobs, Content.manifest(Descriptor.of(config), descriptors));
    }

    void push(Connection server, String repository, String tag) throws IOException {
      for (byte[] blob : blobs) {
        pushBlob(server, repository, blob);
      }
      pushManifest(server, repository, tag, manifest);
    }
  }
}
