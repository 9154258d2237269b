package io.stowage.registry.error;

/**
 * The error codes of the distribution specification ("Error Codes"), and those of distribution that
 * clients know besides. A constant's name is the code on the wire. No HTTP status is known here.
 */
public enum ErrorCode {
  BLOB_UNKNOWN("blob unknown to registry"),
  BLOB_UPLOAD_INVALID("blob upload invalid"),
  BLOB_UPLOAD_UNKNOWN("blob upload unknown to registry"),
  DIGEST_INVALID("provided digest did not match uploaded content"),
  MANIFEST_BLOB_UNKNOWN("manifest references a manifest or blob unknown to registry"),
  MANIFEST_INVALID("manifest invalid"),
  MANIFEST_UNKNOWN("manifest unknown"),
  NAME_INVALID("invalid repository name"),
  NAME_UNKNOWN("repository name not known to registry"),
  SIZE_INVALID("provided length did not match content length"),
  UNAUTHORIZED("authentication required"),
  DENIED("requested access to the resource is denied"),
  UNSUPPORTED("the operation is unsupported"),
  TOOMANYREQUESTS("too many requests"),
  RANGE_INVALID("invalid content range"),
  PAGINATION_NUMBER_INVALID("invalid number of results requested"),
  UNAVAILABLE("service unavailable"),
  UNKNOWN("unknown error");

  private final String message;

  ErrorCode(String message) {
    this.message = message;
  }

  /** The sentence that stands beside the code when an error has none of its own. */
  public String message() {
    return message;
  }
}
