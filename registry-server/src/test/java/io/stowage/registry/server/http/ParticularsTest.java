package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is noted of a request and who hears of it, whichever end comes first. */
class ParticularsTest {
  private final List<String> heard = new ArrayList<>();
  private final Particulars particulars = new Particulars(heard::add);

  @Test
  void about_ofARequestUnderWay_isToldAndKept() {
    particulars.about("tags", () -> Map.of("name", "a"));
    particulars.end(7);

    assertThat(heard).containsExactly("tags");
    assertThat(particulars.resource()).isEqualTo("tags");
    assertThat(particulars.variables()).isEqualTo(Map.of("name", "a"));
    assertThat(particulars.bodyBytes()).isEqualTo(7);
  }

  @Test
  void about_ofARequestThatIsOver_isNeitherToldNorKept() {
    particulars.end(0);
    particulars.about("tags", () -> Map.of("name", "a"));

    assertThat(heard).isEmpty();
    assertThat(particulars.resource()).isEqualTo(Particulars.NO_RESOURCE);
    assertThat(particulars.variables()).isEmpty();
  }
}
