package io.stowage.registry.server.manifest;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.server.json.Json;
import io.stowage.registry.server.json.JsonException;
import io.stowage.registry.server.json.ManifestDocument;
import io.stowage.registry.server.json.ManifestDocument.DescriptorDocument;
import io.stowage.registry.server.json.ManifestDocument.LayerDocument;
import io.stowage.registry.server.json.ManifestDocument.PlatformDocument;
import io.stowage.registry.server.manifest.Manifest.Child;
import io.stowage.registry.server.manifest.Manifest.Content;
import io.stowage.registry.storage.ManifestFacts;
import io.stowage.registry.storage.ManifestReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses manifests and indexes of the image specification and of Docker schema 2. The same bytes
 * are never read as an index by one and as an image by another: what has the fields of both is
 * rejected. Unknown fields and unknown media types of content are legal. Stateless, safe for any
 * thread.
 */
public final class ManifestParser implements ManifestReader {
  /** The types of manifests that this registry accepts. */
  public static final List<MediaType> ACCEPTED =
      List.of(
          MediaType.OCI_MANIFEST,
          MediaType.OCI_INDEX,
          MediaType.DOCKER_MANIFEST,
          MediaType.DOCKER_MANIFEST_LIST);

  private static final Set<MediaType> SCHEMA1 =
      Set.of(MediaType.DOCKER_SCHEMA1, MediaType.DOCKER_SCHEMA1_SIGNED);

  /** Whether content of this type is itself a manifest, so that it is looked for among those. */
  static boolean isManifestType(String mediaType) {
    return ACCEPTED.stream().anyMatch(type -> type.value().equals(mediaType));
  }

  /**
   * Parses a manifest from a client.
   *
   * @throws RegistryException with {@code ManifestInvalid} or {@code DigestInvalid} that says what
   *     is wrong and where
   */
  public Manifest parse(byte[] bytes) {
    ManifestDocument document;
    try {
      document = Json.read(bytes, ManifestDocument.class);
    } catch (JsonException e) {
      throw invalid("not a JSON manifest: " + e.getMessage());
    }
    MediaType mediaType = mediaType(document);
    if (document.schemaVersion() == null || document.schemaVersion() != 2) {
      throw invalid("schemaVersion is %s, not 2".formatted(document.schemaVersion()));
    }
    return mediaType.isIndex() ? index(mediaType, document) : image(mediaType, document);
  }

  @Override
  public Optional<ManifestFacts> read(byte[] bytes) {
    try {
      return Optional.of(parse(bytes).facts());
    } catch (RegistryException e) {
      return schema1(bytes);
    }
  }

  /** Volumes from long ago hold manifests of schema 1: they are served, and name their layers. */
  private static Optional<ManifestFacts> schema1(byte[] bytes) {
    try {
      ManifestDocument document = Json.read(bytes, ManifestDocument.class);
      return document.schemaVersion() != null && document.schemaVersion() == 1
          ? Optional.of(
              new ManifestFacts(
                  MediaType.DOCKER_SCHEMA1_SIGNED,
                  null,
                  null,
                  List.of(),
                  List.of(),
                  schema1Layers(document)))
          : Optional.empty();
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  /** Without those named by a tarsum, which no registry of today finds. */
  private static List<Digest> schema1Layers(ManifestDocument document) {
    List<Digest> layers = new ArrayList<>();
    if (document.fsLayers() != null) {
      for (LayerDocument layer : document.fsLayers()) {
        String sum = layer == null ? null : layer.blobSum();
        if (sum != null) {
          Digest.find(sum).ifPresent(layers::add);
        }
      }
    }
    return layers;
  }

  private static MediaType mediaType(ManifestDocument document) {
    String declared = emptyToNull(document.mediaType());
    if (declared == null) {
      return document.manifests() != null ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
    }
    return ACCEPTED.stream()
        .filter(type -> type.value().equals(declared))
        .findFirst()
        .orElseThrow(() -> unsupported("mediaType", declared));
  }

  /** The answer to a type of manifest that is not one of {@link #ACCEPTED}. */
  static RegistryException unsupported(String where, String type) {
    if (SCHEMA1.stream().anyMatch(schema1 -> schema1.value().equals(type))) {
      return invalid(
          where + " is Docker schema 1, which is no longer accepted: push schema 2 or OCI");
    }
    // The value comes last: it is the client's, and an answer repeats only the start of it.
    return invalid(
        type.isEmpty()
            ? where + " is missing"
            : where + " is of no manifest or index of OCI or Docker schema 2: " + type);
  }

  private static Manifest index(MediaType mediaType, ManifestDocument document) {
    if (document.layers() != null || document.config() != null) {
      throw invalid("an index has neither config nor layers, and this one has");
    }
    List<Child> children = new ArrayList<>();
    for (DescriptorDocument child : present(document.manifests(), "manifests")) {
      PlatformDocument platform = child.platform();
      children.add(
          new Child(
              descriptor(child, "manifests[" + children.size() + "]"),
              platform == null ? null : platform.architecture(),
              platform == null ? null : platform.os()));
    }
    return new Manifest(
        mediaType,
        emptyToNull(document.artifactType()),
        subject(document),
        List.of(),
        children,
        annotations(document));
  }

  private static Manifest image(MediaType mediaType, ManifestDocument document) {
    if (document.manifests() != null) {
      throw invalid("an image manifest has no field manifests, and this one has");
    }
    DescriptorDocument config = document.config();
    if (config == null) {
      throw invalid("config is missing");
    }
    List<Content> contents = new ArrayList<>();
    contents.add(content(config, "config"));
    for (DescriptorDocument layer : present(document.layers(), "layers")) {
      contents.add(content(layer, "layers[" + (contents.size() - 1) + "]"));
    }
    String artifactType = emptyToNull(document.artifactType());
    return new Manifest(
        mediaType,
        artifactType == null ? config.mediaType() : artifactType,
        subject(document),
        contents,
        List.of(),
        annotations(document));
  }

  private static Content content(DescriptorDocument document, String where) {
    List<String> urls = new ArrayList<>();
    if (document.urls() != null) {
      for (String url : document.urls()) {
        urls.add(required(url, where + ".urls"));
      }
    }
    return new Content(descriptor(document, where), urls);
  }

  private static Descriptor descriptor(DescriptorDocument document, String where) {
    String mediaType = required(document.mediaType(), where + ".mediaType");
    Digest digest = Digest.parse(required(document.digest(), where + ".digest"));
    Long size = document.size();
    if (size == null || size < 0) {
      throw invalid("%s.size is %s, not a number from 0 on".formatted(where, size));
    }
    return new Descriptor(mediaType, digest, size);
  }

  private static @Nullable Digest subject(ManifestDocument document) {
    DescriptorDocument subject = document.subject();
    return subject == null ? null : descriptor(subject, "subject").digest();
  }

  private static Map<String, String> annotations(ManifestDocument document) {
    Map<String, String> annotations = new LinkedHashMap<>();
    if (document.annotations() != null) {
      document
          .annotations()
          .forEach((key, value) -> annotations.put(key, required(value, "annotations." + key)));
    }
    return annotations;
  }

  private static List<DescriptorDocument> present(
      @Nullable List<@Nullable DescriptorDocument> documents, String where) {
    List<DescriptorDocument> present = new ArrayList<>();
    if (documents != null) {
      for (DescriptorDocument document : documents) {
        if (document == null) {
          throw invalid("%s[%d] is null".formatted(where, present.size()));
        }
        present.add(document);
      }
    }
    return present;
  }

  private static String required(@Nullable String value, String where) {
    if (value == null || (value.isEmpty() && !where.startsWith("annotations"))) {
      throw invalid(where + " is missing");
    }
    return value;
  }

  private static @Nullable String emptyToNull(@Nullable String value) {
    return value == null || value.isEmpty() ? null : value;
  }

  private static RegistryException invalid(String reason) {
    return new RegistryException(new RegistryError.ManifestInvalid(reason));
  }
}
