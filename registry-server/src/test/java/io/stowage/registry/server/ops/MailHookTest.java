package io.stowage.registry.server.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.stowage.registry.server.mail.MailAccount;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

final class MailHookTest {
  private static final String USER = "me";
  private static final String PASSWORD = "correct horse";
  private static final LogLines LINES =
      new LogLines(Logging.Format.TEXT, Map.of("service", "registry"), false, Map.of());

  private final GreenMail server =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final LoggerContext context = new LoggerContext();
  private final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    server.start();
    server.setUser("ops@example.com", USER, PASSWORD);
  }

  @AfterEach
  void stop() {
    root.detachAndStopAllAppenders();
    server.stop();
  }

  @Test
  void log_lineOfItsLevel_isMailedToAll() throws MessagingException, IOException {
    MailHook hook = hook(account(USER, PASSWORD), Duration.ZERO);

    root.warn("not for mail");
    root.error("the disk\r\nBcc: evil@example.com failed", new IOException("no space"));
    hook.flush();

    assertThat(server.getReceivedMessages()).hasSize(2);
    MimeMessage mail = server.getReceivedMessages()[0];
    assertThat(mail.getSubject())
        .isEqualTo("[error] 127.0.0.1: the disk Bcc: evil@example.com failed");
    assertThat(mail.getFrom()).extracting(Object::toString).containsExactly("registry@example.com");
    assertThat(mail.getAllRecipients())
        .extracting(Object::toString)
        .containsExactly("ops@example.com", "boss@example.com");
    assertThat(mail.getContent().toString())
        .contains("level: error", "service: registry", "java.io.IOException: no space", "\tat ")
        .doesNotContain("not for mail");
  }

  @Test
  void log_manyLinesDuringThePause_areOneMail() throws MessagingException, IOException {
    MailHook hook = hook(account("", ""), Duration.ofHours(1));
    root.error("first");
    hook.flush();

    for (int i = 0; i < 100; i++) {
      root.error("again {}", i);
    }
    hook.stop();
    hook.join();

    assertThat(server.getReceivedMessages()).hasSize(4);
    MimeMessage second = server.getReceivedMessages()[1];
    assertThat(second.getSubject()).isEqualTo("[error] 127.0.0.1: again 0 (and 99 more)");
    assertThat(second.getContent().toString()).contains("msg: again 99");
  }

  @Test
  void log_withAServerThatSaysNothing_holdsNobodyUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      MailHook hook =
          hook(
              new MailAccount(
                  "127.0.0.1", silent.getLocalPort(), "", "", false, "a@b", List.of("c@d")),
              Duration.ZERO);

      long before = System.nanoTime();
      for (int i = 0; i < 1000; i++) {
        root.error("again {}", i);
      }
      hook.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void log_afterAnOutage_tellsHowMuchWasNotMailed() throws MessagingException, IOException {
    int port = server.getSmtp().getPort();
    server.stop();
    MailHook hook = hook(account(port, "", ""), Duration.ZERO);
    root.error("unheard");
    hook.flush();
    GreenMail back = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    back.start();
    try {
      root.error("heard");
      hook.flush();

      assertThat(back.getReceivedMessages()[0].getContent().toString())
          .startsWith("1 lines before these could not be mailed.")
          .contains("msg: heard");
    } finally {
      back.stop();
    }
  }

  private MailHook hook(MailAccount account, Duration pause) {
    MailHook hook =
        MailHook.start(context, new Logging.Mail(Set.of(Level.ERROR), account), LINES, pause);
    root.addAppender(hook);
    return hook;
  }

  private MailAccount account(String user, String password) {
    return account(server.getSmtp().getPort(), user, password);
  }

  private static MailAccount account(int port, String user, String password) {
    return new MailAccount(
        "127.0.0.1",
        port,
        user,
        password,
        false,
        "registry@example.com",
        List.of("ops@example.com", "boss@example.com"));
  }
}
