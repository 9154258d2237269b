package io.stowage.registry.server.mail;

import java.util.List;

/**
 * By which server mail goes from whom to whom. The password never shows.
 *
 * @param username empty for no login
 * @param insecure whether the server may have any certificate, and may get the password without TLS
 */
public record MailAccount(
    String host,
    int port,
    String username,
    String password,
    boolean insecure,
    String from,
    List<String> to) {
  public MailAccount {
    to = List.copyOf(to);
  }

  @Override
  public String toString() {
    return "MailAccount[host=" + host + ", port=" + port + ", to=" + to + "]";
  }
}
