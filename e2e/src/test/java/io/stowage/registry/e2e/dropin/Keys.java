package io.stowage.registry.e2e.dropin;

import io.stowage.registry.e2e.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Whoever signs tokens: a key and its own certificate, made by {@code openssl} in a folder. Tokens
 * carry the certificate ({@code x5c}), which all three servers look for in {@code rootcertbundle}.
 */
record Keys(Path folder) {
  static final String REALM = "https://auth.example/token";
  static final String SERVICE = "registry.example";
  static final String ISSUER = "auth.example";

  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  static Keys make(Path folder) throws IOException {
    Keys keys = new Keys(Files.createDirectories(folder));
    String[] words = {
      "openssl",
      "req",
      "-x509",
      "-nodes",
      "-newkey",
      "rsa:2048",
      "-days",
      "2",
      "-subj",
      "/CN=auth",
      "-keyout",
      "key.pem",
      "-out",
      "certificate.pem"
    };
    new Command(List.of(words), folder, Command.NO_INPUT, Map.of()).run();
    return keys;
  }

  /** The section {@code auth} of a server that believes these tokens. */
  String section() {
    return """
        auth:
          token:
            realm: %s
            service: %s
            issuer: %s
            rootcertbundle: %s
        """
        .formatted(REALM, SERVICE, ISSUER, folder.resolve("certificate.pem"));
  }

  /** A header with a good token; {@code access} is the claim of that name. */
  String bearer(String access) {
    return bearer(ISSUER, SERVICE, 300, access);
  }

  /** The same, valid until so many seconds from now. */
  String bearer(String issuer, String audience, int seconds, String access) {
    long now = System.currentTimeMillis() / 1000;
    String claims =
        """
        {"iss":"%s","sub":"alice","aud":"%s","exp":%d,"nbf":%d,"iat":%d,"jti":"1","access":[%s]}"""
            .formatted(issuer, audience, now + seconds, now - 600, now - 600, access);
    try {
      String head =
          "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"" + pem("certificate.pem") + "\"]}";
      String signed = encoded(head) + "." + encoded(claims);
      return "Authorization: Bearer " + signed + "." + URL.encodeToString(signature(signed));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String json) {
    return URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] signature(String text) throws IOException, GeneralSecurityException {
    byte[] key = Base64.getDecoder().decode(pem("key.pem"));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key)));
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    return signature.sign();
  }

  /** The Base64 text within a file of one PEM block. */
  private String pem(String file) throws IOException {
    return Files.readString(folder.resolve(file)).replaceAll("-----[A-Z ]+-----|\\s", "");
  }
}
