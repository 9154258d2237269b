package io.stowage.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.Tag;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TagConditionTest {
  private static final Tag TAG = new Tag("v1");
  private static final Digest HERE = new Digest(DigestAlgorithm.SHA256, "a".repeat(64));
  private static final Digest THERE = new Digest(DigestAlgorithm.SHA256, "b".repeat(64));

  @Test
  void refusal_withoutCondition_never() {
    assertThat(TagCondition.NONE.refusal(TAG, Optional.empty())).isEmpty();
    assertThat(TagCondition.NONE.refusal(TAG, Optional.of(HERE))).isEmpty();
  }

  @Test
  void refusal_absent_whereThereIsATag() {
    TagCondition absent = new TagCondition.Absent();

    assertThat(absent.refusal(TAG, Optional.empty())).isEmpty();
    assertThat(absent.refusal(TAG, Optional.of(HERE)))
        .contains(new RegistryError.PreconditionFailed(TAG, "If-None-Match: *"));
  }

  @Test
  void refusal_on_whereTheTagIsNotOnThatManifest() {
    TagCondition on = new TagCondition.On(HERE);

    RegistryError failed = new RegistryError.PreconditionFailed(TAG, "If-Match: \"" + HERE + "\"");
    assertThat(on.refusal(TAG, Optional.empty())).contains(failed);
    assertThat(on.refusal(TAG, Optional.of(THERE))).contains(failed);
    assertThat(on.refusal(TAG, Optional.of(HERE))).isEmpty();
  }

  @Test
  void refusal_unmoved_isOfATagOnAnotherManifest() {
    TagCondition unmoved = new TagCondition.Unmoved(HERE);

    assertThat(unmoved.refusal(TAG, Optional.empty())).isEmpty();
    assertThat(unmoved.refusal(TAG, Optional.of(HERE))).isEmpty();
    assertThat(unmoved.refusal(TAG, Optional.of(THERE)))
        .contains(
            new RegistryError.Denied(
                "the tag v1 is on another manifest, and moving it takes the right tag-overwrite"));
  }

  @Test
  void refusal_both_isTheFirstThatThereIs() {
    TagCondition both =
        new TagCondition.Both(new TagCondition.On(THERE), new TagCondition.Unmoved(HERE));

    assertThat(both.refusal(TAG, Optional.empty()))
        .get()
        .isInstanceOf(RegistryError.PreconditionFailed.class);
    assertThat(both.refusal(TAG, Optional.of(THERE)))
        .get()
        .isInstanceOf(RegistryError.Denied.class);
  }
}
