package io.stowage.registry.server;

import static io.stowage.registry.server.RegistryClient.blob;
import static io.stowage.registry.server.RegistryClient.manifest;
import static io.stowage.registry.server.RegistryClient.uploads;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.event.EventSink;
import io.stowage.registry.event.RegistryEvent;
import io.stowage.registry.event.RegistryEvent.Kind;
import io.stowage.registry.event.RegistryEvent.Target;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.api.Announcements;
import io.stowage.registry.server.api.Locations;
import io.stowage.registry.server.http.TrustedProxies;
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.storage.ManifestPut;
import io.stowage.registry.storage.TagCondition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which events each request makes, and what they say. */
class EventApiTest extends ApiTest {
  private static final String REPOSITORY = "library/app";
  private static final RepositoryName APP = new RepositoryName(REPOSITORY);
  private static final String ORIGIN = "http://registry.test";
  private static final Content BLOB = Content.random(600);
  private static final String OCTETS = MediaType.OCTET_STREAM.value();

  /** Keeps what it is told. */
  private static final class Heard implements EventSink {
    private final Set<Kind> kinds = EnumSet.allOf(Kind.class);
    private final List<RegistryEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public boolean wants(Kind kind) {
      return kinds.contains(kind);
    }

    @Override
    public void accept(List<RegistryEvent> told) {
      events.addAll(told);
    }

    /** All since the last call. */
    List<RegistryEvent> taken() {
      List<RegistryEvent> taken = new ArrayList<>(events);
      events.clear();
      return taken;
    }
  }

  private final Heard heard = new Heard();

  @SuppressWarnings("NullAway.Init") // set before each test
  private RegistryClient heardRegistry;

  EventApiTest(Backing backing) {
    super(backing);
  }

  @BeforeEach
  void listen() throws IOException {
    heardRegistry = serve(AccessGate.withoutLogins(AccessPolicy.OPEN), telling(true, false));
  }

  private Announcements telling(boolean headIsPull, boolean includeReferences) {
    return new Announcements(
        heard,
        new Locations(Locations.Origin::ofConnection, "/"),
        PARSER,
        headIsPull,
        includeReferences);
  }

  private RegistryClient serve(AccessGate gate, Announcements announcements) throws IOException {
    return serve(gate, announcements, TrustedProxies.NONE);
  }

  private void heardOnly(Kind kind, Target... targets) {
    List<RegistryEvent> events = heard.taken();
    assertThat(events).allMatch(event -> event.kind() == kind);
    assertThat(events.stream().map(RegistryEvent::target)).containsExactly(targets);
  }

  private static Target blobTarget(String repository, Content content) {
    return Target.of(
        new RepositoryName(repository),
        new Descriptor(OCTETS, content.digest(), content.size()),
        ORIGIN + blob(repository, content.digest()));
  }

  private static Target manifestTarget(Document document) {
    return Target.of(
        APP,
        new Descriptor(document.mediaType(), document.digest(), document.content().size()),
        ORIGIN + manifest(REPOSITORY, document.digest()));
  }

  private Document pushed(Object reference) throws IOException {
    Document document = heardRegistry.pushNamed(REPOSITORY, "one", reference);
    heard.taken();
    return document;
  }

  // --- push

  @Test
  @DisplayName("8.1: blob push")
  void push_ofBlobInOneRequest_isOneEvent() throws Exception {
    heardRegistry.pushBlob(REPOSITORY, BLOB);

    heardOnly(Kind.PUSH, blobTarget(REPOSITORY, BLOB));
  }

  @Test
  void push_ofBlobInParts_isOneEventAtItsEnd() throws Exception {
    String upload = heardRegistry.startUpload(REPOSITORY);
    WireResponse sent = heardRegistry.call("PATCH", upload).body(BLOB).send();
    assertThat(heard.taken()).isEmpty();

    String end = sent.header("Location").orElseThrow() + "?digest=" + BLOB.digest();
    assertThat(heardRegistry.call("PUT", end).body(new byte[0]).send().status()).isEqualTo(201);

    heardOnly(Kind.PUSH, blobTarget(REPOSITORY, BLOB));
  }

  @Test
  void push_ofBlobThatIsRefused_isNoEvent() throws Exception {
    String wrong = uploads(REPOSITORY) + "?digest=" + Content.of("other").digest();

    assertThat(heardRegistry.call("POST", wrong).body(BLOB).send().status()).isEqualTo(400);

    assertThat(heard.taken()).isEmpty();
  }

  @Test
  @DisplayName("8.1: manifest push, by tag")
  void push_ofManifestByTag_namesTheTag() throws Exception {
    heardRegistry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    heard.taken();
    Document document = Document.named("one");

    heardRegistry.pushManifest(REPOSITORY, "v1", document);

    heardOnly(Kind.PUSH, manifestTarget(document).named(new Tag("v1")));
  }

  @Test
  void push_ofManifestByDigest_namesNoTag() throws Exception {
    heardRegistry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    heard.taken();
    Document document = Document.named("one");

    heardRegistry.pushManifest(REPOSITORY, document.digest(), document);

    heardOnly(Kind.PUSH, manifestTarget(document));
  }

  @Test
  void push_withSeveralTags_isOneEventForEach() throws Exception {
    heardRegistry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    heard.taken();
    Document document = Document.named("one");

    heardRegistry.pushManifest(REPOSITORY, document.digest() + "?tag=b&tag=a", document);

    heardOnly(
        Kind.PUSH,
        manifestTarget(document).named(new Tag("b")),
        manifestTarget(document).named(new Tag("a")));
  }

  @Test
  void push_ofManifestThatIsRefused_isNoEvent() throws Exception {
    Document missing = Document.image(Content.of("not there"));

    assertThat(heardRegistry.put(REPOSITORY, "v1", missing).send().status()).isEqualTo(400);

    assertThat(heard.taken()).isEmpty();
  }

  // --- mount

  @Test
  @DisplayName("8.1: mount, with fromRepository")
  void mount_fromRepository_namesIt() throws Exception {
    heardRegistry.pushBlob("library/base", BLOB);
    heard.taken();
    String mount = uploads(REPOSITORY) + "?mount=" + BLOB.digest() + "&from=library/base";

    assertThat(heardRegistry.call("POST", mount).send().status()).isEqualTo(201);

    heardOnly(Kind.MOUNT, blobTarget(REPOSITORY, BLOB).from(new RepositoryName("library/base")));
  }

  @Test
  void mount_fromAnywhere_namesNoRepository() throws Exception {
    heardRegistry.pushBlob("library/base", BLOB);
    heard.taken();

    WireResponse mounted =
        heardRegistry.call("POST", uploads(REPOSITORY) + "?mount=" + BLOB.digest()).send();

    assertThat(mounted.status()).isEqualTo(201);
    heardOnly(Kind.MOUNT, blobTarget(REPOSITORY, BLOB));
  }

  @Test
  void mount_thatBecomesAnUpload_isNoEvent() throws Exception {
    String mount = uploads(REPOSITORY) + "?mount=" + BLOB.digest() + "&from=library/base";

    assertThat(heardRegistry.call("POST", mount).send().status()).isEqualTo(202);

    assertThat(heard.taken()).isEmpty();
  }

  // --- pull

  @Test
  @DisplayName("8.1, 10-40: HEAD counts as a pull, for blobs too")
  void pull_byGetAndHead_areEvents() throws Exception {
    Document document = pushed("v1");
    heardRegistry.pushBlob(REPOSITORY, BLOB);
    heard.taken();

    heardRegistry.get(blob(REPOSITORY, BLOB.digest()));
    heardRegistry.head(blob(REPOSITORY, BLOB.digest()));
    heardRegistry.get(manifest(REPOSITORY, "v1"));
    heardRegistry.head(manifest(REPOSITORY, document.digest()));

    heardOnly(
        Kind.PULL,
        blobTarget(REPOSITORY, BLOB),
        blobTarget(REPOSITORY, BLOB),
        manifestTarget(document).named(new Tag("v1")),
        manifestTarget(document));
  }

  @Test
  @DisplayName("10-40: switchable")
  void pull_byHeadThatIsNone_isNoEvent() throws Exception {
    Document document = pushed("v1");
    RegistryClient registry =
        serve(AccessGate.withoutLogins(AccessPolicy.OPEN), telling(false, false));

    registry.head(manifest(REPOSITORY, "v1"));
    registry.head(blob(REPOSITORY, Document.EMPTY_CONFIG.digest()));
    registry.get(manifest(REPOSITORY, "v1"));

    heardOnly(Kind.PULL, manifestTarget(document).named(new Tag("v1")));
  }

  @Test
  void pull_notModified_isNoEvent() throws Exception {
    Document document = pushed("v1");
    for (String path :
        List.of(manifest(REPOSITORY, "v1"), blob(REPOSITORY, Document.EMPTY_CONFIG.digest()))) {
      assertThat(
              heardRegistry
                  .call("GET", path)
                  .with("If-None-Match", "\"" + document.digest() + "\", *")
                  .send()
                  .status())
          .isEqualTo(304);
    }

    assertThat(heard.taken()).isEmpty();
  }

  @Test
  @DisplayName("distribution tells of each request for a part, and of the whole blob's size")
  void pull_ofPart_isAnEventAboutTheWhole() throws Exception {
    heardRegistry.pushBlob(REPOSITORY, BLOB);
    heard.taken();
    String path = blob(REPOSITORY, BLOB.digest());

    heardRegistry.call("GET", path).with("Range", "bytes=0-9").send();
    heardOnly(Kind.PULL, blobTarget(REPOSITORY, BLOB));

    heardRegistry.call("GET", path).with("Range", "bytes=600-").send();
    assertThat(heard.taken()).isEmpty();
  }

  @Test
  void pull_ofWhatIsNotThere_isNoEvent() throws Exception {
    heardRegistry.get(blob(REPOSITORY, BLOB.digest()));
    heardRegistry.get(manifest(REPOSITORY, "v1"));

    assertThat(heard.taken()).isEmpty();
  }

  // --- delete

  @Test
  @DisplayName("8.1: delete manifest, plus one event for each tag it had")
  void delete_ofManifest_namesItAndItsTags() throws Exception {
    Document document = pushed("b");
    heardRegistry.pushManifest(REPOSITORY, "a", document);
    heard.taken();

    heardRegistry.delete(manifest(REPOSITORY, document.digest()));

    heardOnly(
        Kind.DELETE,
        Target.gone(APP, document.digest()),
        Target.gone(APP, new Tag("a")),
        Target.gone(APP, new Tag("b")));
  }

  @Test
  @DisplayName("8.1: delete tag")
  void delete_ofTag_namesTheTagOnly() throws Exception {
    pushed("v1");

    heardRegistry.delete(manifest(REPOSITORY, "v1"));

    heardOnly(Kind.DELETE, Target.gone(APP, new Tag("v1")));
  }

  @Test
  @DisplayName("8.1: delete blob")
  void delete_ofBlob_namesIt() throws Exception {
    heardRegistry.pushBlob(REPOSITORY, BLOB);
    heard.taken();

    heardRegistry.delete(blob(REPOSITORY, BLOB.digest()));

    heardOnly(Kind.DELETE, Target.gone(APP, BLOB.digest()));
  }

  @Test
  void delete_ofWhatIsNotThere_isNoEvent() throws Exception {
    heardRegistry.delete(blob(REPOSITORY, BLOB.digest()));
    heardRegistry.delete(manifest(REPOSITORY, "v1"));
    heardRegistry.delete(manifest(REPOSITORY, BLOB.digest()));

    assertThat(heard.taken()).isEmpty();
  }

  // --- details

  @Test
  void references_ifWanted_areConfigAndLayersOrChildren() throws Exception {
    RegistryClient registry =
        serve(AccessGate.withoutLogins(AccessPolicy.OPEN), telling(true, true));
    registry.pushBlob(REPOSITORY, Document.EMPTY_CONFIG);
    registry.pushBlob(REPOSITORY, BLOB);
    Document image = Document.image(Document.EMPTY_CONFIG, BLOB);
    Document index = Document.index(image);
    heard.taken();
    List<Descriptor> parts =
        List.of(
            new Descriptor(
                "application/vnd.oci.image.config.v1+json",
                Document.EMPTY_CONFIG.digest(),
                Document.EMPTY_CONFIG.size()),
            new Descriptor(OCTETS, BLOB.digest(), BLOB.size()));

    registry.pushManifest(REPOSITORY, image.digest(), image);
    heardOnly(Kind.PUSH, manifestTarget(image).naming(parts));

    registry.get(manifest(REPOSITORY, image.digest()));
    heardOnly(Kind.PULL, manifestTarget(image).naming(parts));

    registry.pushManifest(REPOSITORY, index.digest(), index);
    heardOnly(
        Kind.PUSH,
        manifestTarget(index)
            .naming(
                List.of(
                    new Descriptor(image.mediaType(), image.digest(), image.content().size()))));
  }

  @Test
  void references_ofSchema1InAnOldVolume_areNoneAndItIsServed() throws Exception {
    byte[] old = "{\"schemaVersion\": 1, \"fsLayers\": []}".getBytes(StandardCharsets.UTF_8);
    Digest digest = DigestVerifier.digestOf(DigestAlgorithm.SHA256, old);
    storage
        .manifests()
        .put(
            new ManifestPut(
                APP,
                digest,
                old,
                PARSER.read(old).orElseThrow(),
                List.of(),
                TagCondition.NONE,
                List.of(),
                List.of()));
    RegistryClient registry =
        serve(AccessGate.withoutLogins(AccessPolicy.OPEN), telling(true, true));

    assertThat(registry.get(manifest(REPOSITORY, digest)).status()).isEqualTo(200);

    assertThat(heard.taken())
        .singleElement()
        .satisfies(event -> assertThat(event.target().references()).isEmpty());
  }

  @Test
  void cause_isTheRequestAndWhoAsked() throws Exception {
    RegistryClient registry = serve(TestLogins.gate(AccessPolicy.OPEN), telling(true, false));

    WireResponse pushed =
        registry
            .call("POST", uploads(REPOSITORY) + "?digest=" + BLOB.digest())
            .with("User-Agent", "docker/27.0")
            .with("Authorization", TestLogins.basic("alice"))
            .body(BLOB)
            .send();

    RegistryEvent.Cause cause = heard.taken().getFirst().cause();
    assertThat(cause.requestId()).isEqualTo(pushed.header("X-Request-Id").orElseThrow());
    assertThat(cause.address()).matches("127\\.0\\.0\\.1:[0-9]+");
    assertThat(cause.host()).isEqualTo("registry.test");
    assertThat(cause.method()).isEqualTo("POST");
    assertThat(cause.userAgent()).isEqualTo("docker/27.0");
    assertThat(cause.user()).isEqualTo("alice");
  }

  @Test
  void cause_behindATrustedProxy_isTheClientItNames() throws Exception {
    RegistryClient registry =
        serve(
            AccessGate.withoutLogins(AccessPolicy.OPEN),
            telling(true, false),
            TrustedProxies.of(List.of("127.0.0.1")));

    registry
        .call("POST", uploads(REPOSITORY) + "?digest=" + BLOB.digest())
        .with("X-Forwarded-For", "192.0.2.7")
        .with("X-Forwarded-Proto", "https")
        .with("X-Forwarded-Host", "hub.test")
        .body(BLOB)
        .send();

    RegistryEvent event = heard.taken().getFirst();
    assertThat(event.cause().address()).isEqualTo("192.0.2.7");
    assertThat(event.target().url())
        .isEqualTo("https://hub.test" + blob(REPOSITORY, BLOB.digest()));
  }

  @Test
  void events_thatNobodyWants_areNotMade() throws Exception {
    heard.kinds.remove(Kind.PUSH);

    heardRegistry.get(heardRegistry.pushBlob(REPOSITORY, BLOB));

    heardOnly(Kind.PULL, blobTarget(REPOSITORY, BLOB));
  }
}
