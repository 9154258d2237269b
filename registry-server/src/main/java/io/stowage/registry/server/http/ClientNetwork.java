package io.stowage.registry.server.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Where a client comes from, as far as clients are told apart by it: an address of IPv4, or the
 * network of 64 bits of one of IPv6, which one host has to itself (RFC 6177).
 *
 * @param bits the address, or the first 64 bits of it
 */
public record ClientNetwork(boolean ipv6, long bits) {
  public static ClientNetwork of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet6Address
        ? new ClientNetwork(true, bytes.getLong())
        : new ClientNetwork(false, bytes.getInt());
  }
}
