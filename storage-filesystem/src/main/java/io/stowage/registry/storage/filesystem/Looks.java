package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks twice before anything is told: what changes under a check is not broken. Every look begins
 * with the name from which readers begin, and writers give names last and take them first; so what
 * two looks see alike was not between two states.
 */
final class Looks {
  /** Looks at one object and says what is wrong with it. Must not keep what it saw. */
  interface Look {
    void at(List<VolumeFinding> found) throws IOException;
  }

  /** Hears what was seen twice. */
  interface Witness {
    void found(VolumeFinding finding) throws IOException;

    /** Called before each look; what it throws ends the check. */
    void proceed() throws IOException;
  }

  private final Witness witness;

  Looks(Witness witness) {
    this.witness = witness;
  }

  /** What can't be read is a finding too, and hurts nothing else. */
  void look(Path object, Look look) throws IOException {
    witness.proceed();
    List<VolumeFinding> first = once(object, look);
    if (first.isEmpty()) {
      return;
    }
    List<VolumeFinding> second = once(object, look);
    for (VolumeFinding finding : first) {
      if (second.contains(finding)) {
        witness.found(finding);
      }
    }
  }

  private static List<VolumeFinding> once(Path object, Look look) throws IOException {
    List<VolumeFinding> found = new ArrayList<>();
    try {
      look.at(found);
    } catch (Interrupted e) {
      throw e.cause();
    } catch (IOException e) {
      found.add(new VolumeFinding.Unreadable(reason(e), object));
    }
    return found;
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }

  /** Lets a witness end the check from inside of a long look. */
  void proceed() throws Interrupted {
    try {
      witness.proceed();
    } catch (IOException e) {
      throw new Interrupted(e);
    }
  }

  /** Not a problem of the object, but the end of the check. */
  static final class Interrupted extends IOException {
    private static final long serialVersionUID = 1L;

    private final IOException ending;

    private Interrupted(IOException cause) {
      super(cause);
      this.ending = cause;
    }

    IOException cause() {
      return ending;
    }
  }
}
