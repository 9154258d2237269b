package io.stowage.registry.server.api;

import io.stowage.registry.event.EventSink;
import io.stowage.registry.event.RegistryEvent;
import io.stowage.registry.event.RegistryEvent.Cause;
import io.stowage.registry.event.RegistryEvent.Kind;
import io.stowage.registry.event.RegistryEvent.Target;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.ManifestFacts;
import io.stowage.registry.storage.StoredManifest;
import io.stowage.registry.thread.NonBlocking;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever listens what requests did. Handlers call it when the change is durable and before
 * the client hears of it. Where nobody listens, a call costs a comparison.
 */
public final class Announcements {
  /** Nobody listens. */
  public static final Announcements NONE =
      new Announcements(EventSink.NONE, Locations.RELATIVE, new ManifestParser(), false, false);

  private final EventSink sink;
  private final Locations locations;
  private final ManifestParser parser;
  private final boolean headIsPull;
  private final boolean includeReferences;

  /**
   * @param locations for the URLs of what events are about: absolute ones
   * @param parser of pulled manifests, for what they name
   * @param headIsPull whether asking for the head of a content counts as a pull
   * @param includeReferences whether events of manifests list what these name
   */
  public Announcements(
      EventSink sink,
      Locations locations,
      ManifestParser parser,
      boolean headIsPull,
      boolean includeReferences) {
    this.sink = sink;
    this.locations = locations;
    this.parser = parser;
    this.headIsPull = headIsPull;
    this.includeReferences = includeReferences;
  }

  // --- blobs

  void blobPushed(Exchange exchange, RepositoryName repository, BlobContent blob) {
    if (sink.wants(Kind.PUSH)) {
      tell(exchange, Kind.PUSH, blob(exchange, repository, blob));
    }
  }

  /**
   * @param from null if it was any repository that has the blob
   */
  void blobMounted(
      Exchange exchange,
      RepositoryName repository,
      BlobContent blob,
      @Nullable RepositoryName from) {
    if (sink.wants(Kind.MOUNT)) {
      tell(exchange, Kind.MOUNT, blob(exchange, repository, blob).from(from));
    }
  }

  /** To be called ahead of finding what is to be told about: telling may block on a disk. */
  void beforePull(Exchange exchange) {
    if (isPull(exchange)) {
      NonBlocking.beforeBlocking();
    }
  }

  void blobPulled(Exchange exchange, RepositoryName repository, BlobContent blob) {
    if (isPull(exchange)) {
      tell(exchange, Kind.PULL, blob(exchange, repository, blob));
    }
  }

  void blobDeleted(Exchange exchange, RepositoryName repository, Digest digest) {
    if (sink.wants(Kind.DELETE)) {
      tell(exchange, Kind.DELETE, Target.gone(repository, digest));
    }
  }

  private Target blob(Exchange exchange, RepositoryName repository, BlobContent blob) {
    return Target.of(
        repository,
        new Descriptor(MediaType.OCTET_STREAM.value(), blob.digest(), blob.size()),
        locations.blob(exchange.request(), repository, blob.digest()));
  }

  // --- manifests

  /** One event for each tag, or one without a tag. */
  void manifestPushed(
      Exchange exchange,
      RepositoryName repository,
      StoredManifest manifest,
      ManifestFacts facts,
      List<Tag> tags) {
    if (!sink.wants(Kind.PUSH)) {
      return;
    }
    Target target = manifest(exchange, repository, manifest);
    Target complete = includeReferences ? target.naming(references(facts)) : target;
    tell(
        exchange,
        Kind.PUSH,
        tags.isEmpty() ? List.of(complete) : tags.stream().map(complete::named).toList());
  }

  /**
   * @param tag null if it was pulled by digest
   */
  void manifestPulled(
      Exchange exchange, RepositoryName repository, StoredManifest manifest, @Nullable Tag tag) {
    if (!isPull(exchange)) {
      return;
    }
    Target target = manifest(exchange, repository, manifest).named(tag);
    tell(
        exchange,
        Kind.PULL,
        includeReferences
            ? target.naming(
                parser.read(manifest.bytes()).map(Announcements::references).orElse(List.of()))
            : target);
  }

  /** An event for the manifest, and one for each tag that went with it. */
  void manifestDeleted(
      Exchange exchange, RepositoryName repository, Digest digest, List<Tag> tags) {
    if (sink.wants(Kind.DELETE)) {
      List<Target> gone = new ArrayList<>(tags.size() + 1);
      gone.add(Target.gone(repository, digest));
      tags.forEach(tag -> gone.add(Target.gone(repository, tag)));
      tell(exchange, Kind.DELETE, gone);
    }
  }

  void tagDeleted(Exchange exchange, RepositoryName repository, Tag tag) {
    if (sink.wants(Kind.DELETE)) {
      tell(exchange, Kind.DELETE, Target.gone(repository, tag));
    }
  }

  private Target manifest(Exchange exchange, RepositoryName repository, StoredManifest manifest) {
    return Target.of(
        repository,
        new Descriptor(manifest.mediaType().value(), manifest.digest(), manifest.bytes().length),
        locations.manifest(exchange.request(), repository, manifest.digest()));
  }

  private static List<Descriptor> references(ManifestFacts facts) {
    return Stream.concat(facts.blobs().stream(), facts.manifests().stream()).toList();
  }

  // --- events

  private boolean isPull(Exchange exchange) {
    return sink.wants(Kind.PULL) && (headIsPull || exchange.method() != Method.HEAD);
  }

  private void tell(Exchange exchange, Kind kind, Target target) {
    tell(exchange, kind, List.of(target));
  }

  private void tell(Exchange exchange, Kind kind, List<Target> targets) {
    Instant now = Instant.now();
    Cause cause = cause(exchange);
    sink.accept(
        targets.stream().map(target -> RegistryEvent.of(now, kind, target, cause)).toList());
  }

  private static Cause cause(Exchange exchange) {
    Request request = exchange.request();
    return new Cause(
        request.id(),
        address(request),
        request.headers().first("Host").orElse(""),
        request.method(),
        request.headers().first("User-Agent").orElse(""),
        exchange.caller().identity().user());
  }

  /** With the port only if it is the client's own: of what a proxy tells, the port isn't known. */
  private static String address(Request request) {
    InetAddress client = request.client();
    if (client == null) {
      return "";
    }
    String host = client.getHostAddress();
    return request.peer() instanceof InetSocketAddress peer && client.equals(peer.getAddress())
        ? (host.contains(":") ? "[" + host + "]" : host) + ":" + peer.getPort()
        : host;
  }
}
