package io.stowage.registry.server.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MethodTest {
  @ParameterizedTest
  @EnumSource
  void find_itsName_isTheMethod(Method method) {
    assertThat(Method.find(method.name())).contains(method);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "get", "Get", "TRACE", "CONNECT", "GET ", "BREW"})
  void find_anythingElse_isEmpty(String name) {
    assertThat(Method.find(name)).isEmpty();
  }
}
