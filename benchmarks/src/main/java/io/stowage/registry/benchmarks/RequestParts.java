package io.stowage.registry.benchmarks;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.server.manifest.Manifest;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.server.route.Router;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What every pull pays before a file is touched (the route), what every manifest push pays (parsing
 * and checking), and what every byte of an upload pays (hashing).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestParts {
  private static final int CHUNK_BYTES = 256 * 1024;
  private static final int LAYERS = 20;

  private final Router router = new Router("/");
  private final ManifestParser parser = new ManifestParser();
  private final byte[] manifest = manifest().getBytes(StandardCharsets.UTF_8);
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
  private final DigestVerifier verifier = new DigestVerifier(DigestAlgorithm.SHA256);

  /** The route of a pull by tag. */
  @Benchmark
  public Route route() {
    return router.parse("GET", "/v2/library/alpine/manifests/3.20");
  }

  /** An image manifest of twenty layers. */
  @Benchmark
  public Manifest manifestOfTwentyLayers() {
    return parser.parse(manifest);
  }

  /** One chunk of an upload, 256 KiB, from memory outside of the heap. */
  @Benchmark
  public long hashOfChunk() {
    verifier.update(chunk.duplicate());
    return verifier.count();
  }

  private static String manifest() {
    String layers =
        IntStream.range(0, LAYERS)
            .mapToObj(i -> descriptor("application/vnd.oci.image.layer.v1.tar+gzip", i))
            .collect(Collectors.joining(","));
    return """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":%s,"layers":[%s]}"""
        .formatted(descriptor("application/vnd.oci.image.config.v1+json", LAYERS), layers);
  }

  private static String descriptor(String mediaType, int seed) {
    Digest digest =
        DigestVerifier.digestOf(DigestAlgorithm.SHA256, new byte[] {(byte) seed, (byte) 1});
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digest, 1000 + seed);
  }
}
