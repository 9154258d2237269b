package io.stowage.registry.auth.token;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import io.stowage.registry.access.TokenRejectedException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a foreign token service: certificates and bare public keys of a PEM file, and a JWKS
 * file. A key goes by the id in the JWKS, by its thumbprint (RFC 7638) and by its libtrust id.
 * Immutable; when a file changes, read again.
 */
public final class TrustedKeys implements VerificationKeys {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PUBLIC_KEY = "PUBLIC KEY";
  private static final String RSA_PUBLIC_KEY = "RSA PUBLIC KEY";

  private final Map<String, List<TrustedKey>> byId;
  private final RootCertificates roots;

  private TrustedKeys(Map<String, List<TrustedKey>> byId, RootCertificates roots) {
    Map<String, List<TrustedKey>> copy = new LinkedHashMap<>();
    byId.forEach((id, keys) -> copy.put(id, List.copyOf(keys)));
    this.byId = copy;
    this.roots = roots;
  }

  /**
   * Reads the files.
   *
   * @param bundle PEM, or null for none
   * @param jwks JSON, or null for none
   * @throws IOException that names the file, if one can't be read or used, or if there is no key
   */
  public static TrustedKeys read(@Nullable Path bundle, @Nullable Path jwks) throws IOException {
    Reader reader = new Reader();
    if (bundle != null) {
      reader.readBundle(bundle);
    }
    if (jwks != null) {
      reader.readSet(jwks);
    }
    if (reader.byId.isEmpty()) {
      throw new FileSystemException(
          String.valueOf(bundle == null ? jwks : bundle),
          null,
          "holds no key to check tokens with");
    }
    return new TrustedKeys(reader.byId, new RootCertificates(reader.certificates));
  }

  /** Every id by which a token may name its key, as they were read. */
  public List<String> keyIds() {
    return List.copyOf(byId.keySet());
  }

  /** A chain decides if there are roots for it; else the key is found by its name. */
  @Override
  public List<TrustedKey> find(TokenHeader header, Instant now) throws TokenRejectedException {
    if (!header.chain().isEmpty() && !roots.isEmpty()) {
      return List.of(roots.requireTrusted(header.chain(), now));
    }
    String id = header.keyId();
    if (id == null) {
      throw new TokenRejectedException("the header names no key: it has neither kid nor x5c");
    }
    List<TrustedKey> keys = byId.get(id);
    if (keys == null) {
      throw new TokenRejectedException(
          "no trusted key is called " + id + "; trusted: " + String.join(" ", byId.keySet()));
    }
    return keys;
  }

  /** Collects the keys of one or two files. */
  private static final class Reader {
    private final Map<String, List<TrustedKey>> byId = new LinkedHashMap<>();
    private final List<X509Certificate> certificates = new ArrayList<>();

    /** Blocks of other kinds are passed over, as distribution does: bundles have them. */
    void readBundle(Path file) throws IOException {
      try {
        for (PemBlock block : PemBlock.parse(readText(file))) {
          switch (block.label()) {
            case CERTIFICATE -> {
              X509Certificate certificate = RootCertificates.decode(block.der());
              certificates.add(certificate);
              add(certificate.getPublicKey());
            }
            case PUBLIC_KEY -> add(PublicKeys.decode(block.der()));
            case RSA_PUBLIC_KEY -> add(PublicKeys.decodeRsa(block.der()));
            default -> {}
          }
        }
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw unusable(file, "is not PEM of certificates and public keys: ", e);
      }
    }

    void readSet(Path file) throws IOException {
      try {
        for (JWK key : JWKSet.parse(readText(file)).getKeys()) {
          if (isForSignatures(key)) {
            add(key);
          }
        }
      } catch (ParseException e) {
        // Not the parser's words: they may repeat a value, and a set may hold shared secrets.
        throw new FileSystemException(file.toString(), null, "is not a JSON Web Key Set");
      } catch (GeneralSecurityException e) {
        throw unusable(file, "", e);
      }
    }

    /** A set may hold keys for other purposes, which are none of ours. */
    private static boolean isForSignatures(JWK key) {
      KeyUse use = key.getKeyUse();
      Set<KeyOperation> operations = key.getKeyOperations();
      Algorithm algorithm = key.getAlgorithm();
      return (use == null || use.equals(KeyUse.SIGNATURE))
          && (operations == null || operations.contains(KeyOperation.VERIFY))
          && (algorithm == null || TokenRules.isAccepted(algorithm.getName()));
    }

    private void add(PublicKey key) throws InvalidKeyException {
      JWK jwk = PublicKeys.jwk(key);
      TrustedKey trusted = TrustedKey.of(jwk);
      put(TrustedKey.thumbprint(jwk), trusted);
      put(PublicKeys.libtrustId(key), trusted);
    }

    private void add(JWK key) throws InvalidKeyException {
      String thumbprint = TrustedKey.thumbprint(key);
      TrustedKey trusted;
      try {
        trusted = TrustedKey.of(key);
      } catch (InvalidKeyException e) {
        throw new InvalidKeyException(
            "key "
                + (key.getKeyID() == null ? thumbprint : key.getKeyID())
                + ": "
                + e.getMessage());
      }
      put(key.getKeyID(), trusted);
      put(thumbprint, trusted);
      PublicKey publicKey = PublicKeys.of(key);
      put(publicKey == null ? null : PublicKeys.libtrustId(publicKey), trusted);
    }

    private void put(@Nullable String id, TrustedKey key) {
      if (id != null) {
        byId.computeIfAbsent(id, name -> new ArrayList<>()).add(key);
      }
    }

    private static String readText(Path file) throws IOException {
      try {
        return Files.readString(file);
      } catch (CharacterCodingException e) {
        throw new FileSystemException(file.toString(), null, "is not text in UTF-8");
      }
    }

    private static FileSystemException unusable(Path file, String what, Exception cause) {
      return new FileSystemException(file.toString(), null, what + cause.getMessage());
    }
  }
}
