package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stowage.registry.storage.filesystem.RedoRecord.Change;
import io.stowage.registry.storage.filesystem.RedoRecord.Folder;
import io.stowage.registry.storage.filesystem.RedoRecord.Moved;
import io.stowage.registry.storage.filesystem.RedoRecord.Put;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedoRecordTest {
  private static final byte[] PUT = encoded(new Put("a/b", new byte[10], 0));

  /** Where a record that puts something says how long that is: behind all but the content. */
  private static final int LENGTH_AT = PUT.length - 10 - Integer.BYTES;

  private static byte[] encoded(Change change) {
    try {
      return new RedoRecord(1, List.of(change)).encoded();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void refused(byte[] bytes) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> RedoRecord.decode(ByteBuffer.wrap(bytes)));
  }

  @Test
  void decode_cutAnywhere_isRefused() {
    for (int length = 0; length < PUT.length; length++) {
      refused(Arrays.copyOf(PUT, length));
    }
  }

  @Test
  void decode_withSomethingBehindIt_isRefused() {
    refused(Arrays.copyOf(PUT, PUT.length + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, 9, 11, Integer.MAX_VALUE})
  void decode_contentOfAnotherLength_isRefused(int length) {
    byte[] bytes = PUT.clone();
    ByteBuffer.wrap(bytes).putInt(LENGTH_AT, length);

    refused(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 2, Integer.MAX_VALUE})
  void decode_anotherNumberOfChanges_isRefused(int count) {
    byte[] bytes = PUT.clone();
    ByteBuffer.wrap(bytes).putInt(Long.BYTES, count);

    refused(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "/a", "..", "../a", "a/..", "a/./b", "a//b", "a/", "a\0", "\ud800"})
  void decode_placeThatIsNoneBelowTheVolume_isRefused(String path) {
    refused(encoded(new Folder(path)));
    refused(encoded(new Moved("a", path)));
  }
}
