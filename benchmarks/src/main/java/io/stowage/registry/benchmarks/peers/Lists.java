package io.stowage.registry.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Pages of lists on volumes of growing size. The volumes are written as the layout on disk has
 * them, without a server; referrers are pushed.
 */
final class Lists {
  private static final List<Integer> TAGS = List.of(1_000, 10_000, 100_000);
  private static final List<Integer> REPOSITORIES = List.of(1_000, 10_000, 50_000);
  private static final List<Integer> REFERRERS = List.of(1_000, 5_000);
  private static final int PAGES = 50;
  private static final int PUSHERS = 8;

  private final Run run;
  private final Content.Image image = Content.Image.of(1, 1, 4096);
  private final String digest = Content.digest(image.manifest());

  Lists(Run run) {
    this.run = run;
  }

  void measure() throws IOException {
    Map<String, List<Plot.Point>> curves = new LinkedHashMap<>();
    pages("tags/list", TAGS, "tags", this::writeTags, curves);
    pages("_catalog", REPOSITORIES, "repositories", this::writeRepositories, curves);
    pages("referrers", REFERRERS, "referrers", (volume, number) -> {}, curves);
    run.plot("lists", new Plot("A page of 100", "entries stored", "ms", curves));
  }

  /** Makes a volume with a number of entries. */
  @FunctionalInterface
  private interface Volume {
    void write(Path volume, int number) throws IOException;
  }

  private void pages(
      String list,
      List<Integer> all,
      String noun,
      Volume volume,
      Map<String, List<Plot.Point>> curves)
      throws IOException {
    List<Integer> sizes = run.pace().whole() ? all : all.subList(0, 2);
    try (Several servers = new Several()) {
      Map<String, Run.Measure> contest = new LinkedHashMap<>();
      for (int number : sizes.reversed()) {
        Path folder = run.freshFolder(run.memory(), Peer.STOWAGE);
        writeImage(folder);
        volume.write(folder, number);
        PeerServer server = servers.start(folder);
        if (list.equals("referrers")) {
          pushReferrers(server, number);
        }
        String target = target(list, number);
        page(server, target);
        contest.put(label(number, noun), () -> page(server, target));
      }
      run.compare(
          "a page of 100 of " + list, "ms", contest, Bar.atMost(2, label(sizes.getFirst(), noun)));
    }
    Comparison made = run.comparisons().getLast();
    List<Plot.Point> points = new ArrayList<>();
    for (int number : sizes) {
      points.add(new Plot.Point(number, made.of(label(number, noun)).median()));
    }
    curves.put(list, points);
  }

  private static String label(int number, String noun) {
    return String.format(Locale.ROOT, "%,d %s", number, noun);
  }

  /** From the middle of the list, where that can be asked for. */
  private String target(String list, int number) {
    return switch (list) {
      case "tags/list" -> "/v2/lists/app/tags/list?n=100&last=" + name(number / 2);
      case "_catalog" -> "/v2/_catalog?n=100&last=lists/" + name(number / 2);
      default -> "/v2/lists/app/referrers/" + digest + "?n=100";
    };
  }

  private static double page(PeerServer server, String target) throws IOException {
    try (Connection connection = new Connection(server.address())) {
      connection.send("GET", target).expect(200);
      long begin = System.nanoTime();
      for (int i = 0; i < PAGES; i++) {
        connection.send("GET", target).expect(200);
      }
      return (System.nanoTime() - begin) / 1e6 / PAGES;
    }
  }

  private void writeImage(Path folder) throws IOException {
    try (PeerServer server = PeerServer.start(Peer.STOWAGE, folder, Setting.QUIET);
        Connection connection = new Connection(server.address())) {
      image.push(connection, "lists/app", "v1");
    }
  }

  private void writeTags(Path volume, int number) throws IOException {
    Path tags = repository(volume, "lists/app").resolve("_manifests/tags");
    for (int i = 0; i < number; i++) {
      writeTag(tags.resolve(name(i)));
    }
  }

  private void writeTag(Path tag) throws IOException {
    writeLink(tag.resolve("current"));
    writeLink(tag.resolve("index").resolve(digest.replace(':', '/')));
  }

  private void writeRepositories(Path volume, int number) throws IOException {
    for (int i = 0; i < number; i++) {
      Path manifests = repository(volume, "lists/" + name(i)).resolve("_manifests");
      writeLink(manifests.resolve("revisions").resolve(digest.replace(':', '/')));
      writeTag(manifests.resolve("tags/v1"));
    }
  }

  private void writeLink(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("link"), digest);
  }

  private static Path repository(Path volume, String name) {
    return volume.resolve("docker/registry/v2/repositories").resolve(name);
  }

  private void pushReferrers(PeerServer server, int number) throws IOException {
    Content.Descriptor subject = Content.Descriptor.of(image.manifest());
    Content.Descriptor config = Content.Descriptor.of(image.blobs().getLast());
    Streams.run(
        server,
        PUSHERS,
        (connection, pusher) -> {
          for (int i = pusher; i < number; i += PUSHERS) {
            byte[] manifest = Content.referrer(subject, config, i);
            Content.pushManifest(connection, "lists/app", Content.digest(manifest), manifest);
          }
        });
  }

  private static String name(int number) {
    return String.format(Locale.ROOT, "e%06d", number);
  }

  /** Servers that are closed together. */
  private static final class Several implements AutoCloseable {
    private final List<PeerServer> servers = new ArrayList<>();

    PeerServer start(Path folder) throws IOException {
      PeerServer server = PeerServer.start(Peer.STOWAGE, folder, Setting.QUIET);
      servers.add(server);
      return server;
    }

    @Override
    public void close() throws IOException {
      for (PeerServer server : servers) {
        server.close();
      }
    }
  }
}
