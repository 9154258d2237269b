package io.stowage.registry.server;

import io.stowage.registry.access.AccessRules;
import io.stowage.registry.config.AccessSettings;
import io.stowage.registry.config.Configuration;
import io.stowage.registry.server.access.ReplaceablePolicy;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access rules of the configuration, which may change while the server runs, but not go away:
 * without any, somebody could do what nobody may now, and a file that lost its end looks just like
 * that.
 */
final class LiveRules implements LivePart {
  private static final Logger LOG = LoggerFactory.getLogger(LiveRules.class);

  private final ReplaceablePolicy policy;

  LiveRules(ReplaceablePolicy policy) {
    this.policy = policy;
  }

  @Override
  public List<String> keys() {
    return List.of("stowage.access");
  }

  @Override
  public void check(Configuration next) throws IOException {
    if (!next.access().given() && policy.current() instanceof AccessRules) {
      throw new IOException(
          "the configuration has no access rules any more; to serve without them, restart");
    }
  }

  @Override
  public void take(Configuration next) {
    AccessSettings rules = next.access();
    if (rules.given()) {
      policy.replace(ConfiguredRules.rules(rules));
      LOG.info("{} access rules are in force", rules.rules().size());
    }
  }
}
