package io.stowage.registry.access;

/** What may be done with a repository, or with the registry as a whole. */
public enum Action {
  /** See that the registry speaks the protocol, and what it can do. */
  PING,
  /** Read blobs, manifests, tags and referrers of a repository. */
  PULL,
  /** Write blobs and manifests to a repository, and cancel its uploads. */
  PUSH,
  /** Delete blobs, manifests and tags of a repository. */
  DELETE,
  /** List the repositories that one may pull from. */
  CATALOG
}
