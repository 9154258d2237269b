package io.stowage.registry.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import io.stowage.registry.oci.DigestVerifier;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * Keeps the modules and packages apart as the architecture lays them out. Each rule tells its
 * reason. All modules are on the class path of this one, so it is the place to look at them all.
 */
@AnalyzeClasses(
    packages = "io.stowage.registry",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "io.stowage.registry";
  private static final String SERVER = ROOT + ".server";
  private static final String[] CORE = {
    ROOT + ".access", ROOT + ".error", ROOT + ".event", ROOT + ".oci", ROOT + ".storage"
  };
  private static final String CONFIG = ROOT + ".config..";
  private static final String FILES = ROOT + ".storage.filesystem..";
  private static final String HTPASSWD = ROOT + ".auth.htpasswd..";
  private static final String TOKENS = ROOT + ".auth.token..";
  private static final String NOTIFICATIONS = ROOT + ".notifications..";
  private static final String CLI = ROOT + "..cli..";

  // --- modules

  @ArchTest
  static final ArchRule CORE_KNOWS_THE_JDK_ONLY =
      classes()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .onlyDependOnClassesThat(
              DescribedPredicate.or(
                  resideInAPackage("java.."),
                  resideInAPackage("org.jspecify.."),
                  JavaClass.Predicates.resideInAnyPackage(CORE)))
          .because("the vocabulary must be usable by every module and outlive every library");

  @ArchTest
  static final ArchRule CONFIG_KNOWS_NO_OTHER_MODULE =
      noClasses()
          .that()
          .resideInAPackage(CONFIG)
          .should()
          .dependOnClassesThat(
              resideInAPackage(ROOT + "..").and(DescribedPredicate.not(resideInAPackage(CONFIG))))
          .allowEmptyShould(true)
          .because("a configuration is data; what is made of it is the assembly's business");

  @ArchTest
  static final ArchRule STORES_KNOW_NO_SIBLING_AND_NO_SERVER =
      noClasses()
          .that()
          .resideInAPackage(FILES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CONFIG, ROOT + ".auth..", NOTIFICATIONS, SERVER + "..")
          .allowEmptyShould(true)
          .because("a storage is exchangeable only if it knows nothing but the core");

  @ArchTest
  static final ArchRule HTPASSWD_KNOWS_NO_SIBLING_AND_NO_SERVER =
      noClasses()
          .that()
          .resideInAPackage(HTPASSWD)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CONFIG, FILES, TOKENS, NOTIFICATIONS, SERVER + "..")
          .allowEmptyShould(true)
          .because("a way to log in is exchangeable only if it knows nothing but the core");

  @ArchTest
  static final ArchRule TOKENS_KNOW_NO_SIBLING_AND_NO_SERVER =
      noClasses()
          .that()
          .resideInAPackage(TOKENS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CONFIG, FILES, HTPASSWD, NOTIFICATIONS, SERVER + "..")
          .because("whose users and rules there are, it is told by the assembly");

  @ArchTest
  static final ArchRule NOTIFICATIONS_KNOW_NO_SIBLING_AND_NO_SERVER =
      noClasses()
          .that()
          .resideInAPackage(NOTIFICATIONS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CONFIG, FILES, HTPASSWD, TOKENS, SERVER + "..")
          .because("who hears of what, and where events wait, it is told by the assembly");

  @ArchTest
  static final ArchRule ONLY_TOKENS_KNOW_NIMBUS =
      noClasses()
          .that()
          .resideOutsideOfPackage(TOKENS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.nimbusds..")
          .because("what makes a token trusted is decided in one place (security case AN-1)");

  @ArchTest
  static final ArchRule ONLY_THE_ASSEMBLY_KNOWS_WHO_IMPLEMENTS_WHAT =
      noClasses()
          .that()
          .resideOutsideOfPackages(SERVER, CLI, FILES, HTPASSWD, TOKENS, NOTIFICATIONS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FILES, HTPASSWD, TOKENS, NOTIFICATIONS)
          .because("handlers are written against the contracts of the core, for any storage");

  // --- packages of the server

  @ArchTest
  static final ArchRule ONLY_HTTP_KNOWS_NETTY =
      noClasses()
          .that()
          .resideOutsideOfPackage(SERVER + ".http..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..")
          .because("Netty's buffers are counted by hand; who can't see them can't leak them");

  @ArchTest
  static final ArchRule ONLY_THE_ASSEMBLY_KNOWS_CLASSES_MADE_OF_NETTY =
      noClasses()
          .that()
          .resideOutsideOfPackages(SERVER + ".http..", SERVER, CLI)
          .should()
          .dependOnClassesThat(
              resideInAPackage(SERVER + ".http..")
                  .and(
                      describe(
                          "are made of Netty",
                          type ->
                              type.getDirectDependenciesFromSelf().stream()
                                  .anyMatch(
                                      dependency ->
                                          dependency
                                              .getTargetClass()
                                              .getPackageName()
                                              .startsWith("io.netty")))))
          .because("handlers block on plain Java; the event loop is none of their business");

  @ArchTest
  static final ArchRule HTTP_KNOWS_NOTHING_OF_THE_REGISTRY =
      noClasses()
          .that()
          .resideInAPackage(SERVER + ".http..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(ROOT + "..")
                  .and(
                      DescribedPredicate.not(
                          resideInAnyPackage(SERVER + ".http..", ROOT + ".thread.."))))
          .because("framing is hard enough without the rules of a registry");

  @ArchTest
  static final ArchRule ONLY_TLS_KNOWS_BOUNCY_CASTLE =
      noClasses()
          .that()
          .resideOutsideOfPackage(SERVER + ".tls..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..")
          .because("a server without TLS starts without loading a second cryptography");

  @ArchTest
  static final ArchRule ONLY_MAIL_KNOWS_JAKARTA_MAIL =
      noClasses()
          .that()
          .resideOutsideOfPackage(SERVER + ".mail..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta.mail..", "org.eclipse.angus..")
          .because("who sends no mail starts without loading what sends it");

  @ArchTest
  static final ArchRule ONLY_TRACES_KNOW_OPENTELEMETRY =
      noClasses()
          .that()
          .resideOutsideOfPackage(SERVER + ".trace..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.opentelemetry..")
          .because("who sends no traces starts without loading what sends them");

  @ArchTest
  static final ArchRule ONLY_THE_ASSEMBLY_KNOWS_TRACES =
      noClasses()
          .that()
          .resideOutsideOfPackages(SERVER + ".trace..", SERVER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SERVER + ".trace..")
          .because("a span is made of what is known of a request anyway, when it is over");

  @ArchTest
  static final ArchRule ONLY_THE_ASSEMBLY_AND_THE_COMMANDS_KNOW_KEY_FILES =
      noClasses()
          .that()
          .resideOutsideOfPackages(SERVER + ".tls..", SERVER, CLI)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SERVER + ".tls..")
          .because("a request never touches a private key");

  @ArchTest
  static final ArchRule ONLY_METRICS_KNOW_PROMETHEUS =
      noClasses()
          .that()
          .resideOutsideOfPackage(SERVER + ".metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.prometheus..")
          .because("where metrics are off, no class of its client is loaded");

  @ArchTest
  static final ArchRule ONLY_THE_ASSEMBLY_KNOWS_METRICS =
      noClasses()
          .that()
          .resideOutsideOfPackages(SERVER + ".metrics..", SERVER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SERVER + ".metrics..")
          .because("what is counted must not depend on whether somebody counts");

  @ArchTest
  static final ArchRule ONLY_JSON_KNOWS_JACKSON =
      noClasses()
          .that()
          .resideOutsideOfPackages(SERVER + ".json..", NOTIFICATIONS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("tools.jackson..", "com.fasterxml..")
          .because(
              "one strict reader must decide what is JSON, or two places read two documents;"
                  + " notifications only write, and read nothing but what they wrote");

  @ArchTest
  static final ArchRule JSON_KNOWS_NOTHING_OF_THE_REGISTRY =
      noClasses()
          .that()
          .resideInAPackage(SERVER + ".json..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(ROOT + "..")
                  .and(DescribedPredicate.not(resideInAPackage(SERVER + ".json.."))))
          .because("it binds documents and knows none of their rules");

  @ArchTest
  static final ArchRule ROUTING_KNOWS_THE_CORE_ONLY =
      noClasses()
          .that()
          .resideInAPackage(SERVER + ".route..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(SERVER + "..")
                  .and(DescribedPredicate.not(resideInAPackage(SERVER + ".route.."))))
          .because("a path is parsed without bodies, ranges and headers");

  @ArchTest
  static final ArchRule MANIFESTS_KNOW_NO_HTTP =
      noClasses()
          .that()
          .resideInAPackage(SERVER + ".manifest..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SERVER + ".http..", SERVER + ".api..", SERVER + ".route..")
          .because("stores read manifests too, by the same parser and without a request");

  @ArchTest
  static final ArchRule NOBODY_CALLS_THE_ASSEMBLY =
      noClasses()
          .that()
          .resideOutsideOfPackages(SERVER, CLI)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SERVER)
          .because("the object graph is built from outside; nothing in it looks for its maker");

  @ArchTest
  static final ArchRule PACKAGES_OF_THE_SERVER_HAVE_NO_CYCLES =
      slices()
          .matching(SERVER + ".(*)..")
          .should()
          .beFreeOfCycles()
          .because("a request goes in through the layers and comes back one way");

  // --- how code is written

  @ArchTest
  static final ArchRule ONLY_THE_VERIFIER_HASHES =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(DigestVerifier.class.getName())
          .should()
          .callMethodWhere(
              target(owner(JavaClass.Predicates.type(MessageDigest.class)))
                  .and(DescribedPredicate.not(target(name("isEqual")))))
          .because("a digest is computed in one place; MessageDigest.isEqual compares secrets");

  @ArchTest
  static final ArchRule AN6_SECRETS_ARE_COMPARED_IN_CONSTANT_TIME =
      noClasses()
          .should()
          .callMethod(java.util.Arrays.class, "equals", byte[].class, byte[].class)
          .because("it tells by its time how much of a secret is right; MessageDigest.isEqual not");

  @ArchTest
  static final ArchRule PF6_NOBODY_READS_SERIALIZED_OBJECTS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ObjectInputStream.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ObjectOutputStream.class)
          .because("a stored object graph is code that somebody else wrote");

  @ArchTest
  static final ArchRule PF6_NOTHING_IS_MADE_TO_BE_SERIALIZED =
      noClasses()
          .should(
              ArchCondition.from(
                  describe(
                      "declare Serializable",
                      type ->
                          type.getRawInterfaces().stream()
                              .anyMatch(parent -> parent.isEquivalentTo(Serializable.class)))))
          .because("formats on disk are written down, not left to Java");

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
      noClasses()
          .should()
          .haveNameMatching(".*[.$](\\w*(Impl|Manager|Helper|Helpers|Util|Utils)|Base[A-Z]\\w*)")
          .because("such a name fits any class, so it tells nothing of this one");

  @ArchTest
  static final ArchRule STATIC_FIELDS_ARE_FINAL =
      fields()
          .that()
          .areStatic()
          .should()
          .beFinal()
          .because("state belongs to objects that the assembly makes, not to a class");

  @ArchTest
  static final ArchRule STATIC_FIELDS_HOLD_NO_STATE =
      noFields()
          .that()
          .areStatic()
          .should()
          .haveRawType(
              describe(
                  "made to change",
                  type ->
                      type.getPackageName().startsWith("java.util.concurrent.atomic")
                          || type.isAssignableTo(java.util.concurrent.ConcurrentMap.class)
                          || type.isAssignableTo(java.util.AbstractCollection.class)
                          || type.isAssignableTo(java.util.AbstractMap.class)
                          || type.isAssignableTo(StringBuilder.class)
                          || type.isAssignableTo(ThreadLocal.class)))
          .because("two servers in one process must not see each other");

  @ArchTest
  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
      classes()
          .should(
              ArchCondition.from(
                  describe(
                      "be in a package that is @NullMarked",
                      type -> type.getPackage().isAnnotatedWith(NullMarked.class))))
          .because("NullAway looks only where a package-info says so");

  @Test
  void tests_everywhere_neverSleep() {
    JavaClasses tests =
        new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages(ROOT);

    noClasses()
        .should()
        .callMethodWhere(
            target(name("sleep"))
                .and(
                    target(
                        owner(
                            describe(
                                "a clock",
                                type ->
                                    type.isEquivalentTo(Thread.class)
                                        || type.isEquivalentTo(TimeUnit.class))))))
        .because("a test that sleeps is slow when it passes and wrong when the machine is slow")
        .check(tests);
  }
}
