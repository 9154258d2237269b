package io.stowage.registry.server.http;

import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses whose word on other connections is taken. What anybody else says in {@code
 * Forwarded} or {@code X-Forwarded-*} counts for nothing: not in URLs, logs, limits or rights.
 */
public final class TrustedProxies {
  /** Nobody is trusted. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of(), false);

  private static final String PRIVATE = "private";
  private static final String UNIX = "unix";
  private static final List<String> PRIVATE_BLOCKS =
      List.of(
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "127.0.0.0/8",
          "::1",
          "fc00::/7",
          "fe80::/10");

  private final List<Block> blocks;
  private final boolean local;

  private TrustedProxies(List<Block> blocks, boolean local) {
    this.blocks = blocks;
    this.local = local;
  }

  /**
   * Those that a configuration names.
   *
   * @param names addresses, blocks like {@code 10.0.0.0/8}, {@code private} for all addresses that
   *     are no public ones, or {@code unix} for whoever comes through a socket of the file system
   * @throws IllegalArgumentException that tells which is none of these
   */
  public static TrustedProxies of(List<String> names) {
    List<Block> blocks = new ArrayList<>();
    for (String name : names) {
      if (name.equals(PRIVATE)) {
        PRIVATE_BLOCKS.forEach(block -> blocks.add(Block.parse(block)));
      } else if (!name.equals(UNIX)) {
        blocks.add(Block.parse(name));
      }
    }
    return new TrustedProxies(List.copyOf(blocks), names.contains(UNIX));
  }

  /** Whether the word of whoever is at the other end of a connection is taken. */
  boolean trusts(SocketAddress peer) {
    InetAddress address = Origin.address(peer);
    return address == null ? local && peer instanceof UnixDomainSocketAddress : trusts(address);
  }

  private boolean trusts(InetAddress address) {
    for (Block block : blocks) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where a request comes from.
   *
   * <p>A trusted peer is asked who came to it; if that one is trusted too, then what it said
   * before, and so on. The first that is not trusted is the client, and how it was served is told
   * by the proxy that it came to. Malformed values end the way, and are never passed on.
   *
   * <p>A proxy writes either {@code Forwarded} or {@code X-Forwarded-*}, and may let pass the other
   * as its client wrote it. So if both are there they must say the same, or none is believed.
   */
  public Origin resolve(SocketAddress peer, Headers headers, boolean secure) {
    Origin connection = Origin.ofConnection(peer, headers, secure);
    if (!trusts(peer)) {
      return connection;
    }
    boolean standard = headers.contains("Forwarded");
    List<Hop> others = Hop.ofForwardedFor(headers);
    Origin byOthers = follow(others, connection);
    if (!standard) {
      return byOthers;
    }
    Origin byStandard = follow(Hop.ofForwarded(headers), connection);
    return others.isEmpty() || byStandard.equals(byOthers) ? byStandard : connection;
  }

  private Origin follow(List<Hop> hops, Origin connection) {
    InetAddress client = connection.client();
    String scheme = connection.scheme();
    String authority = connection.authority();
    boolean trusted = true;
    for (int i = hops.size() - 1; i >= 0 && trusted; i--) {
      Hop hop = hops.get(i);
      scheme = hop.validScheme().orElse(scheme);
      authority = hop.validAuthority().orElse(authority);
      Optional<InetAddress> before = hop.address();
      if (before.isEmpty()) {
        break;
      }
      client = before.get();
      trusted = trusts(client);
    }
    return new Origin(client, scheme, authority);
  }

  /** All addresses that begin with the same bits. */
  private record Block(InetAddress first, int bits) {
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    static Block parse(String text) {
      int slash = text.indexOf('/');
      String address = slash < 0 ? text : text.substring(0, slash);
      InetAddress first = IpLiteral.find(address).orElseThrow(() -> malformed(text));
      int all = first.getAddress().length * Byte.SIZE;
      if (slash < 0) {
        return new Block(first, all);
      }
      // Written as IPv6, an address of IPv4 is the end of one.
      int unwritten = all == IPV4_BITS && address.contains(":") ? IPV6_BITS - IPV4_BITS : 0;
      int bits = bits(text, text.substring(slash + 1)) - unwritten;
      if (bits < 0 || bits > all) {
        throw malformed(text);
      }
      return new Block(first, bits);
    }

    boolean contains(InetAddress address) {
      byte[] ours = first.getAddress();
      byte[] theirs = address.getAddress();
      if (ours.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % Byte.SIZE);
        if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }

    private static int bits(String text, String number) {
      if (!number.matches("\\d{1,3}")) {
        throw malformed(text);
      }
      return Integer.parseInt(number);
    }

    private static IllegalArgumentException malformed(String text) {
      return new IllegalArgumentException(
          "trusted proxy: %s (expected: an address, a block like 10.0.0.0/8, private, or unix)"
              .formatted(text));
    }
  }
}
