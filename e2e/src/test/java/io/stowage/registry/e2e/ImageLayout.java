package io.stowage.registry.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * An OCI image layout made on the spot (image-spec, "image-layout.md"): one image or one index,
 * tagged {@value #TAG}. Layers are gzipped tar archives with one file of pseudo-random bytes, so
 * that engines can unpack them; the same seed gives the same bytes.
 *
 * @param folder the layout
 * @param root digest of the tagged manifest or index
 */
record ImageLayout(Path folder, String root) {
  static final String TAG = "latest";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  /** What points at a blob: its digest and size, in bytes. */
  private record Blob(String digest, int size) {
    String descriptor(String mediaType, String rest) {
      return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
          .formatted(mediaType, digest, size, rest);
    }
  }

  /** One image for this machine's architecture with as many layers as sizes, given in bytes. */
  static ImageLayout image(Path folder, long seed, int... layerSizes) throws IOException {
    Blob manifest = writeImage(folder, seed, architecture(), layerSizes);
    return finish(folder, manifest, MANIFEST);
  }

  /** An index of two images, for amd64 and arm64. */
  static ImageLayout index(Path folder, long seed) throws IOException {
    List<String> children = new ArrayList<>();
    for (String architecture : List.of("amd64", "arm64")) {
      Blob manifest = writeImage(folder, seed++, architecture, 1000, 20_000);
      String platform =
          ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}".formatted(architecture);
      children.add(manifest.descriptor(MANIFEST, platform));
    }
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(INDEX, String.join(",", children));
    return finish(folder, writeBlob(folder, index.getBytes(StandardCharsets.UTF_8)), INDEX);
  }

  /** The name that engines have for this machine's architecture. */
  static String architecture() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : name;
  }

  /** The digests of everything in the layout. */
  SortedSet<String> digests() throws IOException {
    try (Stream<Path> blobs = Files.list(folder.resolve("blobs/sha256"))) {
      return blobs
          .map(blob -> "sha256:" + blob.getFileName())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** The bytes of one blob of the layout. */
  byte[] blob(String digest) throws IOException {
    return Files.readAllBytes(folder.resolve("blobs").resolve(digest.replace(':', '/')));
  }

  private static Blob writeImage(Path folder, long seed, String architecture, int... layerSizes)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> layers = new ArrayList<>();
    List<String> diffs = new ArrayList<>();
    for (int size : layerSizes) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      byte[] archive = tar("data-" + diffs.size(), content);
      diffs.add('"' + Sha256.digest(archive) + '"');
      layers.add(
          writeBlob(folder, gzip(archive))
              .descriptor("application/vnd.oci.image.layer.v1.tar+gzip", ""));
    }
    String config =
        """
        {"architecture":"%s","os":"linux","config":{"Cmd":["/bin/sh"]},\
        "rootfs":{"type":"layers","diff_ids":[%s]}}"""
            .formatted(architecture, String.join(",", diffs));
    Blob configBlob = writeBlob(folder, config.getBytes(StandardCharsets.UTF_8));
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                MANIFEST,
                configBlob.descriptor("application/vnd.oci.image.config.v1+json", ""),
                String.join(",", layers));
    return writeBlob(folder, manifest.getBytes(StandardCharsets.UTF_8));
  }

  private static ImageLayout finish(Path folder, Blob root, String mediaType) throws IOException {
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    String tagged =
        root.descriptor(
            mediaType,
            ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}".formatted(TAG));
    Files.writeString(
        folder.resolve("index.json"),
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}".formatted(INDEX, tagged));
    return new ImageLayout(folder, root.digest());
  }

  private static Blob writeBlob(Path folder, byte[] content) throws IOException {
    String digest = Sha256.digest(content);
    Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
    Files.write(blobs.resolve(digest.substring("sha256:".length())), content);
    return new Blob(digest, content.length);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  /** A tar archive (POSIX ustar) of one regular file. */
  static byte[] tar(String name, byte[] content) {
    int block = 512;
    int padded = (content.length + block - 1) / block * block;
    byte[] archive = new byte[block + padded + 2 * block];
    put(archive, 0, name);
    put(archive, 100, "0000644\0" + "0000000\0" + "0000000\0");
    put(archive, 124, "%011o\0%011o\0".formatted(content.length, 0));
    put(archive, 148, "        0");
    put(archive, 257, "ustar\00000");
    int sum = 0;
    for (int i = 0; i < block; i++) {
      sum += archive[i];
    }
    put(archive, 148, "%06o\0 ".formatted(sum));
    System.arraycopy(content, 0, archive, block, content.length);
    return archive;
  }

  private static void put(byte[] archive, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, archive, offset, bytes.length);
  }
}
