package io.stowage.registry.e2e.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.e2e.Command;
import io.stowage.registry.e2e.RegistryProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One volume in the hands of one server after the other, in both directions. */
class VolumesDropIn {
  @TempDir(factory = Scratch.class)
  Path folder;

  @Test
  void volume_throughAllServersAndBack_servesAllThatWasPushed() throws IOException {
    Inventory inventory = new Inventory();
    Edition[] way = {Edition.V2, Edition.OURS, Edition.V3, Edition.OURS, Edition.V2, Edition.OURS};
    for (int i = 0; i < way.length; i++) {
      try (RegistryProcess server = way[i].start(data(), Conversations.DELETES)) {
        Remote remote = new Remote(server);
        inventory.verify(remote, way[i]);
        if (way[i] != Edition.V2) {
          Workload.finish(remote, inventory);
        }
        new Workload(remote, way[i], inventory, "step" + i).push();
        inventory.verify(remote, way[i]);
      }
      if (way[i] == Edition.OURS) {
        collectNothing(Edition.V2);
        collectNothing(Edition.V3);
      }
    }
    System.out.printf(
        "measured: one volume through %d servers, all of %d objects read before and after each%n",
        way.length, inventory.all().size());
  }

  private Path data() {
    return folder.resolve("data");
  }

  /** Their collectors walk the whole volume, and neither stumbles. */
  private void collectNothing(Edition edition) throws IOException {
    String configuration = edition.configure(data(), Conversations.DELETES).toString();
    for (List<String> flags : List.of(List.<String>of(), List.of("--delete-untagged"))) {
      List<String> words = new ArrayList<>(List.of(edition.program(), "garbage-collect"));
      words.add("--dry-run");
      words.addAll(flags);
      words.add(configuration);
      Command.Result result = new Command(words, folder, Command.NO_INPUT, Map.of()).run();
      assertThat(result.output()).contains("step0/app: marking manifest");
    }
  }
}
