package io.stowage.registry.server.api;

import io.stowage.registry.access.Scope;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.json.Json;
import io.stowage.registry.server.json.JsonException;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client wishes a new personal access token or robot to be, as far as that can be told from
 * the request alone.
 *
 * @param name of the robot, empty if there is none
 * @param note may be empty; one line, and nothing that a terminal takes for a command
 * @param scopes at least one
 * @param expires null for never
 */
record CredentialWish(String name, String note, List<Scope> scopes, @Nullable Instant expires) {
  private static final int MAX_SCOPES = 32;
  private static final int MAX_NOTE = 256;
  private static final Pattern NOTE =
      Pattern.compile("[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]{0," + MAX_NOTE + "}");

  CredentialWish {
    scopes = List.copyOf(scopes);
  }

  /** The request's body as it is written. */
  private record Document(
      @Nullable String name,
      @Nullable List<@Nullable String> scopes,
      @Nullable String note,
      @Nullable String expires) {}

  /**
   * Reads it from a request's body.
   *
   * @throws RegistryException that names the value and the rule it breaks
   */
  static CredentialWish read(Exchange exchange) throws IOException {
    requireJson(exchange.request());
    Document document = document(exchange.smallBody());
    return new CredentialWish(
        document.name == null ? "" : document.name,
        note(document.note),
        scopes(document.scopes),
        expires(document.expires));
  }

  /** A form on a page of another origin can't send this type, whoever looks at the page. */
  private static void requireJson(Request request) {
    String type = request.headers().first("Content-Type").orElse("");
    if (!MediaType.withoutParameters(type).equals("application/json")) {
      throw invalid("Content-Type: " + type, "application/json");
    }
  }

  private static Document document(byte[] body) {
    try {
      return Json.readOnlyKnown(body, Document.class);
    } catch (JsonException e) {
      throw invalid("body: " + e.getMessage(), "a JSON object with scopes, and note and expires");
    }
  }

  private static String note(@Nullable String text) {
    if (text != null && !NOTE.matcher(text).matches()) {
      throw invalid(
          "note: " + text,
          "at most " + MAX_NOTE + " characters, none of them for control or formatting");
    }
    return text == null ? "" : text;
  }

  private static List<Scope> scopes(@Nullable List<@Nullable String> texts) {
    if (texts == null || texts.isEmpty() || texts.size() > MAX_SCOPES) {
      throw invalid(
          "scopes: " + (texts == null ? "none" : texts.size()),
          "1 to " + MAX_SCOPES + ", each as team/**:pull,push");
    }
    List<Scope> scopes = new ArrayList<>();
    for (String text : texts) {
      scopes.add(scope(String.valueOf(text)));
    }
    return scopes;
  }

  private static Scope scope(String text) {
    try {
      return Scope.parse(text);
    } catch (IllegalArgumentException e) {
      throw invalid("scope: " + text, Scope.RULE);
    }
  }

  private static @Nullable Instant expires(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw invalid("expires: " + text, "a time as 2027-01-01T00:00:00Z, or nothing for never");
    }
  }

  private static RegistryException invalid(String value, String rule) {
    return new RegistryException(new RegistryError.RequestInvalid(value, rule));
  }
}
