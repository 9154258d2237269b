package io.stowage.registry.event;

import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened to a repository, and who caused it.
 *
 * @param id unique; receivers know by it what they have heard already
 */
public record RegistryEvent(UUID id, Instant time, Kind kind, Target target, Cause cause) {

  /** What happened. */
  public enum Kind {
    PULL(false),
    PUSH(true),
    MOUNT(true),
    DELETE(true);

    private final boolean change;

    Kind(boolean change) {
      this.change = change;
    }

    /** Whether the registry is another one afterwards. */
    public boolean isChange() {
      return change;
    }

    /** The word for it in configurations and on the wire. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What it happened to.
   *
   * @param mediaType of the content, empty if the content is gone
   * @param digest of the content, null if only a tag is gone
   * @param size of the content in bytes, 0 if it is gone
   * @param mountedFrom where a mounted blob comes from, if that is known
   * @param tag by which it was named, or which is gone
   * @param url of the content by its digest, empty if it is gone
   * @param references what a manifest names; empty unless that is wanted
   */
  public record Target(
      RepositoryName repository,
      String mediaType,
      @Nullable Digest digest,
      long size,
      @Nullable RepositoryName mountedFrom,
      @Nullable Tag tag,
      String url,
      List<Descriptor> references) {
    public Target {
      references = List.copyOf(references);
      if (digest == null && tag == null) {
        throw new IllegalArgumentException("neither digest nor tag (expected: one of them)");
      }
    }

    /** Content that is there. */
    public static Target of(RepositoryName repository, Descriptor content, String url) {
      return new Target(
          repository,
          content.mediaType(),
          content.digest(),
          content.size(),
          null,
          null,
          url,
          List.of());
    }

    /** A blob or manifest that is gone. */
    public static Target gone(RepositoryName repository, Digest digest) {
      return new Target(repository, "", digest, 0, null, null, "", List.of());
    }

    /** A tag that is gone. */
    public static Target gone(RepositoryName repository, Tag tag) {
      return new Target(repository, "", null, 0, null, tag, "", List.of());
    }

    /** The same, named by a tag. */
    public Target named(@Nullable Tag name) {
      return new Target(repository, mediaType, digest, size, mountedFrom, name, url, references);
    }

    /** The same, mounted from there. */
    public Target from(@Nullable RepositoryName source) {
      return new Target(repository, mediaType, digest, size, source, tag, url, references);
    }

    /** The same, with what it names. */
    public Target naming(List<Descriptor> content) {
      return new Target(repository, mediaType, digest, size, mountedFrom, tag, url, content);
    }
  }

  /**
   * The request that caused it.
   *
   * @param requestId as in the logs
   * @param address of the client, with the port if that is known; empty if there is none
   * @param host as the client calls the server
   * @param user who asked, empty for anonymous
   */
  public record Cause(
      String requestId,
      String address,
      String host,
      String method,
      String userAgent,
      String user) {}

  /** A new event. Its id begins with the time (UUID version 7, RFC 9562), so ids sort by age. */
  public static RegistryEvent of(Instant time, Kind kind, Target target, Cause cause) {
    UUID random = UUID.randomUUID();
    long high = time.toEpochMilli() << 16 | 0x7000 | (random.getMostSignificantBits() & 0x0fff);
    return new RegistryEvent(
        new UUID(high, random.getLeastSignificantBits()), time, kind, target, cause);
  }
}
