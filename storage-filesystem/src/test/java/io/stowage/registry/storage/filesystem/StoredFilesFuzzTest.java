package io.stowage.registry.storage.filesystem;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.InputSource;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is left in a file of ours is what was written, or found to be damaged. */
class StoredFilesFuzzTest {
  private static final Digest DIGEST = Digest.parse("sha256:" + "0a".repeat(32));
  private static final int SEGMENT_BYTES = 4096;
  private static final int LENGTH_AT = 0;
  private static final int NUMBER_AT = 4;
  private static final int CHECK_AT = 12;

  @TempDir Path folder;

  @Test
  void decode_anyRecord_isReadWholeOrRefused() throws Exception {
    Corpus records =
        Corpus.of(records().stream().map(StoredFilesFuzzTest::encoded).toList())
            .withWords("blobs/sha256/../../..", "/etc/passwd", "\0");

    FuzzRun.of("redo-record", new Mutator(records)).against(StoredFilesFuzzTest::isRecord);
  }

  private static boolean isRecord(byte[] bytes) throws IOException {
    RedoRecord record;
    try {
      record = RedoRecord.decode(ByteBuffer.wrap(bytes));
    } catch (IOException refused) {
      return false;
    }
    byte[] again = record.encoded();
    assertThat(again.length).isLessThanOrEqualTo(bytes.length);
    assertThat(RedoRecord.decode(ByteBuffer.wrap(again)).encoded()).isEqualTo(again);
    return true;
  }

  @Test
  void read_anySegment_givesWholeRecordsInOrder() throws Exception {
    Path file = folder.resolve("0");
    List<byte[]> segments = new ArrayList<>();
    for (int count = 0; count <= records().size(); count++) {
      segments.add(segment(file, records().subList(0, count)));
    }
    Mutator mutator = new Mutator(Corpus.of(segments));
    InputSource mended =
        random -> {
          byte[] bytes = mutator.next(random);
          return random.nextBoolean() ? mended(bytes) : bytes;
        };

    FuzzRun.of("redo-segment", mended).against(bytes -> isSegment(file, bytes));
  }

  /** The file of a segment with these records from number 7 on. */
  private byte[] segment(Path file, List<RedoRecord> records) throws IOException {
    Disk disk = new TestDisk();
    try (RedoSegment segment =
        RedoSegment.make(disk, folder.resolve("temporary"), file, SEGMENT_BYTES)) {
      segment.begin(0x1234_5678_9abc_def0L, 7);
      segment.write(7, records.stream().map(StoredFilesFuzzTest::encoded).toList());
    }
    return Files.readAllBytes(file);
  }

  /** With the checksums that belong to what stands there, so that more of it is looked at. */
  private static byte[] mended(byte[] bytes) {
    ByteBuffer segment = ByteBuffer.wrap(bytes);
    if (bytes.length < RedoSegment.HEAD_BYTES) {
      return bytes;
    }
    CRC32C head = new CRC32C();
    head.update(segment.slice(0, 32));
    segment.putInt(32, (int) head.getValue());
    int at = RedoSegment.HEAD_BYTES;
    while (at + RedoSegment.FRAME_BYTES <= bytes.length) {
      int length =
          segment.getInt(at + LENGTH_AT) & Integer.MAX_VALUE; // the other bit begins a batch
      int payload = at + RedoSegment.FRAME_BYTES;
      if (length <= 0 || length > bytes.length - payload) {
        break;
      }
      CRC32C crc = new CRC32C();
      crc.update(segment.slice(16, Long.BYTES)); // the epoch
      crc.update(segment.slice(at + NUMBER_AT, Long.BYTES));
      crc.update(segment.slice(at + LENGTH_AT, Integer.BYTES));
      crc.update(segment.slice(payload, length));
      segment.putInt(at + CHECK_AT, (int) crc.getValue());
      at = payload + length;
    }
    return bytes;
  }

  private static boolean isSegment(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    List<Long> numbers = new ArrayList<>();
    try (RedoSegment segment = RedoSegment.open(new PosixDisk(), file)) {
      try {
        segment.read((number, record) -> numbers.add(number));
      } catch (IOException refused) {
        return false;
      }
      for (int i = 1; i < numbers.size(); i++) {
        assertThat(numbers.get(i)).isGreaterThan(numbers.get(i - 1));
      }
      if (segment.damaged() == 0 && !numbers.isEmpty()) {
        assertThat(segment.firstRead()).isEqualTo(numbers.getFirst());
        assertThat(numbers.getLast()).isEqualTo(numbers.getFirst() + numbers.size() - 1);
      }
    }
    return !numbers.isEmpty();
  }

  private static List<RedoRecord> records() {
    return List.of(
        new RedoRecord(1, List.of(new RedoRecord.Folder("repositories/a/_manifests"))),
        new RedoRecord(
            1_700_000_000_000L,
            List.of(
                new RedoRecord.Put("a/link", DIGEST.toString().getBytes(US_ASCII), 5),
                new RedoRecord.Put("b/data", new byte[300], RedoRecord.NO_TIME),
                new RedoRecord.Kept("c"),
                new RedoRecord.Removed("d/e\u00e9"))),
        new RedoRecord(
            3,
            List.of(
                new RedoRecord.Moved("f", "g"),
                new RedoRecord.TakenBack(5, 6),
                new RedoRecord.Elsewhere("record-7"))));
  }

  private static byte[] encoded(RedoRecord record) {
    try {
      return record.encoded();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void read_anyLink_isADigestOrTorn() throws Exception {
    Path file = folder.resolve("link");
    Corpus links =
        Corpus.of(
                DIGEST.toString(), "  sha512:" + "9f".repeat(64) + "\r\n", DIGEST + " ".repeat(440))
            .withWords("sha256:", "sha512:", "md5:", "SHA256:", "\u00a0", "../", DIGEST.toString());

    FuzzRun.of("link", new Mutator(links))
        .against(
            bytes -> {
              Files.write(file, bytes);
              if (!(Link.read(file) instanceof Link.To(Digest target))) {
                return false;
              }
              assertThat(new String(bytes, UTF_8).strip()).startsWith(target.toString());
              assertThat(Link.isWhole(file, target))
                  .isEqualTo(new String(bytes, UTF_8).equals(target.toString()));
              return true;
            });
  }
}
