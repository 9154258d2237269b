package io.stowage.registry.error;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.Reference;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.oci.UploadId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can go wrong with a request. {@link #code()} is what programs read, {@link
 * #message()} what a person reads, {@link #detail()} names the value and the rule. Details are made
 * of strings, numbers, lists and maps, hold no path of the server and no secret, and repeat at most
 * {@value #MAX_ECHO} characters of what the client sent.
 */
public sealed interface RegistryError {
  /** How many characters of a client's value are repeated in a detail. */
  int MAX_ECHO = 256;

  ErrorCode code();

  default String message() {
    return code().message();
  }

  /** What is wrong with what: JSON-like data, or null where the code says it all. */
  @Nullable Object detail();

  // --- names, digests, references

  /** A digest that is malformed or of an unsupported algorithm. */
  record DigestInvalid(String digest, String rule) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.DIGEST_INVALID;
    }

    @Override
    public String message() {
      return "invalid digest: " + rule;
    }

    @Override
    public Object detail() {
      return fields("digest", digest, "rule", rule);
    }
  }

  /** Content whose digest is not the one that the client announced. Nothing was stored. */
  record DigestMismatch(Digest expected, Digest actual) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.DIGEST_INVALID;
    }

    @Override
    public Object detail() {
      return fields("expected", expected.toString(), "actual", actual.toString());
    }
  }

  /** A repository name that breaks the grammar. */
  record NameInvalid(String name, String rule) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.NAME_INVALID;
    }

    @Override
    public Object detail() {
      return fields("name", name, "rule", rule);
    }
  }

  /** A repository that doesn't exist. */
  record NameUnknown(RepositoryName name) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.NAME_UNKNOWN;
    }

    @Override
    public Object detail() {
      return fields("name", name.value());
    }
  }

  /** A tag that breaks the grammar, where one is to be written. */
  record TagInvalid(String tag, String rule) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.MANIFEST_INVALID;
    }

    @Override
    public String message() {
      return "invalid tag";
    }

    @Override
    public Object detail() {
      return fields("tag", tag, "rule", rule);
    }
  }

  // --- blobs and uploads

  /** A blob that this repository doesn't have. */
  record BlobUnknown(Digest digest) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.BLOB_UNKNOWN;
    }

    @Override
    public Object detail() {
      return digest.toString();
    }
  }

  /** An upload that doesn't exist in this repository: never started, ended, or timed out. */
  record BlobUploadUnknown(String id) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.BLOB_UPLOAD_UNKNOWN;
    }

    @Override
    public Object detail() {
      return fields("uuid", id);
    }
  }

  /**
   * A chunk that doesn't continue the upload, or a second writer. The upload is untouched; the
   * answer tells where it stands so that the client can go on.
   *
   * @param size how many bytes the upload holds
   */
  record RangeMismatch(RepositoryName repository, UploadId id, long size, String reason)
      implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.RANGE_INVALID;
    }

    @Override
    public Object detail() {
      return fields("uuid", id.value(), "received", size, "reason", reason);
    }
  }

  /** A {@code Content-Range} that is no range. */
  record RangeMalformed(String range, String rule) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.RANGE_INVALID;
    }

    @Override
    public Object detail() {
      return fields("range", range, "rule", rule);
    }
  }

  /** A {@code Range} that no byte of the content satisfies. */
  record RangeNotSatisfiable(String range, long size) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.RANGE_INVALID;
    }

    @Override
    public Object detail() {
      return fields("range", range, "size", size);
    }
  }

  /** Fewer or more bytes than announced. */
  record SizeInvalid(long expected, long actual) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.SIZE_INVALID;
    }

    @Override
    public Object detail() {
      return fields("expected", expected, "actual", actual);
    }
  }

  /** A {@code Content-Encoding}: bytes are stored as sent and nothing is inflated. */
  record EncodingUnsupported(String encoding) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNSUPPORTED;
    }

    @Override
    public String message() {
      return "Content-Encoding is not supported: send the bytes as they are";
    }

    @Override
    public Object detail() {
      return fields("contentEncoding", encoding);
    }
  }

  // --- manifests

  /** A manifest or tag that this repository doesn't have. */
  record ManifestUnknown(RepositoryName repository, String reference) implements RegistryError {
    public ManifestUnknown(RepositoryName repository, Reference reference) {
      this(repository, reference.toString());
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.MANIFEST_UNKNOWN;
    }

    @Override
    public Object detail() {
      return fields("name", repository.value(), "reference", reference);
    }
  }

  /** A manifest that breaks a rule. */
  record ManifestInvalid(String reason) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.MANIFEST_INVALID;
    }

    @Override
    public Object detail() {
      return fields("reason", reason);
    }
  }

  /**
   * A manifest above the configured limit.
   *
   * @param limit the largest accepted manifest, in bytes
   * @param size the announced length in bytes, or -1 if the body was cut at the limit
   */
  record ManifestTooLarge(long limit, long size) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.MANIFEST_INVALID;
    }

    @Override
    public String message() {
      return "manifest too large";
    }

    @Override
    public Object detail() {
      return size < 0 ? fields("limit", limit) : fields("limit", limit, "size", size);
    }
  }

  /** Content that a manifest names and this repository doesn't have. */
  record ManifestBlobUnknown(Digest digest) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.MANIFEST_BLOB_UNKNOWN;
    }

    @Override
    public Object detail() {
      return digest.toString();
    }
  }

  /**
   * An image of a class that the configuration doesn't list. The message says it all, as it is what
   * clients show.
   *
   * @param imageClass {@code image} or {@code plugin}
   */
  record ClassNotAllowed(String imageClass) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.DENIED;
    }

    @Override
    public String message() {
      return "this registry accepts no " + imageClass + " manifests (policy.repository.classes)";
    }

    @Override
    public Object detail() {
      return fields("class", imageClass, "key", "policy.repository.classes");
    }
  }

  /** A conditional write whose condition doesn't hold; the tag is where it was. */
  record PreconditionFailed(Tag tag, String condition) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.DENIED;
    }

    @Override
    public String message() {
      return "precondition failed: the tag is not in the expected state";
    }

    @Override
    public Object detail() {
      return fields("tag", tag.name(), "condition", condition);
    }
  }

  // --- requests as such

  /** A number of results that is none. */
  record PaginationNumberInvalid(String n) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.PAGINATION_NUMBER_INVALID;
    }

    @Override
    public Object detail() {
      return fields("n", n, "rule", "n is a whole number from 0 to " + Integer.MAX_VALUE);
    }
  }

  /** A path that no endpoint has. */
  record RouteUnknown(String path) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNSUPPORTED;
    }

    @Override
    public String message() {
      return "no such endpoint";
    }

    @Override
    public Object detail() {
      return fields("path", path);
    }
  }

  /** A method that the endpoint doesn't have. */
  record MethodUnsupported(String method, SortedSet<String> allowed) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNSUPPORTED;
    }

    @Override
    public Object detail() {
      return fields("method", method, "allowed", List.copyOf(allowed));
    }
  }

  /** An operation that the configuration switches off. */
  record OperationDisabled(String reason, SortedSet<String> allowed) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNSUPPORTED;
    }

    @Override
    public Object detail() {
      return fields("reason", reason);
    }
  }

  /** A request that can't be understood: its target, a query parameter or a header. */
  record RequestInvalid(String what, String rule) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNSUPPORTED;
    }

    @Override
    public String message() {
      return "invalid request";
    }

    @Override
    public Object detail() {
      return fields("value", what, "rule", rule);
    }
  }

  /** A body where none or a small one is expected. */
  record BodyTooLarge(long limit) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.SIZE_INVALID;
    }

    @Override
    public String message() {
      return "request body too large";
    }

    @Override
    public Object detail() {
      return fields("limit", limit);
    }
  }

  // --- access and the server's own state

  /**
   * No credentials, or none that do.
   *
   * @param challenge how to log in, the value of {@code WWW-Authenticate}
   * @param needed what the request needs; empty for nothing in particular
   */
  record Unauthorized(String challenge, List<NeededRight> needed) implements RegistryError {
    public Unauthorized {
      needed = List.copyOf(needed);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.UNAUTHORIZED;
    }

    @Override
    public @Nullable Object detail() {
      return needed.isEmpty() ? null : needed.stream().map(NeededRight::fields).toList();
    }
  }

  /**
   * Credentials that were shown to get a token, and are wrong. Says so in words of its own: docker
   * takes the code with its usual message for a fault that passes, and repeats a push for 50 s.
   *
   * @param challenge how to log in, the value of {@code WWW-Authenticate}
   */
  record LoginFailed(String challenge) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNAUTHORIZED;
    }

    @Override
    public String message() {
      return "wrong user name, password or token";
    }

    @Override
    public @Nullable Object detail() {
      return null;
    }
  }

  /**
   * A right in the words of distribution, which lists them so in its refusals.
   *
   * @param type {@code repository} or {@code registry}
   */
  record NeededRight(String type, String name, String action) {
    private Map<String, Object> fields() {
      return RegistryError.fields("Type", type, "Class", "", "Name", name, "Action", action);
    }
  }

  /**
   * A personal access token or robot that doesn't exist, or belongs to somebody else.
   *
   * @param name the token's id or the robot's name
   */
  record CredentialUnknown(String name) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.NAME_UNKNOWN;
    }

    @Override
    public String message() {
      return "no such personal access token or robot";
    }

    @Override
    public Object detail() {
      return fields("name", name);
    }
  }

  /** Known, but not allowed. */
  record Denied(String reason) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.DENIED;
    }

    @Override
    public Object detail() {
      return fields("reason", reason);
    }
  }

  /** Too much at once; try again later. */
  record TooManyRequests(String reason, Duration retryAfter) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.TOOMANYREQUESTS;
    }

    @Override
    public Object detail() {
      return fields("reason", reason);
    }
  }

  /** Not now: the server is stopping or starting. */
  record Unavailable(String reason, Duration retryAfter) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNAVAILABLE;
    }

    @Override
    public Object detail() {
      return clip(reason);
    }
  }

  /**
   * The disk or a quota is full. Nothing that can be read has changed; an upload keeps what it had
   * before, and its client can ask how much that is. Reads and deletes still work.
   */
  record StorageFull() implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.DENIED;
    }

    @Override
    public String message() {
      return "the registry's storage is full";
    }

    @Override
    public @Nullable Object detail() {
      return null;
    }
  }

  /**
   * The disk failed. Nothing that can be read has changed, and an upload keeps what it had before,
   * as when it is full. But if it was the redo log that could not be flushed, the change may be
   * there after the next start, in full. The log has the story under the request's id.
   *
   * @param reason what is wrong with it, without a path
   */
  record StorageFailed(String reason, String requestId) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNKNOWN;
    }

    @Override
    public String message() {
      return "the registry's storage failed: " + clip(reason);
    }

    @Override
    public Object detail() {
      return fields("requestId", requestId);
    }
  }

  /** A fault of ours. The log has the story under the request's id; the client learns only that. */
  record Internal(String requestId) implements RegistryError {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNKNOWN;
    }

    @Override
    public Object detail() {
      return fields("requestId", requestId);
    }
  }

  private static Map<String, Object> fields(Object... keysAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Object value = keysAndValues[i + 1];
      fields.put((String) keysAndValues[i], value instanceof String text ? clip(text) : value);
    }
    return fields;
  }

  private static String clip(String text) {
    if (text.length() <= MAX_ECHO) {
      return text;
    }
    // Half of a surrogate pair is no character: it could not be written as UTF-8.
    int end = Character.isHighSurrogate(text.charAt(MAX_ECHO - 1)) ? MAX_ECHO - 1 : MAX_ECHO;
    return text.substring(0, end) + "...";
  }
}
