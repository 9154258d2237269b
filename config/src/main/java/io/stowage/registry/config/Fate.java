package io.stowage.registry.config;

/** What becomes of a known key. */
enum Fate {
  /** Bound into the {@link Configuration}. */
  BUILT,
  /** Accepted in silence: what it asks for holds anyway. */
  ACCEPTED,
  /** Not needed here; one line says so. */
  UNNEEDED,
  /** Ignoring it would leave a door open or put data elsewhere: the server does not start. */
  REFUSED
}
