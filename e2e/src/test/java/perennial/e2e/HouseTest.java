// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;

/// The plan of the house (`docs/decisions/0002-the-house.md`), as rules that fail the build.
@AnalyzeClasses(packages = "perennial", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    @ArchTest
    static final ArchRule who_may_know_whom =
            Architectures.layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("core")
                    .definedBy("perennial.core..")
                    .layer("card")
                    .definedBy("perennial.card..")
                    .layer("protocol")
                    .definedBy("perennial.protocol..")
                    .layer("virtualcard")
                    .definedBy("perennial.virtualcard..")
                    .layer("ca")
                    .definedBy("perennial.ca..")
                    .layer("ra")
                    .definedBy("perennial.ra..")
                    .layer("agent")
                    .definedBy("perennial.agent..")
                    .layer("cli")
                    .definedBy("perennial.cli..")
                    .whereLayer("cli")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("agent")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("ra")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("ca")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("virtualcard")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("protocol")
                    .mayOnlyBeAccessedByLayers("ca", "ra", "agent", "cli")
                    .whereLayer("card")
                    .mayOnlyBeAccessedByLayers("virtualcard", "agent", "cli");

    @ArchTest
    static final ArchRule core_needs_the_jdk_alone =
            classes()
                    .that()
                    .resideInAPackage("perennial.core..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "perennial.core..",
                            "java..",
                            "javax.security.auth.x500..",
                            "org.jspecify..");

    @ArchTest
    static final ArchRule bouncy_castle_stays_inside_protocol_and_ca =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("perennial.protocol..", "perennial.ca..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule the_framework_stays_at_the_portals_edge =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "perennial.ra.web..", "perennial.ra", "perennial.cli..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.springframework..", "org.thymeleaf..", "jakarta..");

    /// FailInfo is the standard's own word (PKIFailureInfo).
    @ArchTest
    static final ArchRule names_say_what_a_thing_is =
            noClasses()
                    .should()
                    .haveNameMatching(
                            ".*(Manager|Helper|Utils?|Common|Abstract\\w*|Impl|Data|(?<!Fail)Info|Processor|Wrapper)$");

    @ArchTest
    static final ArchRule time_is_passed_in =
            noClasses()
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(java.time.Instant.class, "now")
                    .orShould()
                    .accessClassesThat()
                    .haveFullyQualifiedName("java.util.Calendar");

    @ArchTest
    static final ArchRule nothing_static_changes =
            noFields()
                    .that()
                    .areStatic()
                    .and()
                    .areDeclaredInClassesThat()
                    .resideOutsideOfPackage("perennial.virtualcard.applet..")
                    .should()
                    .notBeFinal();
}
