package io.stowage.registry.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.stowage.registry.server.http.HttpCorpus;
import io.stowage.registry.server.http.HttpMessages;
import io.stowage.registry.server.http.HttpMessages.Message;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.server.ops.RequestLog;
import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import io.stowage.registry.testkit.fuzz.ServerErrorAnswer;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Any bytes against a whole registry over a socket, cut into pieces at random. None is answered by
 * a status of 500, no request is answered that was not sent whole, and the registry goes on
 * serving.
 */
class FrontFuzzTest {
  private static final String LAST = "GET /v2/ HTTP/1.1\r\nHost: last\r\nConnection: close\r\n\r\n";

  /** Stands in the corpus for the id of an upload that is under way. */
  private static final String UPLOAD = "00000000-0000-4000-8000-000000000000";

  /** After so many inputs the upload may be gone, and a new one begins. */
  private static final int INPUTS_FOR_EACH_UPLOAD = 32;

  @TempDir Path folder;

  @Test
  void front_anyBytes_answersWhatWasSentAndGoesOn() throws Exception {
    Path root = folder.resolve("a").resolve("b").resolve("volume");
    Files.createDirectories(root);
    try (ErrorLog errors = new ErrorLog();
        RunningRegistry registry = RunningRegistry.start(root, Map.of())) {
      FuzzRun.of("front", new Mutator(corpus(registry)))
          .against(new Front(registry, errors)::accepts);
      registry.stop(Duration.ZERO);
      assertThat(errors.messages).isEmpty();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).allMatch(file -> file.startsWith(root));
    }
  }

  /** What clients really send, about content that is there. */
  private static Corpus corpus(RunningRegistry registry) throws IOException {
    Content config = Content.of("{}");
    Content layer = Content.of("layer");
    Document manifest = Document.image(config, layer);
    registry.client().pushBlob("team/app", config);
    registry.client().pushBlob("team/app", layer);
    registry.client().pushManifest("team/app", "v1", manifest);
    String blob = "/v2/team/app/blobs/" + layer.digest();
    String upload = "/v2/team/app/blobs/uploads/" + UPLOAD;
    return HttpCorpus.with(
        List.of(
            get("/v2/_catalog?n=2&last=a"),
            get("/v2/team/app/tags/list?n=1"),
            get("/v2/team/app/manifests/v1", "Accept: application/vnd.oci.image.index.v1+json"),
            get("/v2/team/app/manifests/" + manifest.digest(), "If-None-Match: \"x\", W/\"y\""),
            get(blob, "Range: bytes=0-1,3-"),
            get(blob, "Range: bytes=-2", "If-Range: \"" + layer.digest() + "\""),
            get("/v2/team/app/referrers/" + manifest.digest() + "?artifactType=a%2Fb"),
            get("/v2/_oci/ext/discover"),
            get("/v2/", "Authorization: Basic YTpi"),
            get("/v2/", "Authorization: Bearer a.b.c", "Forwarded: for=1.2.3.4;host=x"),
            get("/v2/_token?service=a&scope=repository:team/app:pull"),
            "OPTIONS " + blob + " HTTP/1.1\nHost: a.test\nOrigin: http://b.test\n\n",
            "DELETE /v2/team/app/manifests/v2 HTTP/1.1\nHost: a.test\n\n",
            put("POST", "/v2/team/app/blobs/uploads/", ""),
            put("POST", "/v2/team/x/blobs/uploads/?mount=" + layer.digest() + "&from=team/app", ""),
            put("POST", "/v2/team/app/blobs/uploads/?digest=" + layer.digest(), "layer"),
            put("PATCH", upload, "lay", "Content-Range: 0-2"),
            put("PATCH", upload, "er") + put("PUT", upload + "?digest=" + layer.digest(), ""),
            put("DELETE", upload, ""),
            put(
                "PUT",
                "/v2/team/app/manifests/v3?tag=v4",
                new String(manifest.content().bytes(), ISO_8859_1),
                "Content-Type: application/vnd.oci.image.manifest.v1+json",
                "If-None-Match: *")),
        layer.digest().toString(),
        "/v2/team/app/",
        UPLOAD,
        "?digest=",
        "Range: bytes=",
        "Content-Range: 0-",
        "Content-Encoding: gzip\r\n",
        "If-Match: ",
        "Accept: ");
  }

  private static String get(String target, String... fields) {
    return "GET %s HTTP/1.1\nHost: a.test\n%s\n".formatted(target, lines(fields));
  }

  private static String put(String method, String target, String body, String... fields) {
    return "%s %s HTTP/1.1\nHost: a.test\nContent-Length: %d\n%s\n%s"
        .formatted(method, target, body.replace("\n", "\r\n").length(), lines(fields), body);
  }

  private static String lines(String... fields) {
    return String.join("", Stream.of(fields).map(field -> field + "\n").toList());
  }

  /** The target: one connection for each input, and one that stays and asks how it goes. */
  private static final class Front {
    private final RunningRegistry registry;
    private final ErrorLog errors;
    private final WireClient watcher;
    private String upload = UPLOAD;
    private int inputs;

    Front(RunningRegistry registry, ErrorLog errors) throws IOException {
      this.registry = registry;
      this.errors = errors;
      this.watcher = WireClient.connect(registry.address());
    }

    boolean accepts(byte[] input) throws IOException {
      if (inputs++ % INPUTS_FOR_EACH_UPLOAD == 0) {
        upload = registry.client().startUpload("team/app").replaceFirst(".*/", "");
      }
      String text = new String(input, ISO_8859_1).replace(UPLOAD, upload);
      boolean accepted = exchange(text.getBytes(ISO_8859_1));
      assertThat(watcher.get("/v2/").status()).isEqualTo(200);
      assertThat(errors.messages).isEmpty();
      return accepted;
    }

    /**
     * Sends the bytes and reads all answers. Behind whole requests another one follows, so that the
     * server says when it is done; if the last is not whole, the output ends after the answers to
     * the others.
     *
     * @return whether all were answered by success
     */
    private boolean exchange(byte[] input) throws IOException {
      HttpMessages sent = HttpMessages.read(input);
      int whole = sent.whole().size() + (sent.endsClean() ? 1 : 0);
      boolean good = sent.endsClean();
      try (WireClient client = WireClient.connect(registry.address())) {
        send(client, input);
        if (sent.endsClean()) {
          client.sendRaw(LAST);
        }
        WireResponse answer = null;
        for (int answers = 0; answers < whole; answers++) {
          answer = answer(client, method(sent, answers));
          if (answer == null) {
            return false;
          }
          good &= answer.status() < 400;
        }
        if (!sent.endsClean()) {
          client.shutdownOutput();
          answer(client, "GET"); // of what is no request, no method is known
        }
        assertThat(client.isClosedByServer()).isTrue();
      } catch (SocketException reset) {
        return false; // closed for what was not whole, while more was on its way
      }
      return good;
    }

    private static String method(HttpMessages sent, int index) {
      List<Message> whole = sent.whole();
      return index < whole.size() ? whole.get(index).method() : "GET";
    }

    private static void send(WireClient client, byte[] input) throws IOException {
      RandomGenerator random = new SplittableRandom(Arrays.hashCode(input));
      int longest = 1 << (4 + random.nextInt(10));
      for (int at = 0; at < input.length; ) {
        int end = Math.min(input.length, at + 1 + random.nextInt(longest));
        client.send(Arrays.copyOfRange(input, at, end));
        at = end;
      }
    }

    /** The next answer; null if there is none any more. */
    private static @Nullable WireResponse answer(WireClient client, String method)
        throws IOException {
      WireResponse answer;
      try {
        do {
          answer = client.readResponse(method);
        } while (answer.status() == 100);
      } catch (EOFException none) {
        return null;
      }
      if (answer.status() >= 500 && answer.status() != 505) {
        throw new ServerErrorAnswer(answer.statusLine() + ": " + answer.text());
      }
      return Answers.checked(answer);
    }
  }

  /** What anybody logs as an error meanwhile, Netty's search for lost buffers too. */
  private static final class ErrorLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger requests = (Logger) LoggerFactory.getLogger(RequestLog.class);
    private final Queue<String> messages = new ConcurrentLinkedQueue<>();

    ErrorLog() {
      start();
      requests.setLevel(Level.ERROR); // thousands of refusals are what is asked for
      root.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
        messages.add(event.getLoggerName() + ": " + event.getFormattedMessage());
      }
    }

    @Override
    public void close() {
      root.detachAppender(this);
      requests.setLevel(null);
    }
  }
}
