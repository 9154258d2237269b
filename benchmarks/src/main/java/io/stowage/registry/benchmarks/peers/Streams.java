package io.stowage.registry.benchmarks.peers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Several connections to one server at once, each with a thread. */
final class Streams {
  private Streams() {}

  /** What one of the threads does. */
  @FunctionalInterface
  interface Job {
    void run(Connection connection, int number) throws IOException;
  }

  /** Runs all of them to their end and returns the seconds that took, connecting excepted. */
  static double run(PeerServer server, int threads, Job job) throws IOException {
    return with(
        server,
        threads,
        (executor, connections) -> {
          long begin = System.nanoTime();
          await(start(executor, connections, job));
          return (System.nanoTime() - begin) / 1e9;
        });
  }

  /** Repeats {@code job} in the background while {@code measure} runs. */
  static double beside(PeerServer server, int threads, Job job, Run.Measure measure)
      throws IOException {
    AtomicBoolean done = new AtomicBoolean();
    Job repeated =
        (connection, number) -> {
          while (!done.get()) {
            job.run(connection, number);
          }
        };
    return with(
        server,
        threads,
        (executor, connections) -> {
          List<Future<?>> jobs = start(executor, connections, repeated);
          try {
            return measure.once();
          } finally {
            done.set(true);
            await(jobs);
          }
        });
  }

  /** What is done with connections that are open. */
  @FunctionalInterface
  private interface Use {
    double of(ExecutorService executor, List<Connection> connections) throws IOException;
  }

  private static double with(PeerServer server, int threads, Use use) throws IOException {
    List<Connection> connections = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        connections.add(new Connection(server.address()));
      }
      return use.of(executor, connections);
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  private static List<Future<?>> start(
      ExecutorService executor, List<Connection> connections, Job job) {
    List<Future<?>> jobs = new ArrayList<>();
    for (int i = 0; i < connections.size(); i++) {
      Connection connection = connections.get(i);
      int number = i;
      jobs.add(
          executor.submit(
              () -> {
                job.run(connection, number);
                return number;
              }));
    }
    return jobs;
  }

  private static void await(List<Future<?>> jobs) throws IOException {
    for (Future<?> job : jobs) {
      try {
        job.get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}
