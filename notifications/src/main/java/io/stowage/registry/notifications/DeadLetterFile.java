package io.stowage.registry.notifications;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file with a line of JSON for each event that will not be delivered, for people and their tools.
 * When it is full it becomes the previous one, and the one before that is gone.
 */
final class DeadLetterFile implements DeadLetters {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Path file;
  private final Path previous;
  private final long maxBytes;
  private final Tally tally;
  private final Complaint complaint;
  private @Nullable FileChannel channel;
  private boolean unflushed;

  /**
   * @param name of the file without its ending
   * @param maxBytes of one of the two files
   */
  DeadLetterFile(Path folder, String name, long maxBytes, Tally tally, Complaint complaint) {
    this.file = folder.resolve(name + ".dead.jsonl");
    this.previous = folder.resolve(name + ".dead.1.jsonl");
    this.maxBytes = maxBytes;
    this.tally = tally;
    this.complaint = complaint;
  }

  @Override
  public void bury(Instant time, byte[] body, String reason) {
    try {
      write(line(time, body, reason));
      tally.dead();
      complaint.warn(file + ": events are given up: " + reason, null);
    } catch (IOException | JacksonException e) {
      tally.lost(1);
      complaint.warn(file + ": an event is lost that was given up: " + reason, e);
    }
  }

  private static byte[] line(Instant time, byte[] body, String reason) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + 256);
    try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringProperty("reason", reason);
      json.writeStringProperty("time", time.toString());
      json.writeName("envelope");
      json.writeTree(MAPPER.readTree(body));
      json.writeEndObject();
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private void write(byte[] line) throws IOException {
    FileChannel out = open();
    if (out.size() > 0 && out.size() + line.length > maxBytes) {
      close();
      Files.move(
          file, previous, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      out = open();
    }
    unflushed = true;
    try {
      writeAll(out, ByteBuffer.wrap(line));
    } catch (IOException e) {
      close(); // the next one opens it again, and ends the torn line
      throw e;
    }
  }

  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      open =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      channel = open;
      open.position(open.size());
      endTornLine(open);
      Folders.flush(Folders.of(file));
    }
    return open;
  }

  private static void endTornLine(FileChannel out) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    if (out.size() > 0 && out.read(last, out.size() - 1) == 1 && last.get(0) != '\n') {
      writeAll(out, ByteBuffer.wrap(new byte[] {'\n'}));
    }
  }

  private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  @Override
  public void flush() throws IOException {
    if (channel != null && unflushed) {
      unflushed = false;
      channel.force(false);
    }
  }

  @Override
  public void close() throws IOException {
    FileChannel open = channel;
    if (open != null) {
      channel = null;
      try (open) {
        open.force(false);
      }
    }
  }
}
