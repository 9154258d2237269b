package io.stowage.registry.oci;

import java.util.Locale;

/**
 * A media type without parameters, in lower case (RFC 6838, section 4.2). Unknown types are legal
 * values: a registry stores artifacts of any kind.
 */
public record MediaType(String value) {
  public static final MediaType OCI_MANIFEST =
      new MediaType("application/vnd.oci.image.manifest.v1+json");
  public static final MediaType OCI_INDEX =
      new MediaType("application/vnd.oci.image.index.v1+json");
  public static final MediaType DOCKER_MANIFEST =
      new MediaType("application/vnd.docker.distribution.manifest.v2+json");
  public static final MediaType DOCKER_MANIFEST_LIST =
      new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
  public static final MediaType DOCKER_SCHEMA1 =
      new MediaType("application/vnd.docker.distribution.manifest.v1+json");
  public static final MediaType DOCKER_SCHEMA1_SIGNED =
      new MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws");
  public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");

  /** The longest name on each side of the slash, in characters. */
  private static final int MAX_NAME_LENGTH = 127;

  public MediaType {
    if (!isValid(value)) {
      throw new IllegalArgumentException("media type: " + value);
    }
  }

  /** Whether the text is {@code type/subtype} in lower case, each side by RFC 6838's grammar. */
  public static boolean isValid(String text) {
    int slash = text.indexOf('/');
    return slash >= 0 && isName(text.substring(0, slash)) && isName(text.substring(slash + 1));
  }

  private static boolean isName(String text) {
    if (text.isEmpty() || text.length() > MAX_NAME_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!alphanumeric && (i == 0 || "!#$&-^_.+".indexOf(c) < 0)) {
        return false;
      }
    }
    return true;
  }

  /** The text without parameters and white space, in lower case: the canonical spelling. */
  public static String withoutParameters(String text) {
    int semicolon = text.indexOf(';');
    String bare = semicolon < 0 ? text : text.substring(0, semicolon);
    return bare.strip().toLowerCase(Locale.ROOT);
  }

  /** Whether content of this type lists manifests (an index or a manifest list). */
  public boolean isIndex() {
    return equals(OCI_INDEX) || equals(DOCKER_MANIFEST_LIST);
  }

  @Override
  public String toString() {
    return value;
  }
}
