// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.getvpn", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_KEY_SERVER_IS_SEEN_THROUGH_ITS_API_ONLY =
            noClasses()
                    .that()
                    .resideInAPackage("org.getvpn.app..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.getvpn.gdoi..",
                            "org.getvpn.ks.config..",
                            "org.getvpn.ks.group..",
                            "org.getvpn.ks.main..",
                            "org.getvpn.ks.net..",
                            "org.getvpn.ks.osgi..",
                            "org.getvpn.ks.secret..",
                            "org.getvpn.ks.store..");

    @ArchTest
    static final ArchRule NOTHING_DEPENDS_ON_THE_APPLICATION =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.getvpn.app..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.getvpn.app..");

    @ArchTest
    static final ArchRule ONLY_WHAT_EVERY_ONOS_OF_THE_RANGE_CARRIES =
            noClasses()
                    .that()
                    .resideInAPackage("org.getvpn.app..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.netty..", "com.google.common..", "org.bouncycastle..");

    @ArchTest
    static final ArchRule POLICY_AND_TRANSLATION_ARE_PURE =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "org.getvpn.app.policy..",
                            "org.getvpn.app.openflow..",
                            "org.getvpn.app.forwarding..")
                    .should()
                    .dependOnClassesThat()
                    .haveSimpleNameEndingWith("Service")
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.slf4j..", "java.util.concurrent..", "org.osgi..");

    @ArchTest
    static final ArchRule SHELL_AND_REST_STAND_APART =
            classes()
                    .that()
                    .resideInAnyPackage("org.getvpn.app.cli..", "org.getvpn.app.rest..")
                    .should()
                    .onlyHaveDependentClassesThat()
                    .resideInAnyPackage("org.getvpn.app.cli..", "org.getvpn.app.rest..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("org.getvpn.app.(*)..").should().beFreeOfCycles();
}
