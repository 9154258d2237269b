package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must hold of a tree at every moment, so that registry:2 and registry:3 can take it back. */
final class TreeRules {
  private static final String BASE = "docker/registry/v2/";
  private static final String NAME = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final String REPOSITORY = BASE + "repositories/" + NAME + "(?:/" + NAME + ")*";
  private static final String DIGEST = "(?:sha256/[0-9a-f]{64}|sha512/[0-9a-f]{128})";
  private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final String TAG = "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}";

  /** Every file that we make. */
  private static final Pattern FILE =
      Pattern.compile(
          String.join(
              "|",
              BASE + "blobs/sha256/([0-9a-f]{2})/\\1[0-9a-f]{62}/data",
              BASE + "blobs/sha512/([0-9a-f]{2})/\\2[0-9a-f]{126}/data",
              REPOSITORY + "/_layers/" + DIGEST + "/link",
              REPOSITORY + "/_manifests/revisions/" + DIGEST + "/link",
              REPOSITORY + "/_manifests/tags/" + TAG + "/current/link",
              REPOSITORY + "/_manifests/tags/" + TAG + "/index/" + DIGEST + "/link",
              REPOSITORY + "/_uploads/" + UUID + "(?:\\.data|/data|/startedat)",
              BASE + "_tmp/" + UUID + "\\.tmp(?:/.*)?",
              "_stowage/lock",
              "_stowage/scrub",
              "_stowage/log/(?:[01]|" + UUID + "|[01]\\." + UUID + "\\.tmp)"));

  /** What distribution's driver can read at all. */
  private static final Pattern DRIVER_PATH = Pattern.compile("(/[A-Za-z0-9._-]+)+");

  private TreeRules() {}

  static void check(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.filter(path -> !path.equals(root)).toList()) {
        String relative = root.relativize(path).toString();
        assertThat("/" + relative).matches(DRIVER_PATH);
        if (relative.startsWith("_stowage/quarantine")) {
          continue; // no part of the tree any more
        }
        if (Files.isRegularFile(path)) {
          assertThat(relative).matches(FILE);
          checkFile(path, relative);
        } else {
          checkFolder(path);
        }
      }
    }
  }

  private static void checkFile(Path path, String relative) throws IOException {
    if (relative.startsWith(BASE + "_tmp/") || relative.startsWith("_stowage/")) {
      return;
    }
    Path folder = Layout.folderOf(path);
    if (Layout.nameOf(path).equals(Layout.LINK)) {
      checkLink(path, folder);
    } else if (relative.startsWith(BASE + "blobs/")) {
      Digest digest = digestOfFolder(Layout.folderOf(Layout.folderOf(folder)), folder);
      byte[] bytes = Files.readAllBytes(path);
      assertThat(DigestVerifier.digestOf(digest.algorithm(), bytes)).isEqualTo(digest);
    } else if (Layout.nameOf(path).equals(Layout.STARTED_AT)) {
      assertThat(Files.readString(path)).matches("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z");
    }
  }

  private static void checkLink(Path link, Path folder) throws IOException {
    String text = Files.readString(link);
    Digest target = Digest.find(text).orElseThrow(() -> new AssertionError(link + ": " + text));
    if (!Layout.nameOf(folder).equals("current")) {
      assertThat(digestOfFolder(Layout.folderOf(folder), folder)).isEqualTo(target);
    } else {
      Path tag = Layout.folderOf(folder);
      assertThat(tag.resolve(Layout.indexLinkIn(target))).isRegularFile();
      Path manifests = Layout.folderOf(Layout.folderOf(tag));
      String algorithm = target.algorithm().identifier();
      assertThat(manifests.resolve("revisions/" + algorithm + "/" + target.hex() + "/link"))
          .as("what tag %s names", Layout.nameOf(tag))
          .isRegularFile();
    }
    if (!link.toString().contains("/tags/")) {
      Path base = link.getRoot();
      for (Path part : link) {
        if (part.toString().equals("repositories")) {
          break;
        }
        base = base == null ? part : base.resolve(part);
      }
      String algorithm = target.algorithm().identifier();
      String shard = target.hex().substring(0, 2);
      assertThat(base)
          .isNotNull()
          .satisfies(
              b ->
                  assertThat(
                          b.resolve(
                              "blobs/" + algorithm + "/" + shard + "/" + target.hex() + "/data"))
                      .isRegularFile());
    }
  }

  private static Digest digestOfFolder(Path algorithm, Path hex) {
    return Digest.find(Layout.nameOf(algorithm) + ":" + Layout.nameOf(hex)).orElseThrow();
  }

  private static void checkFolder(Path folder) {
    if (Layout.nameOf(folder).equals("_manifests")) {
      assertThat(folder.resolveSibling("_layers")).isDirectory();
    }
    if (Layout.nameOf(Layout.folderOf(folder)).equals("tags")
        && Layout.nameOf(Layout.folderOf(Layout.folderOf(folder))).equals("_manifests")) {
      assertThat(folder.resolve(Layout.CURRENT_LINK)).isRegularFile();
    }
  }

  /** The files in a folder and below, without the server's own. */
  static List<String> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root.resolve("docker"))) {
      return all.filter(Files::isRegularFile)
          .map(path -> root.relativize(path).toString())
          .sorted()
          .toList();
    }
  }
}
