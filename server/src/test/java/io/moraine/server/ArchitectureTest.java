package io.moraine.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.channels.FileChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which part may know which other part. This is the reviewed list; an arrow is added here only
 * together with a decision record in {@code docs/adr}.
 */
final class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.moraine");

    private static final String STORAGE = "io.moraine.storage..";
    private static final String INTERNAL = "io.moraine.storage.internal..";
    private static final String MODEL = "io.moraine.storage.model..";
    private static final String INGEST = "io.moraine.ingest..";
    private static final String SCHEMAS = "io.moraine.schemas..";
    private static final String QUERY_API = "io.moraine.queryapi..";
    private static final String CONNECTORS = "io.moraine.connect..";
    private static final String DEV_BROKER = "io.moraine.devbroker..";
    private static final String SERVER = "io.moraine.server..";
    private static final String HELIDON_PACKAGE = "io.moraine.queryapi.http..";

    @Test
    void everyModuleIsLookedAt() {
        for (String module :
                List.of(
                        "storage",
                        "ingest",
                        "queryapi",
                        "connect",
                        "devbroker",
                        "schemas",
                        "server")) {
            String prefix = "io.moraine." + module;
            assertTrue(
                    CLASSES.stream().anyMatch(type -> type.getPackageName().startsWith(prefix)),
                    "no classes of " + prefix + " on the class path");
        }
    }

    /** {@code MessageDigest.isEqual} looks at every byte; other comparisons end at the first. */
    @Test
    void s10KeysAreComparedInConstantTimeAndInNoOtherWay() {
        JavaMethod check =
                CLASSES.get("io.moraine.queryapi.dispatch.ApiKeys").getMethods().stream()
                        .filter(method -> method.getName().equals("check"))
                        .findFirst()
                        .orElseThrow();
        List<String> compared =
                check.getMethodCallsFromSelf().stream()
                        .map(JavaMethodCall::getTarget)
                        .map(AccessTarget::getFullName)
                        .filter(name ->
                                name.matches(".*\\.(isEqual|equals|compare\\w*|mismatch)\\(.*"))
                        .toList();
        assertEquals(
                List.of(
                        "java.security.MessageDigest.isEqual([B, [B)",
                        "java.security.MessageDigest.isEqual([B, [B)"),
                compared);
    }

    @Test
    void modulesDependInOneDirection() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.moraine..")
                .layer("storage")
                .definedBy(STORAGE)
                .layer("ingest")
                .definedBy(INGEST)
                .layer("schemas")
                .definedBy(SCHEMAS)
                .layer("query-api")
                .definedBy(QUERY_API)
                .layer("connectors")
                .definedBy(CONNECTORS)
                .layer("dev-broker")
                .definedBy(DEV_BROKER)
                .layer("server")
                .definedBy(SERVER)
                .whereLayer("server")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("connectors")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("dev-broker")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("schemas")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("ingest")
                .mayOnlyBeAccessedByLayers("schemas", "server")
                .whereLayer("query-api")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("storage")
                .mayOnlyBeAccessedByLayers("ingest", "schemas", "query-api", "server")
                .whereLayer("storage")
                .mayNotAccessAnyLayer()
                .whereLayer("connectors")
                .mayNotAccessAnyLayer()
                .whereLayer("dev-broker")
                .mayNotAccessAnyLayer()
                .check(CLASSES);
    }

    @Test
    void nothingOutsideStorageSeesItsInternals() {
        onlyFrom(STORAGE, INTERNAL).check(CLASSES);
    }

    @Test
    void storageIsImportedOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(STORAGE)
                .withOptionalLayers(true)
                .layer("façade")
                .definedBy("io.moraine.storage")
                .layer("inspect")
                .definedBy("io.moraine.storage.inspect..")
                .layer("shard")
                .definedBy("io.moraine.storage.internal.shard..")
                .layer("merge")
                .definedBy("io.moraine.storage.internal.merge..")
                .layer("manifest")
                .definedBy("io.moraine.storage.internal.manifest..")
                .layer("patch")
                .definedBy("io.moraine.storage.internal.patch..")
                .layer("segment")
                .definedBy("io.moraine.storage.internal.segment..")
                .layer("index")
                .definedBy("io.moraine.storage.internal.index..")
                .layer("wal")
                .definedBy("io.moraine.storage.internal.wal..")
                .layer("filter")
                .definedBy("io.moraine.storage.internal.filter..")
                .layer("file")
                .definedBy("io.moraine.storage.internal.file..")
                .layer("model")
                .definedBy(MODEL)
                .layer("json")
                .definedBy("io.moraine.storage.json..")
                .whereLayer("inspect")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("façade")
                .mayOnlyBeAccessedByLayers("inspect")
                .whereLayer("shard")
                .mayOnlyBeAccessedByLayers("façade", "inspect")
                .whereLayer("merge")
                .mayOnlyBeAccessedByLayers("façade", "shard")
                .whereLayer("manifest")
                .mayOnlyBeAccessedByLayers("façade", "inspect", "shard", "merge")
                .whereLayer("wal")
                .mayOnlyBeAccessedByLayers("façade", "inspect", "shard")
                .whereLayer("patch")
                .mayOnlyBeAccessedByLayers("façade", "shard")
                .whereLayer("segment")
                .mayOnlyBeAccessedByLayers(
                        "façade", "inspect", "shard", "merge", "manifest", "patch")
                .whereLayer("filter")
                .mayOnlyBeAccessedByLayers("façade", "shard", "segment")
                .whereLayer("index")
                .mayOnlyBeAccessedByLayers("façade", "shard", "merge", "manifest", "segment")
                .whereLayer("model")
                .mayNotAccessAnyLayer()
                .whereLayer("json")
                .mayNotAccessAnyLayer()
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.moraine.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void kafkaStaysWhereRecordsAreReadAndWritten() {
        noClasses()
                .that(resideOutsideOfPackages(INGEST, CONNECTORS, DEV_BROKER))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.apache.kafka..", "kafka.."))
                .check(CLASSES);
    }

    @Test
    void helidonStaysInOnePackage() {
        onlyFrom(HELIDON_PACKAGE, "io.helidon..").check(CLASSES);
    }

    @Test
    void fileChannelsAndForeignMemoryStayInStorage() {
        noClasses()
                // Records are decoded straight into an operation's memory.
                .that(resideOutsideOfPackages(INTERNAL, MODEL, INGEST))
                .should()
                .dependOnClassesThat(resideInAPackage("java.lang.foreign.."))
                .check(CLASSES);
        noClasses()
                .that(resideOutsideOfPackages(INTERNAL))
                .should()
                .dependOnClassesThat(assignableTo(FileChannel.class))
                .check(CLASSES);
    }

    @Test
    void vectorInstructionsStayInTheIndexAndWhereNumbersAreRead() {
        noClasses()
                .that(
                        resideOutsideOfPackages(
                                "io.moraine.storage.internal.index..", "io.moraine.storage.json"))
                .should()
                .dependOnClassesThat(resideInAPackage("jdk.incubator.vector.."))
                .check(CLASSES);
    }

    @Test
    void typesAreNamedAfterTheirDuty() {
        classes()
                .should()
                .haveNameNotMatching(".*(Manager|Helper|Utils?|Impl)(\\$.*)?")
                .check(CLASSES);
    }

    @Test
    void exceptionsAreOursAndSpecific() {
        noClasses()
                .that(not(assignableTo(Throwable.class)))
                .should()
                .callConstructorWhere(
                        target(owner(belongToAnyOf(RuntimeException.class, Exception.class))))
                .check(CLASSES);
    }

    private static ArchRule onlyFrom(String allowed, String guarded) {
        return noClasses()
                .that(resideOutsideOfPackages(allowed))
                .should()
                .dependOnClassesThat(resideInAPackage(guarded));
    }
}
