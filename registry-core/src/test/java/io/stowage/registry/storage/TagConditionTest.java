package io.stowage.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TagConditionTest {
  private static final Digest HERE = new Digest(DigestAlgorithm.SHA256, "a".repeat(64));
  private static final Digest THERE = new Digest(DigestAlgorithm.SHA256, "b".repeat(64));

  @Test
  void allows_withoutCondition_always() {
    assertThat(TagCondition.NONE.allows(Optional.empty())).isTrue();
    assertThat(TagCondition.NONE.allows(Optional.of(HERE))).isTrue();
  }

  @Test
  void allows_absent_onlyWhereThereIsNoTag() {
    TagCondition absent = new TagCondition.Absent();

    assertThat(absent.allows(Optional.empty())).isTrue();
    assertThat(absent.allows(Optional.of(HERE))).isFalse();
    assertThat(absent.text()).isEqualTo("If-None-Match: *");
  }

  @Test
  void allows_on_onlyWhereTheTagIsOnThatManifest() {
    TagCondition on = new TagCondition.On(HERE);

    assertThat(on.allows(Optional.empty())).isFalse();
    assertThat(on.allows(Optional.of(THERE))).isFalse();
    assertThat(on.allows(Optional.of(HERE))).isTrue();
    assertThat(on.text()).isEqualTo("If-Match: \"" + HERE + "\"");
  }
}
