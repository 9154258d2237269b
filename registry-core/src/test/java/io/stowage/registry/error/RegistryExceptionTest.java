package io.stowage.registry.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RegistryExceptionTest {
  private static final RegistryError FULL = new RegistryError.StorageFull();
  private static final RegistryError DENIED = new RegistryError.Denied("because");

  @Test
  void errors_ofSeveral_areInOrderAndACopy() {
    List<RegistryError> given = new ArrayList<>(List.of(FULL, DENIED));
    RegistryException exception = new RegistryException(given);
    given.clear();

    assertThat(exception.errors()).containsExactly(FULL, DENIED);
  }

  @Test
  void construct_withoutErrors_isABug() {
    assertThatIllegalArgumentException().isThrownBy(() -> new RegistryException(List.of()));
  }

  @Test
  void getStackTrace_ofAnAnswer_isEmpty() {
    assertThat(new RegistryException(FULL).getStackTrace()).isEmpty();
  }

  @Test
  void getMessage_ofManyErrors_isShort() {
    List<RegistryError> many = java.util.Collections.nCopies(10_000, DENIED);

    assertThat(new RegistryException(many)).message().startsWith("DENIED: ").hasSizeLessThan(300);
  }
}
