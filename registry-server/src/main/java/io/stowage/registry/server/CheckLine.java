package io.stowage.registry.server;

import io.stowage.registry.storage.filesystem.VolumeFinding;
import io.stowage.registry.storage.filesystem.VolumeFinding.LinkName;
import java.util.stream.Collectors;

/**
 * What a finding on a volume means for an operator. The kinds are listed in docs/operating.md.
 *
 * @param kind one word that scripts may look for
 * @param bytes how much could be freed
 * @param text what it is, and what to do
 */
record CheckLine(Weight weight, String kind, long bytes, String text) {
  /** How bad it is. */
  enum Weight {
    /** Somebody can't get what he pushed, or registry:2 or registry:3 would trip over it. */
    BROKEN("broken"),
    /** Space that nothing needs. */
    FREEABLE("left-over"),
    /** Passed over, and worth knowing. */
    NOTE("odd"),
    /** Not looked at. */
    UNREAD("unreadable");

    private final String word;

    Weight(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private static CheckLine broken(String kind, String text) {
    return new CheckLine(Weight.BROKEN, kind, 0, text);
  }

  private static CheckLine odd(String kind, String text) {
    return new CheckLine(Weight.NOTE, kind, 0, text);
  }

  private static CheckLine freeable(String kind, long bytes, String text) {
    return new CheckLine(Weight.FREEABLE, kind, bytes, text);
  }

  static CheckLine of(VolumeFinding finding) {
    return switch (finding) {
      case VolumeFinding.LinkProblem problem -> ofLink(problem);
      case VolumeFinding.TagProblem problem -> ofTag(problem);
      case VolumeFinding.ManifestProblem problem -> ofManifest(problem);
      case VolumeFinding.BlobProblem problem -> ofBlob(problem);
      case VolumeFinding.Oddment oddment -> ofTheRest(oddment);
    };
  }

  // --- links

  private static CheckLine ofLink(VolumeFinding.LinkProblem problem) {
    return switch (problem) {
      case VolumeFinding.TornLink f ->
          broken("torn-link", "%s; %s".formatted(name(f.link()), cure(f.link())));
      case VolumeFinding.MisdirectedLink f ->
          broken(
              "wrong-link",
              "%s leads to %s; %s".formatted(name(f.link()), f.target(), cure(f.link())));
      case VolumeFinding.PaddedLink f ->
          broken(
              "padded-link",
              ("%s has white space in it, at which registry:2 and registry:3 fail; --repair"
                      + " writes it anew")
                  .formatted(name(f.link())));
      case VolumeFinding.Alias f ->
          odd("alias", "%s is kept as %s; served all the same".formatted(f.digest(), f.target()));
      case VolumeFinding.DanglingAlias f ->
          broken(
              "dangling-alias",
              "%s was kept as %s, where it is not; --repair takes the link away"
                  .formatted(f.digest(), f.target()));
      case VolumeFinding.LayerWithoutBytes f ->
          freeable(
              "dangling-layer",
              0,
              "the bytes of %s are gone; garbage-collect cleans up".formatted(f.digest()));
    };
  }

  private static String name(LinkName link) {
    return switch (link) {
      case LinkName.Layer f -> "link of %s to blob %s".formatted(f.repository(), f.digest());
      case LinkName.Revision f -> "link of %s to manifest %s".formatted(f.repository(), f.digest());
      case LinkName.Current f -> "tag %s of %s".formatted(f.tag(), f.repository());
      case LinkName.History f ->
          "history of tag %s of %s, %s".formatted(f.tag(), f.repository(), f.digest());
    };
  }

  private static String cure(LinkName link) {
    return switch (link) {
      case LinkName.Layer _, LinkName.Revision _ ->
          "--repair writes it anew if the bytes are sound; else push them again";
      case LinkName.Current _ -> "push the tag again, or delete it";
      case LinkName.History _ -> "--repair writes it anew";
    };
  }

  // --- tags and manifests

  private static CheckLine ofTag(VolumeFinding.TagProblem problem) {
    return switch (problem) {
      case VolumeFinding.DanglingTag f ->
          broken(
              "dangling-tag",
              "tag %s of %s is on %s, which %s"
                  .formatted(
                      f.tag(),
                      f.repository(),
                      f.digest(),
                      f.linked()
                          ? "is damaged; push the manifest again"
                          : "was deleted; --repair takes the tag away"));
      case VolumeFinding.TagWithoutLink f ->
          broken(
              "empty-tag",
              "tag %s of %s is on nothing; push it again, or --repair takes it away"
                  .formatted(f.tag(), f.repository()));
      case VolumeFinding.TagWithoutHistory f ->
          broken(
              "tag-history",
              "tag %s of %s lacks %s in its history, which registry:3 needs; --repair writes it"
                  .formatted(f.tag(), f.repository(), f.digest()));
    };
  }

  private static CheckLine ofManifest(VolumeFinding.ManifestProblem problem) {
    return switch (problem) {
      case VolumeFinding.DamagedManifest f ->
          broken(
              "damaged-manifest",
              "manifest %s of %s %s".formatted(f.digest(), f.repository(), damage(f.damage())));
      case VolumeFinding.MissingContent f ->
          broken(
              "missing-content",
              "manifest %s of %s names %s (%s), which is not there; push it again"
                  .formatted(
                      f.manifest(), f.repository(), f.wanted().digest(), f.wanted().mediaType()));
      case VolumeFinding.WrongSize f ->
          broken(
              "wrong-size",
              "manifest %s of %s gives %s %d bytes, and it has %d; push it again"
                  .formatted(
                      f.manifest(),
                      f.repository(),
                      f.wanted().digest(),
                      f.wanted().size(),
                      f.size()));
      case VolumeFinding.RepositoryWithoutLayers f ->
          broken(
              "no-layers-folder",
              "%s has no _layers, at which registry:3 ends its collection; --repair makes it"
                  .formatted(f.repository()));
    };
  }

  private static String damage(VolumeFinding.Damage damage) {
    return switch (damage) {
      case NO_BYTES -> "has no bytes; push it again";
      case WRONG_BYTES -> "has other bytes than it should; push it again";
      case NO_MANIFEST -> "is none that can be served";
    };
  }

  // --- blobs and the rest

  private static CheckLine ofBlob(VolumeFinding.BlobProblem problem) {
    return switch (problem) {
      case VolumeFinding.WrongBytes f ->
          broken(
              "wrong-bytes",
              "%d bytes that are not %s; --repair puts them aside, then push it again"
                  .formatted(f.bytes(), f.digest()));
      case VolumeFinding.BlobWithoutData f ->
          freeable(
              "empty-blob-folder", 0, "a folder for %s and no bytes in it".formatted(f.digest()));
      case VolumeFinding.MisplacedData _ ->
          broken(
              "misplaced-data",
              "no blob can be here, and the collection of registry:3 dies of it; move it away");
      case VolumeFinding.Unreferenced f ->
          freeable(
              "unreferenced-blob",
              f.bytes(),
              "no manifest names %s (%d bytes); garbage-collect frees it"
                  .formatted(f.digest(), f.bytes()));
    };
  }

  private static CheckLine ofTheRest(VolumeFinding.Oddment oddment) {
    return switch (oddment) {
      case VolumeFinding.LeakedUpload f ->
          freeable(
              "leaked-upload",
              f.bytes(),
              "an upload that nobody touches (%d bytes); the next sweep or --repair removes it"
                  .formatted(f.bytes()));
      case VolumeFinding.StrayTemporary f ->
          freeable(
              "stray-temporary",
              f.bytes(),
              "a temporary file (%d bytes); the next sweep or --repair removes it"
                  .formatted(f.bytes()));
      case VolumeFinding.ForeignName _ ->
          odd("foreign-name", "says nothing to a registry, and is passed over");
      case VolumeFinding.CaseCollision f ->
          odd(
              "case-collision",
              "differs from %s by case alone; keep the volume on a file system that tells them apart"
                  .formatted(f.other()));
      case VolumeFinding.Unreadable f -> new CheckLine(Weight.UNREAD, "unreadable", 0, f.reason());
    };
  }

  // --- how it is shown

  /** One line, without tabs and what else could steer a terminal. */
  static String printable(String text) {
    return text.codePoints().mapToObj(CheckLine::character).collect(Collectors.joining());
  }

  private static String character(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          "\\u%04x".formatted(codePoint);
      default -> Character.toString(codePoint);
    };
  }
}
