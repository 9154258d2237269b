package io.stowage.registry.auth.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.Base64URL;
import io.stowage.registry.access.TokenRejectedException;
import java.text.ParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of a token (RFC 7515, section 4), of which nothing is trusted. Of an embedded key only
 * the name is read, and addresses of keys are not read at all (security case AN-1).
 *
 * @param keyId which key is meant; null if it doesn't say
 * @param chain certificates in base64, the signer's first; empty if there are none
 */
record TokenHeader(
    JWSAlgorithm algorithm, @Nullable String keyId, List<String> chain, @Nullable String type) {
  private static final List<String> NOT_UNDERSTOOD = List.of("crit", "b64", "zip", "enc");

  static TokenHeader parse(Base64URL encoded) throws TokenRejectedException {
    try {
      return read(JsonFields.parse(encoded.decodeToString()));
    } catch (ParseException e) {
      throw new TokenRejectedException("the header is not what it should be: " + e.getMessage());
    }
  }

  private static TokenHeader read(JsonFields fields) throws ParseException, TokenRejectedException {
    for (String name : NOT_UNDERSTOOD) {
      if (fields.values().containsKey(name)) {
        throw new TokenRejectedException("the header has " + name + ", which is not understood");
      }
    }
    String ofKey = fields.object("jwk").string("kid");
    return new TokenHeader(
        JWSAlgorithm.parse(fields.requiredString("alg")),
        ofKey == null ? fields.string("kid") : ofKey,
        fields.strings("x5c"),
        fields.string("typ"));
  }
}
