package io.stowage.registry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.Page;
import io.stowage.registry.storage.TagStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link TagStore} promises. */
public abstract class TagStoreContract extends StorageContract {
  private static final TestManifest ONE = TestManifest.of("one");
  private static final Tag V1 = new Tag("v1");

  private TagStore tags() {
    return storage.tags();
  }

  private List<String> names(Page<Tag> page) {
    return page.items().stream().map(Tag::name).toList();
  }

  @Test
  void find_setTag_givesItsManifest() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");

    assertThat(tags().find(APP, V1)).contains(ONE.digest());
  }

  @Test
  void find_unknownTag_isEmpty() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");

    assertThat(tags().find(APP, new Tag("v2"))).isEmpty();
    assertThat(tags().find(APP, new Tag("V1"))).isEmpty();
    assertThat(tags().find(OTHER, V1)).isEmpty();
  }

  // --- list

  @Test
  void list_unknownRepository_isRefused() {
    assertThat(errorsOf(() -> tags().list(APP, null, 10)))
        .containsExactly(new RegistryError.NameUnknown(APP));
  }

  @Test
  void list_repositoryWithBlobsOnly_isRefused() throws IOException {
    Pushes.blob(storage, APP, Pushes.bytes("x"));

    assertThat(errorsOf(() -> tags().list(APP, null, 10)))
        .containsExactly(new RegistryError.NameUnknown(APP));
  }

  @Test
  void list_manifestsWithoutTags_isEmpty() throws IOException {
    Pushes.manifest(storage, APP, ONE);

    assertThat(tags().list(APP, null, 10)).isEqualTo(Page.empty());
  }

  @Test
  void list_all_isInByteOrder() throws IOException {
    Pushes.manifest(storage, APP, ONE, Names.TAGS.toArray(String[]::new));

    Page<Tag> page = tags().list(APP, null, 1000);

    assertThat(names(page)).isEqualTo(Names.TAGS.stream().sorted().toList());
    assertThat(page.more()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 25, 26, 27})
  void list_pageAfterPage_isTheWholeList(int limit) throws IOException {
    Pushes.manifest(storage, APP, ONE, Names.TAGS.toArray(String[]::new));

    List<String> union = new ArrayList<>();
    Page<Tag> page = tags().list(APP, null, limit);
    union.addAll(names(page));
    while (page.more()) {
      page = tags().list(APP, union.getLast(), limit);
      assertThat(page.items()).isNotEmpty();
      union.addAll(names(page));
    }

    assertThat(union).isEqualTo(Names.TAGS.stream().sorted().toList());
  }

  @Test
  void list_afterANameThatDoesNotExist_startsBehindItsPlace() throws IOException {
    Pushes.manifest(storage, APP, ONE, "a", "c");

    assertThat(names(tags().list(APP, "b", 10))).containsExactly("c");
    assertThat(names(tags().list(APP, "", 10))).containsExactly("a", "c");
    assertThat(names(tags().list(APP, "~ no tag /", 10))).isEmpty();
  }

  @Test
  void list_limitZero_isEmptyAndKnowsOfMore() throws IOException {
    Pushes.manifest(storage, APP, ONE, "a");

    assertThat(tags().list(APP, null, 0)).isEqualTo(new Page<Tag>(List.of(), true));
    assertThat(tags().list(APP, "a", 0)).isEqualTo(new Page<Tag>(List.of(), false));
  }

  @Test
  void list_afterEachChange_isUpToDate() throws IOException {
    for (int i = 10; i < 30; i++) {
      Pushes.manifest(storage, APP, ONE, "t" + i);
      assertThat(tags().list(APP, null, 100).items()).hasSize(i - 9).contains(new Tag("t" + i));
    }
    for (int i = 10; i < 29; i++) {
      tags().delete(APP, new Tag("t" + i));
      assertThat(tags().list(APP, null, 100).items())
          .hasSize(29 - i)
          .doesNotContain(new Tag("t" + i));
    }
  }

  // --- delete

  @Test
  void delete_tag_removesItAndNothingElse() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1", "v2");

    assertThat(tags().delete(APP, V1)).isTrue();

    assertThat(tags().find(APP, V1)).isEmpty();
    assertThat(names(tags().list(APP, null, 10))).containsExactly("v2");
    assertThat(storage.manifests().find(APP, ONE.digest())).isPresent();
  }

  @Test
  void delete_lastTag_keepsTheRepository() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");

    tags().delete(APP, V1);

    assertThat(tags().list(APP, null, 10)).isEqualTo(Page.empty());
    assertThat(storage.repositories().exists(APP)).isTrue();
  }

  @Test
  void delete_unknownTag_saysSo() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");

    assertThat(tags().delete(APP, new Tag("v2"))).isFalse();
    assertThat(tags().delete(OTHER, V1)).isFalse();
  }

  @Test
  void delete_thenSetAgain_isThereAgain() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");
    tags().delete(APP, V1);

    Pushes.manifest(storage, APP, ONE, "v1");

    assertThat(tags().find(APP, V1)).contains(ONE.digest());
  }
}
