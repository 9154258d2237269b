package io.stowage.registry.auth.htpasswd;

import java.util.regex.Pattern;

/** The kinds of hashes that other programs put into such files, told by how they look. */
enum ForeignHash {
  APACHE_MD5("\\$apr1\\$.*", "Apache's MD5 ($apr1$)"),
  SHA1("\\{SHA\\}.*", "SHA-1 ({SHA})"),
  MD5_CRYPT("\\$1\\$.*", "MD5 crypt ($1$)"),
  SHA256_CRYPT("\\$5\\$.*", "SHA-256 crypt ($5$)"),
  SHA512_CRYPT("\\$6\\$.*", "SHA-512 crypt ($6$)"),
  YESCRYPT("\\$(y|gy|7)\\$.*", "yescrypt or scrypt"),
  ARGON2("\\$argon2.*", "Argon2"),
  FLAWED_BCRYPT("\\$2x\\$.*", "bcrypt with a known flaw ($2x$)"),
  TORN_BCRYPT("\\$2[aby]?\\$.*", "a bcrypt hash that is cut, or of a cost outside of 4 to 30"),
  DES_CRYPT("[./A-Za-z0-9]{13}", "DES crypt, by its length"),
  NOTHING("", "nothing"),
  UNKNOWN(".*", "plain text, or of an unknown kind");

  private final Pattern shape;
  private final String text;

  ForeignHash(String shape, String text) {
    this.shape = Pattern.compile(shape, Pattern.DOTALL);
    this.text = text;
  }

  /** For messages. */
  String text() {
    return text;
  }

  /** What this is, given that it is no bcrypt hash that can be checked. */
  static ForeignHash of(String hash) {
    for (ForeignHash kind : values()) {
      if (kind.shape.matcher(hash).matches()) {
        return kind;
      }
    }
    return UNKNOWN;
  }
}
