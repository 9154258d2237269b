package io.stowage.registry.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.Action;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Identity;
import io.stowage.registry.oci.RepositoryName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignTokensTest {
  @TempDir Path folder;

  @Test
  void authenticate_foreignToken_hasTheRightsThatStandInIt() throws Exception {
    Signer service = Signer.ec("ES256");
    Path bundle = Files.writeString(folder.resolve("bundle.pem"), service.pem());
    ForeignTokens tokens =
        new ForeignTokens(
            TrustedKeys.read(bundle, null),
            Signer.ISSUER,
            Signer.SERVICE,
            List.of("ES256"),
            new TestClock());

    Authentication caller = tokens.authenticate(service.token());

    assertThat(caller.identity()).isEqualTo(new Identity("alice"));
    RepositoryName app = new RepositoryName("team/app");
    assertThat(caller.allows((who, what, where) -> false, Action.PUSH, app)).isTrue();
    assertThat(caller.allows((who, what, where) -> true, Action.DELETE, app)).isFalse();
  }
}
