package io.stowage.registry.server.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Properties;

/**
 * Sends mail by SMTP, one connection for each. TLS is spoken where the server offers it (RFC 3207),
 * and from the first byte on port 465 (RFC 8314). A password is sent without TLS only to this
 * machine, or where the account is insecure on purpose; distribution has the same rule.
 */
public final class Mailer {
  private static final int TLS_PORT = 465;
  private static final String TIMEOUT_MILLIS = "10000";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);

  private final MailAccount account;
  private final Session session;

  public Mailer(MailAccount account) {
    this.account = account;
    this.session = Session.getInstance(properties(account));
  }

  /**
   * Sends one mail of plain text to all recipients. Takes as long as the server does, but not for
   * ever.
   *
   * @throws IOException if it could not be handed over
   */
  public void send(String subject, String text) throws IOException {
    try {
      MimeMessage message = new MimeMessage(session);
      message.setFrom(new InternetAddress(account.from()));
      for (String to : account.to()) {
        message.addRecipient(Message.RecipientType.TO, new InternetAddress(to));
      }
      message.setSubject(subject, StandardCharsets.UTF_8.name());
      message.setText(text, StandardCharsets.UTF_8.name());
      message.setHeader("Date", DATE.format(OffsetDateTime.now(ZoneOffset.UTC)));
      if (account.username().isEmpty()) {
        Transport.send(message);
      } else {
        Transport.send(message, account.username(), account.password());
      }
    } catch (MessagingException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Properties properties(MailAccount account) {
    boolean login = !account.username().isEmpty();
    Properties properties = new Properties();
    properties.setProperty("mail.transport.protocol", "smtp");
    properties.setProperty("mail.smtp.host", account.host());
    properties.setProperty("mail.smtp.port", Integer.toString(account.port()));
    properties.setProperty("mail.smtp.connectiontimeout", TIMEOUT_MILLIS);
    properties.setProperty("mail.smtp.timeout", TIMEOUT_MILLIS);
    properties.setProperty("mail.smtp.writetimeout", TIMEOUT_MILLIS);
    properties.setProperty("mail.smtp.auth", Boolean.toString(login));
    properties.setProperty("mail.smtp.ssl.enable", Boolean.toString(account.port() == TLS_PORT));
    properties.setProperty("mail.smtp.starttls.enable", "true");
    properties.setProperty(
        "mail.smtp.starttls.required",
        Boolean.toString(login && !account.insecure() && !isThisMachine(account.host())));
    properties.setProperty(
        "mail.smtp.ssl.checkserveridentity", Boolean.toString(!account.insecure()));
    if (account.insecure()) {
      properties.setProperty("mail.smtp.ssl.trust", "*");
    }
    return properties;
  }

  /** By its name alone: an address that was looked up may be anybody's. */
  private static boolean isThisMachine(String host) {
    return host.equalsIgnoreCase("localhost") || host.equals("127.0.0.1") || host.equals("::1");
  }
}
