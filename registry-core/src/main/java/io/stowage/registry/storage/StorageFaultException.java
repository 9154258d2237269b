package io.stowage.registry.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What holds the storage failed for a reason that a client may know: it names no file. The
 * operation had no effect, and may be tried again when the fault is mended.
 */
public final class StorageFaultException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Errors of POSIX ({@code errno}) that are nobody's secret. */
  public enum Fault {
    /** EROFS: also what a disk becomes that the system no longer trusts. */
    READ_ONLY("Read-only file system"),
    /** EIO: bytes could not be read, written or flushed. */
    INPUT_OUTPUT("Input/output error"),
    /** EMFILE or ENFILE: the limit of the process or of the system is reached. */
    TOO_MANY_OPEN_FILES("Too many open files"),
    /** EINTR: some network file systems give up on a call when a signal comes. */
    INTERRUPTED("Interrupted system call");

    private final String systemText;

    Fault(String systemText) {
      this.systemText = systemText;
    }

    /** The fault that a failure tells of. The JDK has no types for these, only a text. */
    public static Optional<Fault> of(IOException failure) {
      if (failure instanceof StorageFaultException known) {
        return Optional.of(known.fault);
      }
      String text =
          failure instanceof FileSystemException named && named.getReason() != null
              ? named.getReason()
              : String.valueOf(failure.getMessage());
      return Arrays.stream(values()).filter(fault -> text.contains(fault.systemText)).findFirst();
    }

    /** What it is, in the words that operators know, in lower case. */
    public String words() {
      return systemText.toLowerCase(Locale.ROOT);
    }
  }

  private final Fault fault;

  /** The message is for the log and may name files; the fault is for the client. */
  public StorageFaultException(Fault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }
}
