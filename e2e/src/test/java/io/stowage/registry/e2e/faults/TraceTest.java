package io.stowage.registry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTest {
  private static SystemCall only(String... lines) {
    List<SystemCall> calls = Trace.of(List.of(lines)).calls();
    assertThat(calls).hasSize(1);
    return calls.getFirst();
  }

  @Test
  void of_write_knowsTheFileAndNotItsBytesAsAName() {
    SystemCall call =
        only(
            "11339 1796011290.294668 pwrite64(92</d/_tmp/6e.tmp>,"
                + " \"a \\\"b\\\", (c) = 3\\\\\"..., 20, 4096) = 20");

    assertThat(call.name()).isEqualTo("pwrite64");
    assertThat(call.writes()).isTrue();
    assertThat(call.paths()).containsExactly(Path.of("/d/_tmp/6e.tmp"));
    assertThat(call.number(2)).isEqualTo(20);
    assertThat(call.number(3)).isEqualTo(4096);
    assertThat(call.succeeded()).isTrue();
    assertThat(call.injected()).isFalse();
  }

  @Test
  void of_open_tellsWhetherItMayMakeAFile() {
    SystemCall made =
        only("7 openat(AT_FDCWD</w>, \"data/x\", O_RDWR|O_CREAT|O_EXCL, 0666) = 92</w/data/x>");
    SystemCall opened = only("7 openat(AT_FDCWD</w>, \"/d/x\", O_RDONLY) = 92</d/x>");

    assertThat(made.creates()).isTrue();
    assertThat(made.changes()).isTrue();
    assertThat(made.paths()).containsExactly(Path.of("/w/data/x"));
    assertThat(opened.changes()).isFalse();
    assertThat(opened.path()).isEqualTo(Path.of("/d/x"));
  }

  @Test
  void of_rename_hasBothNames() {
    assertThat(only("7 1.5 rename(\"/d/a, b\", \"/d/c\") = 0").paths())
        .containsExactly(Path.of("/d/a, b"), Path.of("/d/c"));
  }

  @Test
  void of_structures_areOneArgument() {
    SystemCall call =
        only("7 utimensat(9</d/x>, NULL, [{tv_sec=1, tv_nsec=2}, {tv_sec=3, tv_nsec=4}], 0) = 0");

    assertThat(call.arguments()).hasSize(4);
    assertThat(call.path()).isEqualTo(Path.of("/d/x"));
  }

  @Test
  void of_callInTwoLines_spansThem() {
    Trace trace =
        Trace.of(
            List.of(
                "7 1.0 fsync(9</d/x> <unfinished ...>",
                "8 1.1 sendto(5<socket:[1]>, \"HTTP/1.1 201 Created\\r\\n\"..., 99, 0, NULL, 0) = 99",
                "7 1.2 <... fsync resumed>) = 0"));

    assertThat(trace.calls()).extracting(SystemCall::name).containsExactly("fsync", "sendto");
    SystemCall fsync = trace.calls().getFirst();
    assertThat(fsync.begun()).isZero();
    assertThat(fsync.ended()).isEqualTo(2);
    assertThat(fsync.flushes()).isTrue();
    assertThat(fsync.succeeded()).isTrue();
  }

  @Test
  void of_callOfAProcessThatDied_neverEnds() {
    Trace trace =
        Trace.of(
            List.of(
                "7 mkdir(\"/d/x\", 0777 <unfinished ...>",
                "8 fsync(9</d/x> <unfinished ...>",
                "7 <... mkdir resumed>) = ?",
                "7 +++ killed by SIGKILL +++",
                "8 +++ killed by SIGKILL +++"));

    assertThat(trace.killed()).isTrue();
    assertThat(trace.calls()).hasSize(2);
    assertThat(trace.calls()).noneMatch(SystemCall::succeeded);
    assertThat(trace.calls()).allMatch(call -> call.ended() == SystemCall.NEVER);
  }

  @Test
  void of_callThatWasUnderWayAtTheEnd_neverEnds() {
    SystemCall call = only("7 sendto(9<socket:[1]>, \"HTTP\"..., 4, 0, NULL, 0 <detached ...>");

    assertThat(call.ended()).isEqualTo(SystemCall.NEVER);
    assertThat(call.number(2)).isEqualTo(4);
  }

  @Test
  void of_failures_tellsThoseThatWereMade() {
    Trace trace =
        Trace.of(
            List.of(
                "7 rename(\"/d/x\", \"/d/y\") = -1 ENOSPC (No space left on device) (INJECTED)",
                "7 --- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---",
                "7 unlink(\"/d/x\") = -1 ENOENT (No such file or directory)"));

    assertThat(trace.injected()).hasSize(1);
    assertThat(trace.injected().getFirst().result())
        .isEqualTo("-1 ENOSPC (No space left on device)");
    assertThat(trace.calls()).noneMatch(SystemCall::succeeded);
  }

  @Test
  void changesBelow_looksAtBothNamesOfARename() {
    Trace trace =
        Trace.of(
            List.of(
                "7 rename(\"/tmp/x\", \"/d/y\") = 0",
                "7 openat(AT_FDCWD</>, \"/d/y\", O_RDONLY) = 5</d/y>",
                "7 unlink(\"/data/x\") = 0"));

    assertThat(trace.changesBelow(Path.of("/d")))
        .extracting(SystemCall::name)
        .containsExactly("rename");
  }

  @Test
  void turns_areCountedForEachThread() {
    Trace trace =
        Trace.of(
            List.of(
                "7 mkdir(\"/tmp/x\", 0777) = 0",
                "7 rename(\"/d/x\", \"/d/y\") = 0",
                "7 mkdir(\"/d/x\", 0777) = 0",
                "8 mkdir(\"/d/z\", 0777) = 0",
                "7 mkdir(\"/d/x\", 0777) = -1 EEXIST (File exists)"));

    assertThat(trace.turns("mkdir", Path.of("/d"))).containsExactly(1, 2, 3);
    assertThat(trace.turns("rename", Path.of("/d"))).containsExactly(1);
    assertThat(trace.killed()).isFalse();
  }

  @Test
  void of_lineThatIsNone_isRefused() {
    assertThatThrownBy(() -> Trace.of(List.of("strace: Process 5 attached")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("strace: Process 5 attached");
  }
}
