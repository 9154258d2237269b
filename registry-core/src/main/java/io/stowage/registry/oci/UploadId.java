package io.stowage.registry.oci;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of an upload session: a UUID in its canonical lower-case form, and behind it, if the
 * upload belongs to a user, that user's mark; safe as the name of a folder. A new one is random
 * (122 bits): knowing it is not meant to be guessable.
 *
 * <p>The mark is a hash of id and user. Who learns an id can't give it another owner, since an
 * upload of that id doesn't exist, and learns the user only by guessing; so a session keeps its
 * owner without a file that says so, over a restart too.
 */
public record UploadId(String value) {
  private static final int UUID_LENGTH = 36;
  private static final int MARK_LENGTH = 32;
  private static final Pattern MARK = Pattern.compile("-[0-9a-f]{" + MARK_LENGTH + "}");

  public UploadId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("upload id: " + value);
    }
  }

  /** A new id that nobody can guess, of an upload that belongs to nobody in particular. */
  public static UploadId random() {
    return new UploadId(UUID.randomUUID().toString());
  }

  /**
   * A new id that nobody can guess.
   *
   * @param owner the user whose upload it is, empty for nobody in particular
   */
  public static UploadId randomOf(String owner) {
    String uuid = UUID.randomUUID().toString();
    return new UploadId(owner.isEmpty() ? uuid : uuid + "-" + mark(uuid, owner));
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

  /** Whether the upload belongs to a user: to one in particular. */
  public boolean hasOwner() {
    return value.length() > UUID_LENGTH;
  }

  /** Whether this user may go on with the upload: nobody's uploads are everybody's. */
  public boolean belongsTo(String user) {
    String uuid = value.substring(0, UUID_LENGTH);
    return !hasOwner() || value.equals(uuid + "-" + mark(uuid, user));
  }

  private static String mark(String uuid, String owner) {
    byte[] bytes = (uuid + owner).getBytes(StandardCharsets.UTF_8);
    return DigestVerifier.digestOf(DigestAlgorithm.SHA256, bytes).hex().substring(0, MARK_LENGTH);
  }

  /** Whether the text is a UUID as {@link UUID#toString} writes it, with or without a mark. */
  public static boolean isValid(String text) {
    return text.length() >= UUID_LENGTH
        && isUuid(text.substring(0, UUID_LENGTH))
        && (text.length() == UUID_LENGTH || MARK.matcher(text.substring(UUID_LENGTH)).matches());
  }

  private static boolean isUuid(String text) {
    if (!text.equals(text.toLowerCase(Locale.ROOT))) {
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
