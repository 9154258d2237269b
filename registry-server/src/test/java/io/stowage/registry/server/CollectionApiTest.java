package io.stowage.registry.server;

import static io.stowage.registry.server.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.storage.GarbageCollector.Order;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests a client may rely on when garbage is collected afterwards. */
class CollectionApiTest extends ApiTest {
  private static final String REPOSITORY = "library/app";
  private static final Content LAYER = Content.random(700);
  private static final Document IMAGE = Document.image(Document.EMPTY_CONFIG, LAYER);
  private static final Document ANOTHER = Document.image(Document.EMPTY_CONFIG, LAYER, LAYER);

  CollectionApiTest(Backing backing) {
    super(backing);
  }

  private void collect() throws IOException {
    storage.garbageCollector().collect(new Order(false, true, Duration.ofHours(1)), finding -> {});
  }

  private String pushImage() throws IOException {
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    String layer = registry.pushBlob(REPOSITORY, LAYER);
    registry.pushManifest(REPOSITORY, "v1", IMAGE);
    return layer;
  }

  private void deleteImage() throws IOException {
    assertThat(registry.delete(manifest(REPOSITORY, IMAGE.digest())).status()).isEqualTo(202);
  }

  @Test
  void push_deleted_isCollectedAtOnce() throws Exception {
    String layer = pushImage();
    deleteImage();

    collect();

    assertThat(registry.get(layer).status()).isEqualTo(404);
  }

  /** As classic docker does. */
  @Test
  void headBlob_byItsUploaderRightAfterwards_isNoQuestion() throws Exception {
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    String layer = registry.pushBlob(REPOSITORY, LAYER);
    assertThat(registry.head(layer).status()).isEqualTo(200);
    registry.pushManifest(REPOSITORY, "v1", IMAGE);
    deleteImage();

    collect();

    assertThat(registry.get(layer).status()).isEqualTo(404);
  }

  @Test
  void headBlob_byItsUploaderASecondTime_canBeReliedOn() throws Exception {
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    String layer = registry.pushBlob(REPOSITORY, LAYER);
    assertThat(registry.head(layer).status()).isEqualTo(200);
    assertThat(registry.head(layer).status()).isEqualTo(200);
    registry.pushManifest(REPOSITORY, "v1", IMAGE);
    deleteImage();

    collect();

    assertThat(registry.get(layer).status()).isEqualTo(200);
  }

  @Test
  void headBlob_byAnotherClient_canBeReliedOn() throws Exception {
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    String layer = registry.pushBlob(REPOSITORY, LAYER);
    assertThat(registry.call("HEAD", layer).with("User-Agent", "another").send().status())
        .isEqualTo(200);
    registry.pushManifest(REPOSITORY, "v1", IMAGE);
    deleteImage();

    collect();

    assertThat(registry.get(layer).status()).isEqualTo(200);
  }

  @Test
  void headBlob_ofADeletedImage_canBeReliedOnByAPusher() throws Exception {
    String layer = pushImage();
    deleteImage();
    assertThat(registry.call("HEAD", layer).with("User-Agent", "another").send().status())
        .isEqualTo(200);
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);

    collect();

    registry.pushManifest(REPOSITORY, "v2", ANOTHER);
    assertThat(registry.get(layer).body()).isEqualTo(LAYER.bytes());
  }

  @Test
  void getBlob_ofADeletedImage_keepsNothing() throws Exception {
    String layer = pushImage();
    deleteImage();
    assertThat(registry.get(layer).status()).isEqualTo(200);

    collect();

    assertThat(registry.head(layer).status()).isEqualTo(404);
  }

  static Stream<Arguments> questions() {
    return Stream.of(
        Arguments.of("GET", "v1"),
        Arguments.of("GET", IMAGE.digest().toString()),
        Arguments.of("HEAD", IMAGE.digest().toString()));
  }

  @ParameterizedTest
  @MethodSource("questions")
  void manifest_whoseTagIsDeleted_canBeReliedOnByAnIndex(String method, String reference)
      throws Exception {
    pushImage();
    assertThat(registry.call(method, manifest(REPOSITORY, reference)).send().status())
        .isEqualTo(200);
    assertThat(registry.delete(manifest(REPOSITORY, "v1")).status()).isEqualTo(202);

    collect();

    registry.pushManifest(REPOSITORY, "index", Document.index(IMAGE));
  }

  /** As crane and containerd do before each push of a tag. */
  @Test
  void headTag_beforeItIsMoved_keepsNothingOfWhatWasThere() throws Exception {
    pushImage();
    assertThat(registry.head(manifest(REPOSITORY, "v1")).status()).isEqualTo(200);
    registry.pushManifest(REPOSITORY, "v1", ANOTHER);

    collect();

    assertThat(registry.get(manifest(REPOSITORY, IMAGE.digest())).status()).isEqualTo(404);
  }

  @Test
  void manifestByTag_whoseTagIsDeletedAndNobodyAsked_isCollected() throws Exception {
    pushImage();
    assertThat(registry.delete(manifest(REPOSITORY, "v1")).status()).isEqualTo(202);

    collect();

    assertThat(registry.get(manifest(REPOSITORY, IMAGE.digest())).status()).isEqualTo(404);
  }
}
