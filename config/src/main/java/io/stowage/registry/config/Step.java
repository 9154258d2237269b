package io.stowage.registry.config;

import java.util.List;

/** One step down the tree: to an entry of a section, or to an item of a list. */
sealed interface Step {
  /** To the entry of this name. */
  record Name(String name) implements Step {}

  /** To the item at this index. */
  record Index(int index) implements Step {}

  /** The steps as a dotted path. */
  static String path(List<Step> steps) {
    String path = "";
    for (Step step : steps) {
      path =
          switch (step) {
            case Name(String name) -> KeyNode.join(path, name);
            case Index(int index) -> path + "[" + index + "]";
          };
    }
    return path;
  }
}
