package io.stowage.registry.benchmarks.peers;

import static io.stowage.registry.benchmarks.peers.Peer.NGINX;
import static io.stowage.registry.benchmarks.peers.Peer.REGISTRY_2;
import static io.stowage.registry.benchmarks.peers.Peer.REGISTRY_3;
import static io.stowage.registry.benchmarks.peers.Peer.STOWAGE;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pulls. All servers have the same volume, which ours wrote, and nginx the same bytes under the
 * paths that the API gives them.
 */
final class Reads {
  private static final String REPOSITORY = "bench/app";
  private static final String TAG = "v1";
  private static final String MANIFEST = "/v2/" + REPOSITORY + "/manifests/" + TAG;
  private static final int SMALL_BYTES = 4096;
  private static final long LARGE_BYTES = 300_000_000;
  private static final int STREAMS = 8;
  private static final int[] CLIENTS = {1, 2, 5, 10, 20, 50, 100, 200};
  private static final String USER = "bench";
  private static final String PASSWORD = "correct-horse";

  private final Run run;
  private final Content.Image image = Content.Image.of(1, 1, SMALL_BYTES);
  private final byte[] small = image.blobs().getFirst();
  private final Path largeFile;
  private final Content.Descriptor large;
  private final Path volume;

  Reads(Run run) throws IOException {
    this.run = run;
    largeFile = run.disk().resolve("large");
    large = Content.file(largeFile, 2, LARGE_BYTES);
    volume = run.freshFolder(run.disk(), STOWAGE);
    try (PeerServer server = PeerServer.start(STOWAGE, volume, Setting.QUIET);
        Connection connection = new Connection(server.address())) {
      image.push(connection, REPOSITORY, TAG);
      Content.pushBlob(connection, REPOSITORY, largeFile, large.digest());
    }
  }

  void measure() throws IOException {
    try (Fleet fleet = fleet(Setting.QUIET, STOWAGE, REGISTRY_2, REGISTRY_3, NGINX)) {
      warmUp(fleet);
      manifests(fleet);
      smallBlobs(fleet);
      largeBlobs(fleet);
      if (run.pace().whole()) {
        clients(fleet);
      }
    }
    accessLog();
    passwords();
    secure();
  }

  private void manifests(Fleet fleet) throws IOException {
    for (int connections : new int[] {16, 64}) {
      run.compare(
          "manifest GET by tag, %d connections".formatted(connections),
          "requests/s",
          fleet.contest(gets(MANIFEST, connections), Peer.values()),
          Bar.atLeast(15, REGISTRY_2),
          Bar.atLeast(4, REGISTRY_3),
          Bar.atLeast(0.6, NGINX).reachedSoFar(0.45));
    }
  }

  private void smallBlobs(Fleet fleet) throws IOException {
    run.compare(
        "blob GET of 4 kB, 16 connections",
        "requests/s",
        fleet.contest(gets(blob(Content.digest(small)), 16), Peer.values()),
        Bar.atLeast(15, REGISTRY_3));
    run.compare(
        "blob HEAD, hit, 16 connections",
        "requests/s",
        fleet.contest(heads(blob(Content.digest(small)), 200), Peer.values()),
        Bar.atLeast(15, REGISTRY_3).reachedSoFar(4));
    run.compare(
        "blob HEAD, miss, 16 connections",
        "requests/s",
        fleet.contest(heads(blob(Content.digest(new byte[] {1})), 404), Peer.values()),
        Bar.atLeast(15, REGISTRY_3).reachedSoFar(4));
  }

  private void largeBlobs(Fleet fleet) throws IOException {
    for (int streams : new int[] {1, STREAMS}) {
      run.compare(
          "blob GET of 300 MB, %s".formatted(streams == 1 ? "one stream" : "eight streams"),
          "MB/s",
          fleet.contest(server -> download(server, streams), Peer.values()),
          Bar.atLeast(0.95, NGINX, REGISTRY_3));
    }
  }

  private double download(PeerServer server, int streams) throws IOException {
    double seconds =
        Streams.run(
            server,
            streams,
            (connection, number) -> connection.send("GET", blob(large.digest())).expect(200));
    return streams * LARGE_BYTES / 1e6 / seconds;
  }

  private void clients(Fleet fleet) throws IOException {
    Map<String, List<Plot.Point>> series = new LinkedHashMap<>();
    for (PeerServer server : fleet.all()) {
      List<Plot.Point> points = new ArrayList<>();
      for (int clients : CLIENTS) {
        points.add(new Plot.Point(clients, gets(MANIFEST, clients).once(server)));
      }
      series.put(server.peer().toString(), points);
    }
    run.plot("clients", new Plot("Manifest GETs by tag", "clients at once", "requests/s", series));
  }

  private void accessLog() throws IOException {
    try (Fleet fleet = fleet(Setting.LOGGING, STOWAGE, REGISTRY_2, REGISTRY_3)) {
      warmUp(fleet);
      run.compare(
          "manifest GET by tag, 16 connections, default access log",
          "requests/s",
          fleet.contest(gets(MANIFEST, 16), Peer.values()),
          Bar.atLeast(3, REGISTRY_3));
    }
  }

  private void passwords() throws IOException {
    Path file = run.disk().resolve("users");
    Files.deleteIfExists(file);
    Tool.run(List.of("htpasswd", "-B", "-C", "10", "-b", "-c", file.toString(), USER, PASSWORD));
    String login =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    Fleet.Work work = gets(MANIFEST, 16, "Authorization: Basic " + login);
    try (Fleet open = fleet(Setting.QUIET, STOWAGE);
        Fleet closed = fleet(Setting.QUIET.withPasswords(file), STOWAGE, REGISTRY_2, REGISTRY_3)) {
      PeerServer ours = open.of(STOWAGE);
      Fleet.Work same = gets(MANIFEST, 16);
      warmUp(ours, same);
      warmUp(closed.of(STOWAGE), work);
      Map<String, Run.Measure> contest = closed.contest(work, Peer.values());
      contest.put("Stowage without passwords", () -> same.once(ours));
      run.compare(
          "manifest GET by tag, 16 connections, htpasswd with cost 10",
          "requests/s",
          contest,
          Bar.atLeast(0.9, "Stowage without passwords"));
    }
  }

  private void secure() throws IOException {
    Path pem = run.disk().resolve("server.pem");
    Tool.run(
        List.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-keyout",
            pem.toString(),
            "-out",
            pem + ".crt"));
    Files.writeString(pem, Files.readString(pem) + Files.readString(Path.of(pem + ".crt")));
    Setting setting = Setting.QUIET.withCertificate(pem);
    try (Fleet fleet = fleet(setting, STOWAGE, REGISTRY_3, NGINX)) {
      Fleet.Work work = server -> Tool.curl(server, blob(large.digest())) / 1e6;
      for (PeerServer server : fleet.all()) {
        work.once(server);
        work.once(server);
      }
      run.compare(
          "blob GET of 300 MB with TLS, one stream",
          "MB/s",
          fleet.contest(work, Peer.values()),
          Bar.atLeast(1, REGISTRY_3).reachedSoFar(0.9));
    }
  }

  private Fleet.Work gets(String target, int connections, String... headers) {
    return server -> Tool.wrk(server, target, connections, run.pace().seconds(), headers);
  }

  private Fleet.Work heads(String target, int status) {
    return server -> {
      InetSocketAddress address = server.address();
      return new RequestLoop(address, "HEAD", target, status)
          .run(16, run.pace().time())
          .requestsPerSecond();
    };
  }

  private void warmUp(Fleet fleet) throws IOException {
    for (PeerServer server : fleet.all()) {
      warmUp(server, gets(MANIFEST, 16));
      download(server, 1);
    }
  }

  /** Only a JVM needs long for it; a second finds the files of the others. */
  private void warmUp(PeerServer server, Fleet.Work work) throws IOException {
    long seconds = server.peer() == STOWAGE ? run.pace().warmUpSeconds() : 1;
    for (long end = System.nanoTime() + seconds * 1_000_000_000; System.nanoTime() < end; ) {
      work.once(server);
    }
  }

  private Fleet fleet(Setting setting, Peer... peers) throws IOException {
    Fleet fleet = new Fleet();
    try {
      for (Peer peer : run.present(peers)) {
        Path folder = run.freshFolder(run.disk(), peer);
        if (peer == NGINX) {
          writeStatic(folder);
        } else {
          Tool.run(List.of("cp", "-a", "--reflink=auto", volume + "/.", folder.toString()));
        }
        fleet.add(PeerServer.start(peer, folder, setting));
      }
      return fleet;
    } catch (IOException e) {
      fleet.close();
      throw e;
    }
  }

  private void writeStatic(Path root) throws IOException {
    Path repository = root.resolve("v2").resolve(REPOSITORY);
    Files.createDirectories(repository.resolve("manifests"));
    Files.createDirectories(repository.resolve("blobs"));
    Files.write(repository.resolve("manifests").resolve(TAG), image.manifest());
    Files.write(repository.resolve("blobs").resolve(Content.digest(small)), small);
    Files.copy(largeFile, repository.resolve("blobs").resolve(large.digest()));
    Tool.run(List.of("chmod", "-R", "a+rX", root.toString()));
  }

  private static String blob(String digest) {
    return "/v2/" + REPOSITORY + "/blobs/" + digest;
  }
}
