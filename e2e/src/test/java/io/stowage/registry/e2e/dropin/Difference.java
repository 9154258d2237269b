package io.stowage.registry.e2e.dropin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;

/**
 * One aspect in which two answers are not the same.
 *
 * @param aspect {@code status}, {@code body}, {@code json}, {@code error code}, {@code error
 *     message}, {@code error detail}, or the name of a header in lower case
 */
record Difference(String aspect, String theirs, String ours) {
  /** All of them, the status first. */
  static List<Difference> between(Answer theirs, Answer ours) {
    List<Difference> found = new ArrayList<>();
    add(found, "status", "" + theirs.status(), "" + ours.status());
    TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(theirs.headers().keySet());
    names.addAll(ours.headers().keySet());
    for (String name : names) {
      add(found, name.toLowerCase(Locale.ROOT), theirs.header(name), ours.header(name));
    }
    if (theirs.json().isEmpty() || ours.json().isEmpty()) {
      add(found, "body", theirs.body(), ours.body());
    } else if (theirs.errors("code").isEmpty() && ours.errors("code").isEmpty()) {
      add(found, "json", theirs.json().toString(), ours.json().toString());
    } else {
      for (String field : List.of("code", "message", "detail")) {
        add(found, "error " + field, theirs.errors(field), ours.errors(field));
      }
    }
    return found;
  }

  private static void add(List<Difference> found, String aspect, String theirs, String ours) {
    if (!Objects.equals(theirs, ours)) {
      found.add(new Difference(aspect, theirs, ours));
    }
  }

  @Override
  public String toString() {
    return aspect + ": " + theirs.strip() + "  ->  " + ours.strip();
  }
}
