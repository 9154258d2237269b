package io.stowage.registry.config;

import java.util.Optional;

/**
 * Groups and rules in a file of their own ({@code stowage.access.file}). Its values stand in the
 * tree where they would stand without it, so that everything behind treats both alike.
 */
final class AccessFile {
  private static final String FILE = "file";
  private static final String GROUPS = "groups";
  private static final String RULES = "rules";

  private final NamedFiles files;
  private final Findings findings;

  AccessFile(NamedFiles files, Findings findings) {
    this.files = files;
    this.findings = findings;
  }

  /** Puts the file's values into the tree, if the tree names a file. */
  void unfoldIn(Value.Mapping tree) {
    if (tree.entries().get("stowage") instanceof Value.Mapping ours
        && ours.entries().get("access") instanceof Value.Mapping access
        && access.entries().get(FILE) instanceof Value.Scalar named
        && !named.saysNothing()) {
      refuseBeside(named, access, GROUPS);
      refuseBeside(named, access, RULES);
      content(named).ifPresent(content -> unfold(content, access));
    }
  }

  private void refuseBeside(Value.Scalar named, Value.Mapping access, String key) {
    Value inline = access.entries().get(key);
    if (inline != null && !(inline instanceof Value.Scalar scalar && scalar.saysNothing())) {
      findings.problem(
          inline.source(),
          "stowage.access."
              + key
              + " stands beside stowage.access.file, which "
              + named.source().text()
              + " sets; keep one of them");
    }
  }

  private Optional<Value.Mapping> content(Value.Scalar named) {
    return files
        .text(named.text(), named.source())
        .map(text -> YamlReader.file(new ConfigurationFile(named.text(), text), findings));
  }

  /** A file without rules has none, which is not the same as no file. */
  private void unfold(Value.Mapping content, Value.Mapping access) {
    Value further = content.entries().remove(FILE);
    if (further != null) {
      findings.problem(further.source(), "file: a file of access rules names no other");
    }
    access.entries().putAll(content.entries());
    Value rules = access.entries().get(RULES);
    if (rules == null || (rules instanceof Value.Scalar scalar && scalar.saysNothing())) {
      access.entries().put(RULES, Value.Sequence.at(content.source()));
    }
  }
}
