package io.stowage.registry.e2e.dropin;

import io.stowage.registry.e2e.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The conversations that are had with each server, one for each way to configure it. */
final class Conversations {
  private static final String BASE =
      """
      version: 0.1
      log:
        accesslog:
          disabled: true
      http:
        addr: 127.0.0.1:0
      storage:
        filesystem:
          rootdirectory: ROOT
      """;

  /** What the other tests configure as well. */
  static final String DELETES = BASE + "  delete:\n    enabled: true\n";

  private static final String READ_ONLY = "  maintenance:\n    readonly:\n      enabled: true\n";

  private Conversations() {}

  /** All of them; files that configurations name are made in the folder. */
  static List<Conversation> all(Path folder) throws IOException {
    Keys keys = Keys.make(folder.resolve("keys"));
    Path users = Files.writeString(folder.resolve("users"), AccessRequests.USERS);
    Conversation passwords =
        new Conversation(
            "passwords", DELETES + "auth:\n  htpasswd:\n    realm: r\n    path: " + users + "\n");
    AccessRequests.passwords(passwords);
    Conversation tokens = new Conversation("tokens", DELETES + keys.section());
    AccessRequests.tokens(tokens, keys);
    Conversation kept = new Conversation("no deletes", BASE);
    AccessRequests.refusals(kept);
    Conversation still = new Conversation("read-only", DELETES + READ_ONLY);
    AccessRequests.refusals(still);
    return List.of(open(), passwords, tokens, kept, still);
  }

  private static Conversation open() {
    Conversation conversation = new Conversation("open to all", DELETES);
    PushRequests.images(conversation);
    PullRequests.addTo(conversation);
    OtherRequests.addTo(conversation);
    PushRequests.addTo(conversation);
    OtherRequests.deletes(conversation);
    return conversation;
  }

  /** Has it with all three, each on a fresh folder. */
  static List<Exchange> have(Conversation conversation, Path folder) throws IOException {
    List<Answer> v2 = answers(conversation, Edition.V2, folder);
    List<Answer> v3 = answers(conversation, Edition.V3, folder);
    List<Answer> ours = answers(conversation, Edition.OURS, folder);
    List<Exchange> exchanges = new ArrayList<>();
    for (int i = 0; i < conversation.steps().size(); i++) {
      exchanges.add(new Exchange(conversation.steps().get(i), v2.get(i), v3.get(i), ours.get(i)));
    }
    return exchanges;
  }

  private static List<Answer> answers(Conversation conversation, Edition edition, Path folder)
      throws IOException {
    Path data = folder.resolve(edition.name() + "-" + conversation.name().replace(' ', '-'));
    try (RegistryProcess server = edition.start(data, conversation.configuration())) {
      return conversation.with(server);
    }
  }
}
