package io.stowage.registry.config;

import java.util.regex.Pattern;

/**
 * Tells the variables that container clusters and old container links set for every service. A
 * service named {@code registry} or {@code registry-auth} makes them look like ours; name and value
 * together give them away.
 */
final class InjectedVariables {
  private static final Pattern HOST = Pattern.compile(".*_SERVICE_HOST");
  private static final Pattern SERVICE_PORT = Pattern.compile(".*_SERVICE_PORT(_[A-Z0-9_]+)?");
  private static final Pattern URL_NAME = Pattern.compile(".*_PORT(_[0-9]{1,5}_(TCP|UDP|SCTP))?");
  private static final Pattern PROTOCOL =
      Pattern.compile(".*_PORT_[0-9]{1,5}_(TCP|UDP|SCTP)_PROTO");
  private static final Pattern NUMBER = Pattern.compile(".*_PORT_[0-9]{1,5}_(TCP|UDP|SCTP)_PORT");
  private static final Pattern ADDRESS = Pattern.compile(".*_PORT_[0-9]{1,5}_(TCP|UDP|SCTP)_ADDR");

  private static final Pattern URL_VALUE = Pattern.compile("(tcp|udp|sctp)://[^ ]+");
  private static final Pattern PROTOCOL_VALUE = Pattern.compile("tcp|udp|sctp");
  private static final Pattern NUMBER_VALUE = Pattern.compile("[0-9]{1,5}");
  private static final Pattern ADDRESS_VALUE = Pattern.compile("[0-9A-Za-z.:-]+");

  private InjectedVariables() {}

  static boolean isInjected(String name, String value) {
    return fits(HOST, name, ADDRESS_VALUE, value)
        || fits(SERVICE_PORT, name, NUMBER_VALUE, value)
        || fits(URL_NAME, name, URL_VALUE, value)
        || fits(PROTOCOL, name, PROTOCOL_VALUE, value)
        || fits(NUMBER, name, NUMBER_VALUE, value)
        || fits(ADDRESS, name, ADDRESS_VALUE, value);
  }

  private static boolean fits(Pattern names, String name, Pattern values, String value) {
    return names.matcher(name).matches() && values.matcher(value).matches();
  }
}
