package io.stowage.registry.server.api;

import io.stowage.registry.access.Action;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.oci.Reference;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.manifest.Manifest;
import io.stowage.registry.server.manifest.Manifest.Child;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.server.manifest.ManifestRules;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.storage.ManifestPut;
import io.stowage.registry.storage.ManifestStore;
import io.stowage.registry.storage.StoredManifest;
import io.stowage.registry.storage.TagCondition;
import io.stowage.registry.storage.TagStore;
import io.stowage.registry.thread.NonBlocking;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code /v2/<name>/manifests/<reference>}: pull (end-3), push (end-7), delete (end-9) a manifest
 * by tag or by digest. Bytes are given back exactly as they came, whatever the client says it
 * accepts.
 */
final class ManifestHandler {
  private final ManifestStore manifests;
  private final TagStore tags;
  private final ManifestParser parser;
  private final ManifestRules rules;
  private final int maxBytes;
  private final ManifestMemory memory;
  private final DeletePolicy deletes;
  private final AccessGate gate;
  private final Locations locations;
  private final Announcements announcements;

  ManifestHandler(
      ManifestStore manifests,
      TagStore tags,
      ManifestParser parser,
      ManifestRules rules,
      int maxBytes,
      DeletePolicy deletes,
      AccessGate gate,
      Locations locations,
      Announcements announcements) {
    this.manifests = manifests;
    this.tags = tags;
    this.parser = parser;
    this.rules = rules;
    this.maxBytes = maxBytes;
    this.memory = ManifestMemory.ofThisProcess(maxBytes);
    this.deletes = deletes;
    this.gate = gate;
    this.locations = locations;
    this.announcements = announcements;
  }

  Response handle(Route.Manifest route, Exchange exchange) throws IOException {
    return switch (exchange.method()) {
      case GET, HEAD -> pull(route, exchange);
      case PUT -> push(route, exchange);
      case DELETE -> delete(route, exchange);
      case OPTIONS, PATCH, POST ->
          throw new IllegalArgumentException("method: " + exchange.method());
    };
  }

  private Response pull(Route.Manifest route, Exchange exchange) throws IOException {
    Headers request = exchange.request().headers();
    announcements.beforePull(exchange);
    Digest digest = resolve(route);
    StoredManifest manifest = look(route, exchange, digest).orElseThrow(() -> unknown(route));
    if (Conditions.isNotModified(request, digest)) {
      return Response.of(
          304,
          Headers.builder()
              .add("Docker-Content-Digest", digest.toString())
              .add("ETag", Conditions.entityTag(digest))
              .build());
    }
    if (route.reference() instanceof Tag && understandsNoList(manifest, request)) {
      manifest = childForOldClients(route.repository(), manifest).orElse(manifest);
    }
    announcements.manifestPulled(
        exchange, route.repository(), manifest, route.reference() instanceof Tag tag ? tag : null);
    return new Response(
        200,
        Headers.builder()
            .add("Content-Type", manifest.mediaType().value())
            .add("Docker-Content-Digest", manifest.digest().toString())
            .add("ETag", Conditions.entityTag(manifest.digest()))
            .build(),
        new ResponseBody.Bytes(manifest.bytes()));
  }

  /**
   * What was found can be relied on: for the rest of a pull, or to be named by an index. Only HEAD
   * of a tag asks where the tag is, and no more, as some clients do before each push of it.
   */
  private Optional<StoredManifest> look(Route.Manifest route, Exchange exchange, Digest digest)
      throws IOException {
    return route.reference() instanceof Tag && exchange.request().method().equals("HEAD")
        ? manifests.find(route.repository(), digest)
        : manifests.confirm(route.repository(), digest);
  }

  private Digest resolve(Route.Manifest route) throws IOException {
    return switch (route.reference()) {
      case Digest digest -> digest;
      case Tag tag -> tags.find(route.repository(), tag).orElseThrow(() -> unknown(route));
    };
  }

  /** Docker before 1.10 asks for schema 2 only, and can't read a list (wire compatibility). */
  private static boolean understandsNoList(StoredManifest manifest, Headers request) {
    List<String> accept = request.all("Accept");
    return manifest.mediaType().equals(MediaType.DOCKER_MANIFEST_LIST)
        && accept.stream().anyMatch(type -> type.contains(MediaType.DOCKER_MANIFEST.value()))
        && accept.stream()
            .noneMatch(
                type ->
                    type.contains(MediaType.DOCKER_MANIFEST_LIST.value())
                        || type.contains(MediaType.OCI_INDEX.value())
                        || type.contains("*/*"));
  }

  private Optional<StoredManifest> childForOldClients(
      RepositoryName repository, StoredManifest list) throws IOException {
    NonBlocking.beforeBlocking(); // a list may be long
    for (Child child : parser.parse(list.bytes()).children()) {
      if ("amd64".equals(child.architecture()) && "linux".equals(child.os())) {
        return manifests.confirm(repository, child.descriptor().digest());
      }
    }
    return Optional.empty();
  }

  private Response push(Route.Manifest route, Exchange exchange) throws IOException {
    Request request = exchange.request();
    TagCondition demanded =
        route.reference() instanceof Tag
            ? Conditions.tagCondition(request.headers())
            : TagCondition.NONE;
    List<Tag> tags = tags(route.reference(), exchange);
    try (ManifestMemory.Share share = memory.share()) {
      byte[] bytes = RequestBodies.readManifest(request, maxBytes, share);
      share.take((long) ManifestMemory.PARSING_FACTOR * bytes.length);
      Digest digest = verified(route.reference(), bytes);
      Manifest manifest = parser.parse(bytes);
      ManifestRules.requireType(manifest, request.headers().first("Content-Type").orElse(""));
      rules.requireAllowedClass(manifest);
      rules.requireAllowedUrls(manifest);
      manifests.put(
          new ManifestPut(
              route.repository(),
              digest,
              bytes,
              manifest.facts(),
              tags,
              condition(demanded, route.repository(), digest, exchange),
              rules.requiredBlobs(manifest),
              rules.requiredManifests(manifest)));
      announcements.manifestPushed(
          exchange,
          route.repository(),
          new StoredManifest(digest, manifest.facts().mediaType(), bytes),
          manifest.facts(),
          tags);
      return created(request, route, digest, manifest, tags);
    }
  }

  /** What the client demands, and that no tag moves that the client may not move. */
  private TagCondition condition(
      TagCondition demanded, RepositoryName repository, Digest digest, Exchange exchange) {
    return gate.allows(exchange.caller(), Action.TAG_OVERWRITE, repository)
        ? demanded
        : new TagCondition.Both(demanded, new TagCondition.Unmoved(digest));
  }

  /** By tag: that tag. By digest: those of the parameters {@code tag} (end-7b). */
  private static List<Tag> tags(Reference reference, Exchange exchange) {
    return switch (reference) {
      case Tag tag -> List.of(tag);
      case Digest _ -> exchange.query().all("tag").stream().map(Tag::parse).distinct().toList();
    };
  }

  private static Digest verified(Reference reference, byte[] bytes) {
    return switch (reference) {
      case Tag _ -> DigestVerifier.digestOf(DigestAlgorithm.SHA256, bytes);
      case Digest expected -> {
        Digest actual = DigestVerifier.digestOf(expected.algorithm(), bytes);
        if (!actual.equals(expected)) {
          throw new RegistryException(new RegistryError.DigestMismatch(expected, actual));
        }
        yield actual;
      }
    };
  }

  private Response created(
      Request request, Route.Manifest route, Digest digest, Manifest manifest, List<Tag> tags) {
    Headers.Builder headers =
        Headers.builder()
            .add("Location", locations.manifest(request, route.repository(), digest))
            .add("Docker-Content-Digest", digest.toString());
    Digest subject = manifest.subject();
    if (subject != null) {
      headers.add("OCI-Subject", subject.toString());
    }
    if (route.reference() instanceof Digest) {
      tags.forEach(tag -> headers.add("OCI-Tag", tag.name()));
    }
    return Response.of(201, headers.build());
  }

  private Response delete(Route.Manifest route, Exchange exchange) throws IOException {
    deletes.require(route);
    switch (route.reference()) {
      case Tag tag -> deleteTag(route, tag, exchange);
      case Digest digest -> deleteManifest(route, digest, exchange);
    }
    return Response.of(202, Headers.EMPTY);
  }

  private void deleteTag(Route.Manifest route, Tag tag, Exchange exchange) throws IOException {
    if (!tags.delete(route.repository(), tag)) {
      throw unknown(route);
    }
    announcements.tagDeleted(exchange, route.repository(), tag);
  }

  private void deleteManifest(Route.Manifest route, Digest digest, Exchange exchange)
      throws IOException {
    List<Tag> gone = manifests.delete(route.repository(), digest).orElseThrow(() -> unknown(route));
    announcements.manifestDeleted(exchange, route.repository(), digest, gone);
  }

  private static RegistryException unknown(Route.Manifest route) {
    return new RegistryException(
        new RegistryError.ManifestUnknown(route.repository(), route.reference()));
  }
}
