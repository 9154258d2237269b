package io.stowage.registry.e2e;

import java.io.IOException;
import java.nio.file.Path;

/** A user, or whatever else can log in, and what it logs in with. */
record Account(String user, String password) {
  /** An account whose password has in it what clients might trip over. */
  static Account of(String user) {
    return new Account(user, user + ":s3cret + %41/=&\"");
  }

  Account withPassword(String other) {
    return new Account(user, other);
  }

  /**
   * Makes a password file of these accounts by the command that comes with the server, and returns
   * the section of the configuration that names it.
   */
  static String htpasswd(Workbench bench, Account... accounts) throws IOException {
    Path users = bench.path("users");
    for (Account account : accounts) {
      bench
          .server(
              bench.input(account.password()), "htpasswd", "add", users.toString(), account.user())
          .run();
    }
    return """
        auth:
          htpasswd:
            realm: e2e
            path: %s
        """
        .formatted(users);
  }
}
