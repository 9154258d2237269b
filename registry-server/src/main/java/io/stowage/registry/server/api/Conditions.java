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
    List<String> tags = entityTags(headers.all("If-None-Match"));
    return tags.contains("*") || tags.contains(digest.toString());
  }

  /** Whether a {@code Range} counts: without {@code If-Range}, or with one of this content. */
  static boolean rangeApplies(Headers headers, Digest digest) {
    return headers.first("If-Range").map(tag -> tag.equals(entityTag(digest))).orElse(true);
  }

  /** What must hold of a tag before it is set, from {@code If-Match} and {@code If-None-Match}. */
  static TagCondition tagCondition(Headers headers) {
    List<String> absent = entityTags(headers.all("If-None-Match"));
    List<String> on = entityTags(headers.all("If-Match"));
    if (absent.isEmpty() && on.isEmpty()) {
      return TagCondition.NONE;
    }
    if (on.isEmpty() && absent.equals(List.of("*"))) {
      return new TagCondition.Absent();
    }
    if (absent.isEmpty() && on.size() == 1) {
      Optional<Digest> expected = Digest.find(on.getFirst());
      if (expected.isPresent()) {
        return new TagCondition.On(expected.get());
      }
    }
    throw new RegistryException(
        new RegistryError.RequestInvalid(
            "If-Match: %s, If-None-Match: %s".formatted(on, absent),
            "a write takes either If-Match: \"<digest>\" or If-None-Match: *"));
  }

  private static List<String> entityTags(List<String> fields) {
    List<String> tags = new ArrayList<>(fields.size());
    for (String field : fields) {
      for (String part : field.split(",", -1)) {
        String tag = part.strip();
        if (tag.startsWith("W/")) {
          tag = tag.substring(2);
        }
        if (tag.length() > 1 && tag.startsWith("\"") && tag.endsWith("\"")) {
          tag = tag.substring(1, tag.length() - 1);
        }
        if (!tag.isEmpty()) {
          tags.add(tag);
        }
      }
    }
    return tags;
  }
}
