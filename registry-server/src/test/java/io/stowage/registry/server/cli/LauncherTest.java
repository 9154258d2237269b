package io.stowage.registry.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scripts of the packaged folder, run as they are on made-up Java homes.
 *
 * <p>A made-up {@code java} prints its own place, its process id and its arguments, one per line.
 * The folder under test asks for a Java 99, so that no Java of this machine can ever be the answer.
 */
final class LauncherTest {

  private static final Path SCRIPTS = Path.of("src/main/dist").toAbsolutePath();
  private static final String TOOLS = "/usr/bin:/bin";

  @TempDir Path temp;

  private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void installFolder() throws IOException {
    folder = install(temp.resolve("a place/stowage"), 99);
    environment.put("PATH", TOOLS);
    environment.put("HOME", temp.resolve("nobody").toString());
  }

  @Test
  void start_javaHomeIsNewEnough_isTaken() throws Exception {
    Path home = java(temp.resolve("jdk"), "99.0.1");
    environment.put("JAVA_HOME", home.toString());

    assertThat(start().java()).isEqualTo(home.resolve("bin/java").toString());
  }

  @Test
  void start_javaHomeIsOlder_isPassedOverForThePath() throws Exception {
    environment.put("JAVA_HOME", java(temp.resolve("old"), "98.0.9").toString());
    Path home = java(temp.resolve("new"), "100-ea");
    environment.put("PATH", home.resolve("bin") + ":" + TOOLS);

    assertThat(start().java()).isEqualTo(home.resolve("bin/java").toString());
  }

  @Test
  void start_versionOfOldScheme_isPassedOver() throws Exception {
    environment.put("JAVA_HOME", java(temp.resolve("eight"), "1.99.0_392").toString());

    assertThat(start().error()).contains("JAVA_HOME (" + temp.resolve("eight") + "): Java 1");
  }

  @Test
  void start_bundledRuntime_winsOverJavaHome() throws Exception {
    environment.put("JAVA_HOME", java(temp.resolve("jdk"), "99").toString());
    Path bundled = java(folder.resolve("runtime"), "99");

    assertThat(start().java()).isEqualTo(bundled.resolve("bin/java").toString());
  }

  @Test
  void start_javaOnPathIsALink_findsTheHomeBehindIt() throws Exception {
    Path home = java(temp.resolve("real"), "99");
    Path alternatives = Files.createDirectories(temp.resolve("alternatives"));
    Files.createSymbolicLink(alternatives.resolve("java"), home.resolve("bin/java"));
    Path bin = Files.createDirectories(temp.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("java"), Path.of("../alternatives/java"));
    environment.put("PATH", bin + ":" + TOOLS);

    assertThat(start().java()).isEqualTo(home.resolve("bin/java").toString());
  }

  @Test
  void start_javaInAUsualPlace_isFound() throws Exception {
    Path user = temp.resolve("user");
    java(user.resolve(".jdks/aged"), "17.0.2");
    Path home = java(user.resolve(".jdks/fresh"), "99.0.2");
    environment.put("HOME", user.toString());

    assertThat(start().java()).isEqualTo(home.resolve("bin/java").toString());
  }

  @Test
  void start_noJava_saysWhatWasLookedAtAndFails() throws Exception {
    environment.put("JAVA_HOME", java(temp.resolve("old"), "17.0.2").toString());

    Run run = start();

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).isEmpty();
    assertThat(run.error())
        .startsWith("No Java 99 or newer found.")
        .contains("JAVA_HOME (" + temp.resolve("old") + "): Java 17")
        .contains("~/.jdks");
  }

  @Test
  void start_javaHomeWithoutReleaseFile_saysSo() throws Exception {
    environment.put("JAVA_HOME", temp.resolve("nowhere").toString());

    assertThat(start().error())
        .contains("JAVA_HOME (" + temp.resolve("nowhere") + "): no readable \"release\" file");
  }

  @Test
  void findJava_jdkWanted_passesOverRuntimes() throws Exception {
    java(folder.resolve("runtime"), "99");
    environment.put("JAVA_HOME", java(temp.resolve("jre"), "99").toString());
    Path jdk = java(temp.resolve("jdk"), "99");
    Files.copy(jdk.resolve("bin/java"), jdk.resolve("bin/javac"));
    assertThat(jdk.resolve("bin/javac").toFile().setExecutable(true)).isTrue();
    environment.put("PATH", jdk.resolve("bin") + ":" + TOOLS);

    Run run = run(List.of(folder.resolve("libexec/find-java").toString(), "--jdk"));

    assertThat(run.output()).isEqualTo(jdk + "\n");
  }

  @Test
  void start_arguments_arriveUnchanged() throws Exception {
    useJava();

    Run run = start("serve", "a b.yml", "", "*", "$HOME");

    assertThat(run.arguments()).endsWith("serve", "a b.yml", "", "*", "$HOME");
  }

  @Test
  void start_javaOptions_areTheLastOfTheJvm() throws Exception {
    useJava();
    environment.put("JAVA_OPTS", "-Xmx1g  -Dkey=/*");

    List<String> arguments = start("serve").arguments();

    assertThat(arguments)
        .endsWith("-Xmx1g", "-Dkey=/*", "io.stowage.registry.server.cli.Main", "serve");
  }

  @Test
  void start_noJavaOptions_setsNoHeapSize() throws Exception {
    useJava();

    assertThat(start("serve").arguments())
        .noneMatch(argument -> argument.matches("-Xm[sx].*|-XX:.*(Heap|RAM|Memory)[^E].*"));
  }

  @Test
  void start_throughLinks_findsItsOwnFolder() throws Exception {
    useJava();
    Path links = Files.createDirectories(temp.resolve("links"));
    Files.createSymbolicLink(links.resolve("first"), folder.resolve("bin/registry"));
    Files.createSymbolicLink(links.resolve("registry"), Path.of("first"));

    List<String> arguments = run(List.of(links.resolve("registry").toString())).arguments();

    assertThat(arguments)
        .containsSequence("-cp", folder.resolve("lib/registry-server.jar").toString());
  }

  @Test
  void start_becomesTheJvm_underTheSameProcessId() throws Exception {
    useJava();

    Run run = start("serve");

    assertThat(run.output().lines().toList().get(1)).isEqualTo(Long.toString(run.pid()));
  }

  @Test
  void start_nameFoundOnThePath_isPassedOnAsTyped() throws Exception {
    useJava();
    environment.merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);

    assertThat(run(List.of("sh", "-c", "registry --version")).arguments())
        .contains("-Dstowage.argv0=registry");
    assertThat(
            run(List.of("sh", "-c", "cd 'a place' && stowage/bin/registry --version")).arguments())
        .contains("-Dstowage.argv0=stowage/bin/registry");
  }

  @Test
  void start_cacheOfTheseJars_isTaken() throws Exception {
    useJava();
    Path cache = cache();

    assertThat(start("serve").arguments()).contains("-XX:AOTCache=" + cache);
  }

  @Test
  void start_jarReplacedByOneOfTheSameSize_leavesTheCacheOut() throws Exception {
    useJava();
    cache();
    Files.writeString(folder.resolve("lib/registry-server.jar"), "classes, v2");

    assertThat(start("serve").arguments()).noneMatch(argument -> argument.contains("AOT"));
  }

  @Test
  void start_cacheWithoutListOfJars_leavesTheCacheOut() throws Exception {
    useJava();
    cache();
    Files.delete(folder.resolve("lib/stowage.aot.jars"));

    Run run = start("serve");

    assertThat(run.arguments()).noneMatch(argument -> argument.contains("AOT"));
    assertThat(run.error()).isEmpty();
  }

  @Test
  void start_optionThatForbidsACache_leavesTheCacheOut() throws Exception {
    useJava();
    cache();
    environment.put("JAVA_OPTS", "-Dkey=value -Xshare:off");

    assertThat(start("serve").arguments()).noneMatch(argument -> argument.contains("AOT"));
  }

  @Test
  void start_cacheOfAnotherJvm_isIgnoredInSilence() throws Exception {
    Path real = install(temp.resolve("real"), 25);
    writeJarThatSaysHello(real.resolve("lib/registry-server.jar"));
    Files.write(real.resolve("lib/stowage.aot"), new byte[100_000]);
    writeJarSums(real);
    environment.put("JAVA_HOME", System.getProperty("java.home"));

    Run run = run(List.of(real.resolve("bin/registry").toString()));

    assertThat(run.error()).isEmpty();
    assertThat(run.output()).isEqualTo("hello\n");
    assertThat(run.status()).isZero();
  }

  /** A folder as packaged, with a stand-in for the jars and {@code minimum} as the oldest Java. */
  private static Path install(Path folder, int minimum) throws IOException {
    for (String script : List.of("bin/registry", "libexec/find-java", "libexec/jar-sums")) {
      String text = Files.readString(SCRIPTS.resolve(script));
      if (script.equals("libexec/find-java")) {
        assertThat(text).contains("\nminimum=25\n");
        text = text.replace("\nminimum=25\n", "\nminimum=" + minimum + "\n");
      }
      writeProgram(folder.resolve(script), text);
    }
    Files.createDirectories(folder.resolve("lib"));
    Files.writeString(folder.resolve("lib/registry-server.jar"), "classes, v1");
    return folder.toRealPath();
  }

  private static Path java(Path home, String version) throws IOException {
    writeProgram(home.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$0\" $$ \"$@\"\n");
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"%s\"\nMODULES=\"java.base\"\n".formatted(version));
    return home.toRealPath();
  }

  private void useJava() throws IOException {
    environment.put("JAVA_HOME", java(temp.resolve("jdk"), "99").toString());
  }

  private Path cache() throws Exception {
    Path cache = folder.resolve("lib/stowage.aot");
    Files.writeString(cache, "anything");
    writeJarSums(folder);
    return cache;
  }

  private void writeJarSums(Path folder) throws Exception {
    Run sums = run(List.of(folder.resolve("libexec/jar-sums").toString()));
    assertThat(sums.output()).contains("registry-server.jar");
    Files.writeString(folder.resolve("lib/stowage.aot.jars"), sums.output());
  }

  private static void writeProgram(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void writeJarThatSaysHello(Path jar) throws IOException {
    Path source = temp.resolve("Main.java");
    Files.writeString(
        source,
        """
        package io.stowage.registry.server.cli;

        final class Main {
          public static void main(String[] args) {
            System.out.println("hello");
          }
        }
        """);
    Path classes = Files.createDirectories(temp.resolve("classes"));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", classes.toString(), source.toString());
    assertThat(status).isZero();
    String entry = "io/stowage/registry/server/cli/Main.class";
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new JarEntry(entry));
      Files.copy(classes.resolve(entry), out);
    }
  }

  private Run start(String... arguments) throws Exception {
    return run(
        Stream.concat(Stream.of(folder.resolve("bin/registry").toString()), Stream.of(arguments))
            .toList());
  }

  private Run run(List<String> command) throws Exception {
    Path error = Files.createTempFile(temp, "stderr", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(temp.toFile()).redirectError(error.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = process.waitFor();
    return new Run(process.pid(), status, output, Files.readString(error));
  }

  /** What a finished command left behind. */
  private record Run(long pid, int status, String output, String error) {

    String java() {
      assertThat(error).isEmpty();
      return output.lines().findFirst().orElseThrow();
    }

    List<String> arguments() {
      return output.lines().skip(2).toList();
    }
  }
}
