package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the scrub keeps its place. Replaced by a rename and not flushed: after a power cut it may
 * be an older one or none, which costs reading some files again.
 */
final class ScrubFile {
  private static final Logger LOG = LoggerFactory.getLogger(ScrubFile.class);

  private final Path file;
  private final AtomicFile files;

  ScrubFile(Layout layout, AtomicFile files) {
    this.file = layout.scrub();
    this.files = files;
  }

  /** What was written last; the state of a volume never scrubbed if that is gone or damaged. */
  ScrubState read() {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      Optional<ScrubState> state = ScrubState.parse(text);
      if (state.isEmpty()) {
        LOG.warn("{} is damaged; the scrub begins again", file);
      }
      return state.orElse(ScrubState.NONE);
    } catch (NoSuchFileException e) {
      return ScrubState.NONE;
    } catch (IOException e) {
      LOG.warn("{} can't be read; the scrub begins again", file, e);
      return ScrubState.NONE;
    }
  }

  void write(ScrubState state) throws IOException {
    byte[] text = state.text().getBytes(StandardCharsets.US_ASCII);
    files.publish(files.stage(text, null), file);
  }
}
