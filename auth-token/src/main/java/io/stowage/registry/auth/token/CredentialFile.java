package io.stowage.registry.auth.token;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.stowage.registry.access.Credential;
import io.stowage.registry.access.Scope;
import io.stowage.registry.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A credential as it is kept: one JSON object in a file {@code <id>.json}, for example
 *
 * <pre>{@code
 * {"version":1,"id":"k3v9x0q2ab","kind":"personal","user":"alice","note":"laptop",
 *  "scopes":["team/**:pull,push"],"created":"2026-11-24T23:00:00Z",
 *  "expires":"2027-02-22T23:00:00Z","secret":"sha256:..."}
 * }</pre>
 *
 * {@code kind} is {@code personal} or {@code robot}; {@code expires} is absent if it never does;
 * {@code secret} is the SHA-256 of the whole secret, its prefix included. A reader refuses a
 * version that it doesn't know and passes over fields that it doesn't know.
 *
 * @param hash of the secret
 */
record CredentialFile(Credential credential, Digest hash) {
  static final String SUFFIX = ".json";
  private static final long VERSION = 1;

  byte[] toBytes() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", VERSION);
    fields.put("id", credential.id());
    fields.put("kind", credential.kind().name().toLowerCase(Locale.ROOT));
    fields.put("user", credential.user());
    fields.put("note", credential.note());
    fields.put("scopes", credential.scopes().stream().map(Scope::toString).toList());
    fields.put("created", credential.created().toString());
    if (credential.expires() != null) {
      fields.put("expires", credential.expires().toString());
    }
    fields.put("secret", hash.toString());
    return (JSONObjectUtils.toJSONString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws ParseException if it is anything else
   */
  static CredentialFile parse(String text) throws ParseException {
    JsonFields fields = JsonFields.parse(text);
    Number version = fields.number("version");
    if (version == null || version.doubleValue() != VERSION) {
      throw new ParseException("version " + version + " is not known", 0);
    }
    try {
      return new CredentialFile(
          credential(fields),
          Digest.find(fields.requiredString("secret"))
              .orElseThrow(() -> new ParseException("secret is no digest", 0)));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new ParseException(e.getMessage(), 0);
    }
  }

  private static Credential credential(JsonFields fields) throws ParseException {
    List<Scope> scopes = new ArrayList<>();
    for (String scope : fields.strings("scopes")) {
      scopes.add(Scope.parse(scope));
    }
    return new Credential(
        fields.requiredString("id"),
        Credential.Kind.valueOf(fields.requiredString("kind").toUpperCase(Locale.ROOT)),
        fields.requiredString("user"),
        fields.requiredString("note"),
        scopes,
        Instant.parse(fields.requiredString("created")),
        expires(fields));
  }

  private static @Nullable Instant expires(JsonFields fields) throws ParseException {
    String text = fields.string("expires");
    return text == null ? null : Instant.parse(text);
  }
}
