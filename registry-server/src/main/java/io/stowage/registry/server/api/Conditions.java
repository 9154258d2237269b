package io.stowage.registry.server.api;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.storage.TagCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Conditional requests (RFC 9110, section 13). An entity tag is the digest in quotes; clients that
 * send it bare are understood too.
 */
final class Conditions {
  private Conditions() {}

  static String entityTag(Digest digest) {
    return "\"" + digest + "\"";
  }

  /** Whether the client has this content already, so that 304 is the answer. */
  static boolean isNotModified(Headers headers, Digest digest) {
    return entityTags(headers.all("If-None-Match")).stream()
        .anyMatch(tag -> tag.isAny() || tag.value().equals(digest.toString()));
  }

  /** Whether a {@code Range} counts: without {@code If-Range}, or with one of this content. */
  static boolean rangeApplies(Headers headers, Digest digest) {
    return headers.first("If-Range").map(tag -> tag.equals(entityTag(digest))).orElse(true);
  }

  /** What must hold of a tag before it is set, from {@code If-Match} and {@code If-None-Match}. */
  static TagCondition tagCondition(Headers headers) {
    List<EntityTag> absent = entityTags(headers.all("If-None-Match"));
    List<EntityTag> on = entityTags(headers.all("If-Match"));
    if (absent.isEmpty() && on.isEmpty()) {
      return TagCondition.NONE;
    }
    if (on.isEmpty() && absent.stream().allMatch(EntityTag::isAny)) {
      return new TagCondition.Absent();
    }
    // A weak tag never matches here (RFC 9110, section 13.1.1): rather say so than fail with 412.
    if (absent.isEmpty() && on.size() == 1 && !on.getFirst().weak()) {
      Optional<Digest> expected = Digest.find(on.getFirst().value());
      if (expected.isPresent()) {
        return new TagCondition.On(expected.get());
      }
    }
    throw new RegistryException(
        new RegistryError.RequestInvalid(
            "If-Match: %s, If-None-Match: %s"
                .formatted(headers.all("If-Match"), headers.all("If-None-Match")),
            "a write takes either If-Match: \"<digest>\" or If-None-Match: *"));
  }

  private static List<EntityTag> entityTags(List<String> fields) {
    List<EntityTag> tags = new ArrayList<>(fields.size());
    for (String field : fields) {
      for (String part : field.split(",", -1)) {
        if (!part.isBlank()) {
          tags.add(EntityTag.parse(part.strip()));
        }
      }
    }
    return tags;
  }

  /**
   * An entity tag as a client sends it (RFC 9110, section 8.8.3).
   *
   * @param value what stands between the quotes
   */
  private record EntityTag(boolean weak, boolean quoted, String value) {
    static EntityTag parse(String text) {
      boolean weak = text.startsWith("W/");
      String tag = weak ? text.substring(2) : text;
      boolean quoted = tag.length() > 1 && tag.startsWith("\"") && tag.endsWith("\"");
      return new EntityTag(weak, quoted, quoted ? tag.substring(1, tag.length() - 1) : tag);
    }

    /** Whether this is the wildcard, which stands without quotes. */
    boolean isAny() {
      return !weak && !quoted && value.equals("*");
    }
  }
}
