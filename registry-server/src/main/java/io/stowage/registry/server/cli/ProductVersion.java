package io.stowage.registry.server.cli;

/** Name and version of the product, as the build wrote them into the archive's manifest. */
final class ProductVersion {
  private ProductVersion() {}

  /** For example {@code stowage 0.1.0}; {@code stowage (development)} outside of an archive. */
  static String current() {
    String version = ProductVersion.class.getPackage().getImplementationVersion();
    return "stowage " + (version == null ? "(development)" : version);
  }
}
