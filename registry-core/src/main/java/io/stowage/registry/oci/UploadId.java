package io.stowage.registry.oci;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.util.Locale;
import java.util.UUID;

/**
 * The id of an upload session: a UUID in its canonical lower-case form, so that it is safe as the
 * name of a folder. A new one is random (122 bits): knowing it is not meant to be guessable.
 */
public record UploadId(String value) {

  public UploadId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("upload id: " + value);
    }
  }

  /** A new id that nobody can guess. */
  public static UploadId random() {
    return new UploadId(UUID.randomUUID().toString());
  }

  /**
   * Parses an id from a client.
   *
   * @throws RegistryException with {@link RegistryError.BlobUploadUnknown}: an upload with an
   *     impossible id does not exist
   */
  public static UploadId parse(String text) {
    if (!isValid(text)) {
      throw new RegistryException(new RegistryError.BlobUploadUnknown(text));
    }
    return new UploadId(text);
  }

  /** Whether the text is a UUID as {@link UUID#toString} writes it. */
  public static boolean isValid(String text) {
    if (text.length() != 36 || !text.equals(text.toLowerCase(Locale.ROOT))) {
      return false;
    }
    try {
      return UUID.fromString(text).toString().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
