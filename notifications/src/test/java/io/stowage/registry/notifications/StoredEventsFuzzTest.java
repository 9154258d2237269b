package io.stowage.registry.notifications;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.InputSource;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is left in a file of events is what was written, up to where it is damaged. */
class StoredEventsFuzzTest {
  private static final String FIRST = "{\"events\":[{\"id\":\"1\"}]}";
  private static final String SECOND = "{\"events\":[{\"id\":\"22\"}]}";

  /** Behind the length and the checksum; see {@link Segment}. */
  private static final int CHECKED_AT = 8;

  private static final int BODY_AT = 16;

  @TempDir Path folder;

  @Test
  void open_anySegment_readsWholeEventsUpToTheDamage() throws Exception {
    byte[] one = written(FIRST);
    byte[] two = written(FIRST, SECOND);
    Mutator mutator = new Mutator(Corpus.of(List.of(one, two, written())));
    InputSource mended =
        random -> {
          byte[] bytes = mutator.next(random);
          return random.nextBoolean() ? mended(bytes) : bytes;
        };

    FuzzRun.of("event-segment", mended).against(this::holdsEvents);
  }

  private byte[] written(String... bodies) throws IOException {
    Segment segment = Segment.create(folder, 0);
    Path file = Path.of(segment.toString());
    for (String body : bodies) {
      segment.append(Instant.EPOCH, body.getBytes(UTF_8));
    }
    segment.flush();
    byte[] bytes = Files.readAllBytes(file);
    segment.delete();
    return bytes;
  }

  /** With the checksums that belong to what stands there, so that more of it is looked at. */
  private static byte[] mended(byte[] bytes) {
    ByteBuffer segment = ByteBuffer.wrap(bytes);
    int at = Segment.START;
    while (at + BODY_AT <= bytes.length) {
      int length = segment.getInt(at);
      if (length <= 0 || length > bytes.length - at - BODY_AT) {
        break;
      }
      CRC32C crc = new CRC32C();
      crc.update(segment.slice(at + CHECKED_AT, Long.BYTES + length));
      segment.putInt(at + Integer.BYTES, (int) crc.getValue());
      at += BODY_AT + length;
    }
    return bytes;
  }

  private boolean holdsEvents(byte[] bytes) throws IOException {
    Files.write(folder.resolve("%016x.events".formatted(0)), bytes);
    try (Segment segment = Segment.open(folder, 0, 0)) {
      assertThat(segment.end() + segment.tornBytes()).isEqualTo(bytes.length);
      long at = Segment.START;
      int events = 0;
      for (QueuedEvent event = segment.read(at); event != null; event = segment.read(at)) {
        String body = new String(event.body(), ISO_8859_1);
        assertThat(new String(bytes, ISO_8859_1)).contains(body);
        at += Segment.bytesOf(event.body());
        events++;
      }
      assertThat(segment.waiting()).isEqualTo(events);
      assertThat(at).isEqualTo(Math.max(segment.end(), Segment.START));
      return events > 0;
    }
  }

  @Test
  void open_anyCursor_isWhereItWasOrAtTheBeginning() throws Exception {
    Path file = folder.resolve("cursor");
    try (Cursor cursor = Cursor.open(file)) {
      cursor.moveTo(3, 8);
      cursor.moveTo(4, 16);
    }
    byte[] whole = Files.readAllBytes(file);

    FuzzRun.of("event-cursor", new Mutator(Corpus.of(List.of(whole))))
        .against(
            bytes -> {
              Files.write(file, bytes);
              try (Cursor cursor = Cursor.open(file)) {
                List<Long> place = List.of(cursor.segment(), cursor.offset());
                assertThat(place).isIn(List.of(0L, 0L), List.of(3L, 8L), List.of(4L, 16L));
                return cursor.segment() == 4;
              }
            });
  }
}
