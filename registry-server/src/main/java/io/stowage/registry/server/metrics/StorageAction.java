package io.stowage.registry.server.metrics;

/** What is done to a storage, under the names of the calls of distribution's drivers. */
enum StorageAction {
  GET_CONTENT("GetContent"),
  PUT_CONTENT("PutContent"),
  READER("Reader"),
  WRITER("Writer"),
  STAT("Stat"),
  LIST("List"),
  MOVE("Move"),
  DELETE("Delete");

  private final String label;

  StorageAction(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
