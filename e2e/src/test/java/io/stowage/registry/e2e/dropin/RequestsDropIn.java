package io.stowage.registry.e2e.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same requests to registry:2, registry:3 and ours. Where ours is not as registry:3 is, a row
 * of {@code docs/drop-in.md} says why; a row that nothing needs has no place there.
 */
class RequestsDropIn {
  @TempDir(factory = Scratch.class)
  Path folder;

  @Test
  void requests_toAllThree_differOnlyAsDocumented() throws IOException {
    List<Exchange> exchanges = new ArrayList<>();
    for (Conversation conversation : Conversations.all(folder)) {
      exchanges.addAll(Conversations.have(conversation, folder));
    }
    SortedSet<String> used = new TreeSet<>();
    List<String> unexplained = new ArrayList<>();
    for (Exchange exchange : exchanges) {
      for (Difference difference : exchange.differences()) {
        List<String> rows = rows(exchange, difference);
        used.addAll(rows);
        if (rows.isEmpty()) {
          unexplained.add(exchange.step() + "\n    " + difference);
        }
      }
    }
    count(exchanges);
    assertThat(unexplained).isEmpty();
    assertThat(used).isEqualTo(Table.documented());
  }

  /** Only the first row that explains it counts, so that none hides behind another. */
  private static List<String> rows(Exchange exchange, Difference difference) {
    return Table.ROWS.stream()
        .filter(row -> row.explains(exchange, difference))
        .map(Row::id)
        .limit(1)
        .toList();
  }

  private static void count(List<Exchange> exchanges) {
    long same = exchanges.stream().filter(x -> sameStatus(x.v3(), x)).count();
    long both =
        exchanges.stream().filter(x -> sameStatus(x.v3(), x) && sameStatus(x.v2(), x)).count();
    System.out.printf(
        "measured: %d requests to each; the status is that of registry:3 in %d, and of both in %d%n",
        exchanges.size(), same, both);
  }

  private static boolean sameStatus(Answer theirs, Exchange exchange) {
    return theirs.status() == exchange.ours().status();
  }
}
