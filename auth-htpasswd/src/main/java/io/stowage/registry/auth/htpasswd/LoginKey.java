package io.stowage.registry.auth.htpasswd;

import java.nio.ByteBuffer;

/**
 * Stands for a user, a password and the hash that it is checked against: their HMAC under a key
 * that only this process knows. So a login that was checked against another hash is another login,
 * and no password is kept anywhere. Found in maps, by a comparison that takes unequal time: that
 * tells nothing to somebody who can't compute the value that theirs is compared with.
 */
record LoginKey(long first, long second, long third, long fourth) {
  /**
   * @param mac 32 bytes
   */
  static LoginKey of(byte[] mac) {
    ByteBuffer words = ByteBuffer.wrap(mac);
    return new LoginKey(words.getLong(), words.getLong(), words.getLong(), words.getLong());
  }

  /** Never the value. */
  @Override
  public String toString() {
    return "login";
  }
}
