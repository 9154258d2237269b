package io.stowage.registry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.Page;
import io.stowage.registry.storage.Repositories;
import io.stowage.registry.storage.TagCondition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Repositories} promises. */
public abstract class RepositoriesContract extends StorageContract {
  private static final TestManifest ONE = TestManifest.of("one");

  private Repositories repositories() {
    return storage.repositories();
  }

  private void pushAll(List<String> names) throws IOException {
    for (String name : names) {
      Pushes.manifest(storage, new RepositoryName(name), ONE);
    }
  }

  private static List<String> names(Page<RepositoryName> page) {
    return page.items().stream().map(RepositoryName::value).toList();
  }

  @Test
  void exists_fromTheFirstManifestToTheLast() throws IOException {
    assertThat(repositories().exists(APP)).isFalse();

    Pushes.manifest(storage, APP, ONE);
    assertThat(repositories().exists(APP)).isTrue();

    storage.manifests().delete(APP, ONE.digest());
    assertThat(repositories().exists(APP)).isFalse();
  }

  @Test
  void exists_sha512ManifestOnly_isTrue() throws IOException {
    storage.manifests().put(Pushes.put(APP, ONE, DigestAlgorithm.SHA512, TagCondition.NONE));

    assertThat(repositories().exists(APP)).isTrue();
  }

  @Test
  void exists_blobOnly_isFalse() throws IOException {
    Pushes.blob(storage, APP, Pushes.bytes("x"));

    assertThat(repositories().exists(APP)).isFalse();
    assertThat(repositories().list(name -> true, null, 10)).isEqualTo(Page.empty());
  }

  @Test
  void exists_parentOfARepository_isFalse() throws IOException {
    Pushes.manifest(storage, APP, ONE);

    assertThat(repositories().exists(new RepositoryName("library"))).isFalse();
    assertThat(names(repositories().list(name -> true, null, 10))).containsExactly("library/app");
  }

  @Test
  void list_emptyRegistry_isEmpty() throws IOException {
    assertThat(repositories().list(name -> true, null, 10)).isEqualTo(Page.empty());
  }

  @Test
  void list_all_isInByteOrderOfWholeNames() throws IOException {
    pushAll(Names.REPOSITORIES);

    assertThat(names(repositories().list(name -> true, null, 1000)))
        .isEqualTo(Names.REPOSITORIES.stream().sorted().toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 21, 22, 23})
  void list_pageAfterPage_isTheWholeList(int limit) throws IOException {
    pushAll(Names.REPOSITORIES);

    List<String> union = new ArrayList<>();
    Page<RepositoryName> page = repositories().list(name -> true, null, limit);
    union.addAll(names(page));
    while (page.more()) {
      page = repositories().list(name -> true, union.getLast(), limit);
      assertThat(page.items()).isNotEmpty();
      union.addAll(names(page));
    }

    assertThat(union).isEqualTo(Names.REPOSITORIES.stream().sorted().toList());
  }

  @Test
  void list_afterAnyPlace_isWhatSortsBehindIt() throws IOException {
    pushAll(Names.REPOSITORIES);
    List<String> places = new ArrayList<>(Names.REPOSITORIES);
    places.addAll(
        List.of("", "/", "a/", "a-", "a.", "a/a", "a/b/", "a/b/b", "a/b/d", "aa", "zz", "~"));

    for (String place : places) {
      assertThat(names(repositories().list(name -> true, place, 1000)))
          .as("after %s", place)
          .isEqualTo(
              Names.REPOSITORIES.stream().filter(n -> n.compareTo(place) > 0).sorted().toList());
    }
  }

  @Test
  void list_invisibleRepositories_arePassedOver() throws IOException {
    pushAll(List.of("a", "b", "c", "d"));
    Predicate<RepositoryName> visible =
        name -> !name.value().equals("b") && !name.value().equals("d");

    assertThat(repositories().list(visible, null, 2).more()).isFalse();
    assertThat(names(repositories().list(visible, null, 2))).containsExactly("a", "c");
  }

  @Test
  void list_limitZero_isEmptyAndKnowsOfMore() throws IOException {
    pushAll(List.of("a"));

    assertThat(repositories().list(name -> true, null, 0))
        .isEqualTo(new Page<RepositoryName>(List.of(), true));
    assertThat(repositories().list(name -> true, "a", 0))
        .isEqualTo(new Page<RepositoryName>(List.of(), false));
  }

  @Test
  void list_repositoryWhoseLastManifestWent_isGone() throws IOException {
    pushAll(List.of("a", "b"));
    storage.manifests().delete(new RepositoryName("a"), ONE.digest());

    assertThat(names(repositories().list(name -> true, null, 10))).containsExactly("b");
  }

  @Test
  void list_afterEachChange_isUpToDate() throws IOException {
    for (int i = 10; i < 25; i++) {
      pushAll(List.of("n/r" + i));
      assertThat(names(repositories().list(name -> true, null, 100)))
          .hasSize(i - 9)
          .contains("n/r" + i);
    }
  }
}
