package io.stowage.registry.server;

import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.server.control.Console;
import io.stowage.registry.storage.GarbageCollector.Finding;
import io.stowage.registry.storage.GarbageCollector.Listener;
import io.stowage.registry.storage.filesystem.DriverPath;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * What {@code garbage-collect} says, word for word as registry:3 does: scripts read it. What is
 * kept and what may go is told on standard output, each deletion in the log, and what could not be
 * decided, which registry:3 doesn't know, on standard error.
 */
final class CollectionReport implements Listener {
  private final Console console;
  private final boolean quiet;

  /**
   * @param quiet whether standard output stays empty
   */
  CollectionReport(Console console, boolean quiet) {
    this.console = console;
    this.quiet = quiet;
  }

  @Override
  public void found(Finding finding) throws IOException {
    console.proceed();
    switch (finding) {
      case Finding.Repository f -> out(f.name().value());
      case Finding.ManifestKept f -> out(f.repository() + ": marking manifest " + f.digest() + " ");
      case Finding.BlobKept f -> out(f.repository() + ": marking blob " + f.digest());
      case Finding.TagsMissing f -> out(tagsMissing(f.repository()));
      case Finding.ManifestEligible f -> out("manifest eligible for deletion: " + braces(f));
      case Finding.Undecided f -> console.err(f.text());
      case Finding.Counted f -> {
        out("");
        out(summary(f));
      }
      case Finding.BlobEligible f -> out("blob eligible for deletion: " + f.digest());
      case Finding.LinkEligible f ->
          out(f.repository() + ": layer link eligible for deletion: " + f.digest());
      case Finding.ManifestDeleted f ->
          console.log("deleting manifest: " + DriverPath.manifest(f.repository(), f.digest()));
      case Finding.LinkDeleted f ->
          console.log(
              "Deleting layer link path: " + DriverPath.layerLink(f.repository(), f.digest()));
      case Finding.BlobDeleted f -> console.log("Deleting blob: " + DriverPath.blob(f.digest()));
    }
  }

  private void out(String line) throws IOException {
    if (!quiet) {
      console.out(line);
    }
  }

  private static String tagsMissing(RepositoryName repository) {
    return "manifest tags path of repository " + repository + " does not exist";
  }

  private static String braces(Finding.ManifestEligible finding) {
    return "{%s %s %s}"
        .formatted(
            finding.repository(),
            finding.digest(),
            finding.formerTags().stream()
                .map(Tag::name)
                .collect(Collectors.joining(" ", "[", "]")));
  }

  private static String summary(Finding.Counted counted) {
    return "%d blobs marked, %d blobs and %d manifests eligible for deletion"
        .formatted(counted.blobsKept(), counted.blobsEligible(), counted.manifestsEligible());
  }
}
