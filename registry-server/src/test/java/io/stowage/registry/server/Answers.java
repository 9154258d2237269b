package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.Bodies.ErrorEntry;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.util.List;
import java.util.regex.Pattern;

/** What is demanded of responses. */
final class Answers {
  /** Folders of the server, names of classes, lines of stack traces. */
  private static final Pattern INTERNALS =
      Pattern.compile("/tmp/|/_uploads|/_layers|/_manifests|io\\.stowage|java\\.|Exception|\\tat ");

  private Answers() {}

  /** Demands what every response has: case SL-5, rows 10-38 and 10-39. */
  static WireResponse checked(WireResponse response) {
    assertThat(response.headers("Docker-Distribution-API-Version")).containsExactly("registry/2.0");
    assertThat(response.headers("X-Content-Type-Options")).containsExactly("nosniff");
    assertThat(response.headers("Content-Security-Policy")).containsExactly("sandbox");
    assertThat(response.headers("X-Request-Id")).hasSize(1);
    if (response.status() >= 400 && response.body().length > 0) {
      checkErrors(response);
    }
    return response;
  }

  private static void checkErrors(WireResponse response) {
    assertThat(response.header("Content-Type")).contains("application/json");
    assertThat(response.text()).endsWith("}\n").doesNotContainPattern(INTERNALS);
    assertThat(Bodies.errors(response).errors())
        .isNotEmpty()
        .allSatisfy(
            error -> {
              assertThat(error.code()).matches("[A-Z_]+");
              assertThat(error.message()).isNotBlank();
            });
  }

  /** A refusal with one error; gives that error. */
  static ErrorEntry refused(WireResponse response, int status, String code) {
    List<ErrorEntry> errors = refusals(response, status);
    assertThat(errors).hasSize(1);
    assertThat(errors.getFirst().code()).isEqualTo(code);
    return errors.getFirst();
  }

  /** A refusal; gives its errors. */
  static List<ErrorEntry> refusals(WireResponse response, int status) {
    assertThat(response.status()).as(response.text()).isEqualTo(status);
    return Bodies.errors(response).errors();
  }

  /** That the answer to a HEAD is the answer to a GET without its body. */
  static void sameHead(WireResponse head, WireResponse get) {
    assertThat(head.statusLine()).isEqualTo(get.statusLine());
    assertThat(comparable(head)).isEqualTo(comparable(get));
  }

  private static List<String> comparable(WireResponse response) {
    return response.fields().stream()
        .filter(field -> !field.startsWith("Date:") && !field.startsWith("X-Request-Id:"))
        .toList();
  }
}
