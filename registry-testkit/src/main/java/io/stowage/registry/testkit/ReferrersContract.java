package io.stowage.registry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.storage.Page;
import io.stowage.registry.storage.Referrer;
import io.stowage.registry.storage.Referrers;
import io.stowage.registry.storage.TagCondition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Referrers} promises. */
public abstract class ReferrersContract extends StorageContract {
  private static final TestManifest SUBJECT = TestManifest.of("subject");
  private static final String SBOM = "application/sbom";
  private static final String SIGNATURE = "application/signature";

  private Page<Referrer> list(Set<String> types, @Nullable String after, int limit)
      throws IOException {
    return storage.referrers().list(APP, SUBJECT.digest(), types, after, limit);
  }

  private List<Digest> all() throws IOException {
    return digests(list(Set.of(), null, 1000));
  }

  private static List<Digest> digests(Page<Referrer> page) {
    return page.items().stream().map(Referrer::digest).toList();
  }

  private static TestManifest referrer(String note, String type) {
    return TestManifest.of(note).withSubject(SUBJECT.digest()).withArtifactType(type);
  }

  private List<Digest> push(int count) throws IOException {
    List<Digest> pushed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TestManifest manifest = referrer("referrer " + i, i % 2 == 0 ? SBOM : SIGNATURE);
      Pushes.manifest(storage, APP, manifest);
      pushed.add(manifest.digest());
    }
    return pushed;
  }

  @Test
  void list_unknownRepositoryOrSubject_isEmpty() throws IOException {
    assertThat(list(Set.of(), null, 10)).isEqualTo(Page.empty());

    Pushes.manifest(storage, APP, SUBJECT, "v1");
    assertThat(list(Set.of(), null, 10)).isEqualTo(Page.empty());
  }

  @Test
  void list_referrer_hasDigestAndType() throws IOException {
    TestManifest sbom = referrer("s", SBOM);
    Pushes.manifest(storage, APP, sbom);

    assertThat(list(Set.of(), null, 10).items())
        .singleElement()
        .satisfies(
            referrer -> {
              assertThat(referrer.digest()).isEqualTo(sbom.digest());
              assertThat(referrer.artifactType()).isEqualTo(SBOM);
            });
  }

  @Test
  void list_subjectThatIsNotThere_hasReferrersAllTheSame() throws IOException {
    List<Digest> pushed = push(2);

    assertThat(storage.manifests().find(APP, SUBJECT.digest())).isEmpty();
    assertThat(all()).isEqualTo(pushed);
  }

  @Test
  void list_manifestWithTags_isListedOnce() throws IOException {
    TestManifest sbom = referrer("s", SBOM);
    Pushes.manifest(storage, APP, sbom, "a", "b");
    Pushes.manifest(storage, APP, sbom, "c");

    assertThat(all()).containsExactly(sbom.digest());
  }

  @Test
  void list_otherSubjectsAndRepositories_areNotMixedIn() throws IOException {
    Pushes.manifest(storage, OTHER, referrer("elsewhere", SBOM));
    Pushes.manifest(storage, APP, TestManifest.of("x").withSubject(TestManifest.of("y").digest()));
    TestManifest mine = referrer("mine", SBOM);
    Pushes.manifest(storage, APP, mine);

    assertThat(all()).containsExactly(mine.digest());
  }

  @Test
  void list_many_isInTheOrderOfTheirPushes() throws IOException {
    List<Digest> pushed = push(20);

    assertThat(all()).isEqualTo(pushed);
  }

  @Test
  void list_pushedAgain_staysInItsPlace() throws IOException {
    List<Digest> pushed = push(3);
    Pushes.manifest(storage, APP, referrer("referrer 0", SBOM));

    assertThat(all()).isEqualTo(pushed);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 9, 10, 11})
  void list_pageAfterPage_isTheWholeList(int limit) throws IOException {
    List<Digest> pushed = push(10);

    Page<Referrer> page = list(Set.of(), null, limit);
    List<Digest> union = new ArrayList<>(digests(page));
    while (page.more()) {
      page = list(Set.of(), page.items().getLast().cursor(), limit);
      assertThat(page.items()).isNotEmpty();
      union.addAll(digests(page));
    }

    assertThat(union).isEqualTo(pushed);
  }

  @Test
  void list_byTypes_isFilteredWithinThePages() throws IOException {
    List<Digest> pushed = push(6);

    Page<Referrer> first = list(Set.of(SBOM), null, 2);
    Page<Referrer> second = list(Set.of(SBOM), first.items().getLast().cursor(), 2);

    assertThat(digests(first)).containsExactly(pushed.get(0), pushed.get(2));
    assertThat(first.more()).isTrue();
    assertThat(digests(second)).containsExactly(pushed.get(4));
    assertThat(second.more()).isFalse();
    assertThat(digests(list(Set.of(SBOM, SIGNATURE), null, 10))).isEqualTo(pushed);
    assertThat(list(Set.of("application/none"), null, 10)).isEqualTo(Page.empty());
  }

  @Test
  void list_withoutType_isPassedOverByAnyFilter() throws IOException {
    Pushes.manifest(storage, APP, TestManifest.of("bare").withSubject(SUBJECT.digest()));

    assertThat(all()).hasSize(1);
    assertThat(list(Set.of(SBOM), null, 10).items()).isEmpty();
  }

  @Test
  void list_whilePagingSomeoneDeletesAndPushes_repeatsNone() throws IOException {
    List<Digest> pushed = push(6);
    Page<Referrer> first = list(Set.of(), null, 3);

    storage.manifests().delete(APP, pushed.get(2));
    Pushes.manifest(storage, APP, referrer("late", SBOM));
    Page<Referrer> second = list(Set.of(), first.items().getLast().cursor(), 10);

    assertThat(digests(second))
        .startsWith(pushed.get(3), pushed.get(4), pushed.get(5))
        .doesNotContainAnyElementsOf(digests(first));
  }

  @Test
  void list_deletedReferrer_isGoneAtOnce() throws IOException {
    List<Digest> pushed = push(3);
    assertThat(all()).isEqualTo(pushed);

    storage.manifests().delete(APP, pushed.get(1));

    assertThat(all()).containsExactly(pushed.get(0), pushed.get(2));
  }

  @Test
  void list_deletedSubject_keepsItsReferrers() throws IOException {
    Pushes.manifest(storage, APP, SUBJECT, "v1");
    List<Digest> pushed = push(2);

    storage.manifests().delete(APP, SUBJECT.digest());

    assertThat(all()).isEqualTo(pushed);
  }

  @Test
  void list_pushedWhileListed_appearsAtOnce() throws IOException {
    List<Digest> pushed = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      TestManifest manifest = referrer("step " + i, SBOM);
      Pushes.manifest(storage, APP, manifest);
      pushed.add(manifest.digest());
      assertThat(all()).isEqualTo(pushed);
    }
  }

  @Test
  void list_sha512SubjectAndReferrer_isListed() throws IOException {
    Digest subject = SUBJECT.digest(DigestAlgorithm.SHA512);
    TestManifest manifest = TestManifest.of("long").withSubject(subject);
    TestManifest plain = TestManifest.of("short").withSubject(subject);
    storage.manifests().put(Pushes.put(APP, manifest, DigestAlgorithm.SHA512, TagCondition.NONE));
    Pushes.manifest(storage, APP, plain);

    assertThat(digests(storage.referrers().list(APP, subject, Set.of(), null, 10)))
        .containsExactly(manifest.digest(DigestAlgorithm.SHA512), plain.digest());
  }
}
