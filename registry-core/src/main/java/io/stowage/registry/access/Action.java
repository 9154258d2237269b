package io.stowage.registry.access;

/** What may be done with a repository, or with the registry as a whole. */
public enum Action {
  /** Find out that somebody is there, or ask for a token: open to everybody, whatever the rules. */
  PUBLIC,
  /**
   * See that the registry speaks the protocol, and what it can do: for whoever proved something.
   */
  PING,
  /** Read blobs, manifests, tags and referrers of a repository. */
  PULL,
  /** Write blobs, manifests and new tags to a repository, and cancel its uploads. */
  PUSH,
  /** Move an existing tag of a repository to another manifest, which is a push besides. */
  TAG_OVERWRITE,
  /** Delete blobs, manifests and tags of a repository. */
  DELETE,
  /** List the repositories that one may pull from. */
  CATALOG,
  /** Everything with a repository; without one, everything with the registry as a whole. */
  ADMIN
}
