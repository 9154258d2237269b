package io.stowage.registry.testkit;

import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.storage.ManifestFacts;
import io.stowage.registry.storage.ManifestReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A manifest for tests: lines of text instead of JSON, so that stores can be tested without any.
 *
 * <pre>
 *   test manifest
 *   note      whatever makes it different from others
 *   mediaType application/vnd.oci.image.manifest.v1+json
 *   artifactType application/x
 *   subject sha256:...
 *   blob sha256:... 12 application/octet-stream
 *   manifest sha256:... 34 application/vnd.oci.image.manifest.v1+json
 * </pre>
 *
 * @param note makes two manifests with the same content different
 */
public record TestManifest(
    String note,
    MediaType mediaType,
    @Nullable String artifactType,
    @Nullable Digest subject,
    List<Descriptor> blobs,
    List<Descriptor> manifests) {
  /** Reads what {@link #bytes} writes; everything else is no manifest. */
  public static final ManifestReader READER = TestManifest::read;

  private static final String HEAD = "test manifest";

  public TestManifest {
    blobs = List.copyOf(blobs);
    manifests = List.copyOf(manifests);
  }

  /** A manifest that names nothing. */
  public static TestManifest of(String note) {
    return new TestManifest(note, MediaType.OCI_MANIFEST, null, null, List.of(), List.of());
  }

  public TestManifest withArtifactType(String value) {
    return new TestManifest(note, mediaType, value, subject, blobs, manifests);
  }

  public TestManifest withSubject(Digest value) {
    return new TestManifest(note, mediaType, artifactType, value, blobs, manifests);
  }

  public TestManifest withBlob(Digest digest, long size) {
    List<Descriptor> more = new ArrayList<>(blobs);
    more.add(new Descriptor(MediaType.OCTET_STREAM.value(), digest, size));
    return new TestManifest(note, mediaType, artifactType, subject, more, manifests);
  }

  public TestManifest withManifest(TestManifest child) {
    List<Descriptor> more = new ArrayList<>(manifests);
    more.add(new Descriptor(child.mediaType().value(), child.digest(), child.bytes().length));
    return new TestManifest(note, MediaType.OCI_INDEX, artifactType, subject, blobs, more);
  }

  public byte[] bytes() {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    text.append("note ").append(note).append('\n');
    text.append("mediaType ").append(mediaType).append('\n');
    if (artifactType != null) {
      text.append("artifactType ").append(artifactType).append('\n');
    }
    if (subject != null) {
      text.append("subject ").append(subject).append('\n');
    }
    blobs.forEach(blob -> text.append("blob ").append(line(blob)));
    manifests.forEach(manifest -> text.append("manifest ").append(line(manifest)));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String line(Descriptor descriptor) {
    return descriptor.digest() + " " + descriptor.size() + " " + descriptor.mediaType() + "\n";
  }

  /** The digest by sha256. */
  public Digest digest() {
    return digest(DigestAlgorithm.SHA256);
  }

  public Digest digest(DigestAlgorithm algorithm) {
    return DigestVerifier.digestOf(algorithm, bytes());
  }

  public ManifestFacts facts() {
    return new ManifestFacts(mediaType, artifactType, subject, blobs, manifests);
  }

  private static Optional<ManifestFacts> read(byte[] bytes) {
    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(HEAD)) {
      return Optional.empty();
    }
    MediaType mediaType = MediaType.OCI_MANIFEST;
    String artifactType = null;
    Digest subject = null;
    List<Descriptor> blobs = new ArrayList<>();
    List<Descriptor> manifests = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", 4);
      switch (words[0]) {
        case "mediaType" -> mediaType = new MediaType(words[1]);
        case "artifactType" -> artifactType = words[1];
        case "subject" -> subject = Digest.parse(words[1]);
        case "blob" -> blobs.add(descriptor(words));
        case "manifest" -> manifests.add(descriptor(words));
        default -> {} // a note
      }
    }
    return Optional.of(new ManifestFacts(mediaType, artifactType, subject, blobs, manifests));
  }

  private static Descriptor descriptor(String[] words) {
    return new Descriptor(words[3], Digest.parse(words[1]), Long.parseLong(words[2]));
  }
}
