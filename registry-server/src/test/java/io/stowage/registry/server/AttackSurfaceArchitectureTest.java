package io.stowage.registry.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipFile;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What is not there cannot be attacked: keeps out whole kinds of code that have been holes in other
 * registries. The id of each rule is that of the security case.
 */
@AnalyzeClasses(
    packages = "io.stowage.registry",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class AttackSurfaceArchitectureTest {
  /** All that may be in the pipeline of a connection, but for handlers of ours and their bases. */
  private static final Set<String> HANDLERS =
      Stream.of(
              ApplicationProtocolNegotiationHandler.class,
              ByteToMessageDecoder.class,
              Http2ConnectionHandler.class,
              HttpRequestDecoder.class,
              SslHandler.class)
          .map(Class::getName)
          .collect(Collectors.toUnmodifiableSet());

  @ArchTest
  static final ArchRule RE20_NO_HANDLER_IS_IN_A_PIPELINE_THAT_IS_NOT_NEEDED =
      noClasses()
          .should()
          .dependOnClassesThat(
              describe(
                  "are handlers of Netty beyond " + HANDLERS,
                  type -> isHandlerOfNetty(type) && !HANDLERS.contains(type.getName())))
          .because("each decoder in a pipeline is code that strangers talk to");

  @ArchTest
  static final ArchRule RE16_NOTHING_IS_DECOMPRESSED =
      noClasses()
          .should()
          .dependOnClassesThat(describe("decompress", AttackSurfaceArchitectureTest::decompresses))
          .because("a kilobyte may stand for a gigabyte; clients compress what they like");

  @ArchTest
  static final ArchRule RE18_LAYERS_ARE_NEVER_UNPACKED =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.jar..", "org.apache.commons.compress..")
          .because("what is in a layer is its users' business, and nobody's whose disk is finite");

  @ArchTest
  static final ArchRule OB9_NOBODY_DECIDES_WHOM_TO_TRUST =
      noClasses()
          .should()
          .beAssignableTo(TrustManager.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(HostnameVerifier.class)
          .because("whoever checks certificates a little differently doesn't check them");

  @ArchTest
  static final ArchRule AZ11_NOTHING_IS_A_QUERY_A_LOOKUP_OR_A_SCRIPT =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..",
              "java.rmi..",
              "javax.management..",
              "javax.naming..",
              "javax.script..",
              "javax.sql..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class)
          .because("what a client sends is never a part of a text that something executes");

  private static boolean isHandlerOfNetty(JavaClass type) {
    return type.getPackageName().startsWith("io.netty.handler.")
        && type.isAssignableTo(ChannelHandler.class);
  }

  private static boolean decompresses(JavaClass type) {
    return type.getPackageName().startsWith("io.netty.handler.codec.compression")
        || type.getSimpleName().endsWith("DecompressorFrameListener")
        || Stream.of(
                InflaterInputStream.class,
                Inflater.class,
                ZipFile.class,
                HttpContentDecompressor.class)
            .anyMatch(type::isAssignableTo);
  }

  @Test
  @DisplayName("RE-16, RE-20: the rules see what they look for")
  void rules_ofOtherCode_find() {
    var classes =
        new ClassFileImporter()
            .importClasses(HttpContentDecompressor.class, SslHandler.class, GZIPInputStream.class);

    assertThat(isHandlerOfNetty(classes.get(HttpContentDecompressor.class))).isTrue();
    assertThat(isHandlerOfNetty(classes.get(SslHandler.class))).isTrue();
    assertThat(decompresses(classes.get(HttpContentDecompressor.class))).isTrue();
    assertThat(decompresses(classes.get(GZIPInputStream.class))).isTrue();
    assertThat(decompresses(classes.get(SslHandler.class))).isFalse();
  }
}
