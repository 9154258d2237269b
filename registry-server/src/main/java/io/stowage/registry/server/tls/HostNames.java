package io.stowage.registry.server.tls;

import io.stowage.registry.server.http.IpLiteral;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** The names and addresses that a certificate is for: at least one, each valid, each once. */
record HostNames(List<String> hosts) {
  private static final Pattern NAME =
      Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_]([a-z0-9_-]{0,62}))*");
  private static final Pattern NUMBER_AT_THE_END = Pattern.compile("(.*\\.)?\\d+");
  private static final int MAX_NAME = 253;

  HostNames {
    hosts = hosts.stream().map(HostNames::checked).distinct().toList();
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("hosts: none (expected: a name or an address)");
    }
  }

  /** How this machine may be called from itself, and by its name. */
  static HostNames ofThisMachine() {
    List<String> hosts = new ArrayList<>(List.of("localhost", "127.0.0.1", "::1"));
    try {
      String name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
      if (isName(name)) {
        hosts.add(name);
      }
    } catch (UnknownHostException e) {
      // A machine that can't resolve its own name is not called by it.
    }
    return new HostNames(hosts);
  }

  GeneralNames alternativeNames() {
    return new GeneralNames(
        hosts.stream()
            .map(
                host ->
                    new GeneralName(
                        isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
            .toArray(GeneralName[]::new));
  }

  private static String checked(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    if (isAddress(lower) || isName(lower)) {
      return lower;
    }
    throw new IllegalArgumentException(
        "host: %s (expected: a name or an IP address, without a port)".formatted(host));
  }

  private static boolean isName(String host) {
    return host.length() <= MAX_NAME
        && NAME.matcher(host).matches()
        && !NUMBER_AT_THE_END.matcher(host).matches();
  }

  private static boolean isAddress(String host) {
    return IpLiteral.find(host).isPresent();
  }
}
