package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a segment whose bytes aren't those that were written. */
class RedoSegmentTest {
  private static final int BYTES = 64 << 10;

  @TempDir private Path folder;
  private final Disk disk = new TestDisk();

  private Path file() {
    return folder.resolve("0");
  }

  /** A segment with these batches of so many records, from number 1 on. */
  private void write(int... batches) throws IOException {
    try (RedoSegment segment = RedoSegment.make(disk, folder.resolve("0.tmp"), file(), BYTES)) {
      segment.begin(7, 1);
      long number = 1;
      for (int batch : batches) {
        List<byte[]> payloads = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
          payloads.add(payload(number + i));
        }
        segment.write(number, payloads);
        number += batch;
      }
    }
  }

  private static byte[] payload(long number) throws IOException {
    return new RedoRecord(number, List.of(new RedoRecord.Folder("docker/x"))).encoded();
  }

  private static int frame(int n) throws IOException {
    return RedoSegment.HEAD_BYTES + (n - 1) * (RedoSegment.FRAME_BYTES + payload(1).length);
  }

  private void flip(int at) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw")) {
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 0x10);
    }
  }

  private record Read(List<Long> numbers, long damaged) {}

  private Read read() throws IOException {
    List<Long> numbers = new ArrayList<>();
    try (RedoSegment segment = RedoSegment.open(disk, file())) {
      segment.read(
          (number, record) -> {
            assertThat(record.time()).isEqualTo(number);
            numbers.add(number);
          });
      return new Read(numbers, segment.damaged());
    }
  }

  @Test
  void read_whatWasWritten_isAllOfIt() throws IOException {
    write(1, 3, 2);

    assertThat(read()).isEqualTo(new Read(List.of(1L, 2L, 3L, 4L, 5L, 6L), 0));
  }

  /** Wherever the byte is: in a length, a number, a checksum or a payload. */
  @Test
  void read_damageBeforeALaterBatch_countsWhatIsWholeAndTellsOfTheRest() throws IOException {
    for (int at = 0; at < RedoSegment.FRAME_BYTES + payload(1).length; at++) {
      write(1, 2, 1);
      flip(frame(2) + at);

      assertThat(read()).as("byte %d", at).isEqualTo(new Read(List.of(1L, 3L, 4L), 1));
    }
  }

  @Test
  void read_damageInTheLastBatch_endsThere() throws IOException {
    write(1, 3);
    flip(frame(3));

    assertThat(read()).isEqualTo(new Read(List.of(1L, 2L), 0));
  }

  /** Its pages reach the disk in any order; nobody was told that it is there. */
  @Test
  void read_lastBatchWithoutItsBeginning_countsAsNeverMade() throws IOException {
    write(1, 3);
    flip(frame(2));

    assertThat(read()).isEqualTo(new Read(List.of(1L), 0));
  }

  @Test
  void read_damageBeforeATornBatch_countsWhatIsProven() throws IOException {
    write(2, 3);
    flip(frame(1) + RedoSegment.FRAME_BYTES);
    flip(frame(4));

    assertThat(read()).isEqualTo(new Read(List.of(2L, 3L), 1));
  }

  @Test
  void read_damagedHead_countsNothingAndIsNotTakenForEmpty() throws IOException {
    write(1);
    flip(20);

    assertThat(read()).isEqualTo(new Read(List.of(), 0));
    try (RedoSegment segment = RedoSegment.open(disk, file())) {
      segment.read((number, record) -> {});
      assertThat(segment.wasLeftEmpty()).isFalse();
    }
  }

  @Test
  void read_anEarlierUse_countsNothing() throws IOException {
    write(3, 3);
    try (RedoSegment segment = RedoSegment.open(disk, file())) {
      segment.reset();
      segment.begin(9, 4);
      segment.write(4, List.of(payload(4)));
    }

    assertThat(read()).isEqualTo(new Read(List.of(4L), 0));
  }

  @Test
  void read_ofALaterVersion_isRefused() throws IOException {
    write(1);
    byte[] bytes = Files.readAllBytes(file());
    bytes["stowage redo ".length()] = '2';
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 32);
    ByteBuffer.wrap(bytes).putInt(32, (int) crc.getValue());
    Files.write(file(), bytes);

    assertThatThrownBy(this::read).hasMessageContaining("of another version");
  }
}
