package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HelmIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  @Test
  void chart_packagedAndPushed_isPulledAsItWas() throws IOException {
    Path chart = packageChart("stowaway", "0.1.0");
    BENCH.run("helm", "push", "--plain-http", chart.toString(), "oci://" + BENCH.at("charts"));

    Path back = Files.createDirectory(BENCH.path("back"));
    String remote = "oci://" + BENCH.at("charts/stowaway");
    BENCH.run("helm", "pull", "--plain-http", remote, "--version=0.1.0", "-d", back.toString());
    assertThat(back.resolve("stowaway-0.1.0.tgz")).hasSameBinaryContentAs(chart);
    assertThat(BENCH.run("helm", "show", "chart", "--plain-http", remote))
        .contains("name: stowaway");
    assertThat(BENCH.run("helm", "template", "--plain-http", "demo", remote))
        .contains("name: demo-settings");
  }

  @Test
  void chart_pushedTwice_newestVersionIsFoundByRange() throws IOException {
    for (String version : new String[] {"1.0.0", "1.2.0+build.7", "2.0.0"}) {
      Path chart = packageChart("versions", version);
      BENCH.run("helm", "push", "--plain-http", chart.toString(), "oci://" + BENCH.at("charts"));
    }
    String remote = "oci://" + BENCH.at("charts/versions");
    String shown = BENCH.run("helm", "show", "chart", "--plain-http", remote, "--version=^1.0.0");
    assertThat(shown).contains("version: 1.2.0+build.7");
  }

  private static Path packageChart(String name, String version) throws IOException {
    String folder = "chart-" + name + "-" + version;
    BENCH.write(
        folder + "/Chart.yaml",
        "apiVersion: v2\nname: %s\nversion: %s\ntype: application\n".formatted(name, version));
    BENCH.write(
        folder + "/templates/settings.yaml",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {{ .Release.Name }}-settings
        """);
    BENCH.run("helm", "package", folder);
    return BENCH.path(name + "-" + version + ".tgz");
  }
}
