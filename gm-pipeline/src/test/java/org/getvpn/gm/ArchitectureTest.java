// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in the group member. */
@AnalyzeClasses(packages = "org.getvpn.gm", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PACKET_PATH = {
        "org.getvpn.gm.esp..",
        "org.getvpn.gm.sa..",
        "org.getvpn.gm.packet..",
        "org.getvpn.gm.io..",
        "org.getvpn.gm.pipeline..",
        "org.getvpn.gm.p4..",
        "org.getvpn.gm.forwarding.."
    };

    @ArchTest
    static final ArchRule ONOS_AND_THE_KEY_SERVER_ARE_UNKNOWN =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.onosproject..", "org.onlab..", "org.getvpn.ks..");

    @ArchTest
    static final ArchRule THE_PACKET_PATH_KNOWS_NEITHER_REGISTRATION_NOR_CONFIGURATION =
            noClasses()
                    .that()
                    .resideInAnyPackage(PACKET_PATH)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.getvpn.gm.registration..",
                            "org.getvpn.gm.config..",
                            "org.getvpn.gm.status..",
                            "org.getvpn.gm.main..",
                            "org.getvpn.gm.p4runtime..",
                            "org.getvpn.gdoi.exchange..",
                            "org.getvpn.gdoi.wire..");

    @ArchTest
    static final ArchRule THE_PACKET_PATH_DOES_NOT_LOG =
            noClasses()
                    .that()
                    .resideInAnyPackage(PACKET_PATH)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.slf4j..", "java.util.logging..");

    @ArchTest
    static final ArchRule KEYS_OF_THE_PACKET_PATH_ARE_BROUGHT_BY_REGISTRATION_ALONE =
            classes()
                    .that()
                    .resideInAPackage("org.getvpn.gm.sa..")
                    .should()
                    .onlyHaveDependentClassesThat()
                    .resideInAnyPackage(
                            "org.getvpn.gm.sa..",
                            "org.getvpn.gm.esp..",
                            "org.getvpn.gm.pipeline..",
                            "org.getvpn.gm.registration..",
                            "org.getvpn.gm.main..");

    @ArchTest
    static final ArchRule WHAT_CONTROLLERS_REACH_KNOWS_NO_KEYS =
            noClasses()
                    .that()
                    .resideInAnyPackage("org.getvpn.gm.p4..", "org.getvpn.gm.p4runtime..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.getvpn.gm.sa..",
                            "org.getvpn.gm.esp..",
                            "org.getvpn.gm.registration..",
                            "org.getvpn.gm.pipeline..",
                            "org.getvpn.gdoi..");

    @ArchTest
    static final ArchRule THE_MEMBERSHIP_HAS_NO_SOCKETS_AND_NO_CLOCK =
            noClasses()
                    .that()
                    .resideInAPackage("org.getvpn.gm.registration..")
                    .and()
                    .haveSimpleNameNotContaining("ControlLoop")
                    .and()
                    .haveSimpleNameNotContaining("BootClock")
                    .and()
                    .haveNameNotMatching(".*RekeyListener.*")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.nio.channels..", "java.time.chrono..")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule CONFIGURATION_AND_STATUS_KNOW_NO_KEYS_OF_THE_GROUP =
            noClasses()
                    .that()
                    .resideInAnyPackage("org.getvpn.gm.status..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.getvpn.gdoi..");

    /** But for one: encapsulation takes an SA, and an SA carries its cipher. */
    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("org.getvpn.gm.(*)..")
                    .should()
                    .beFreeOfCycles()
                    .ignoreDependency(
                            resideInAPackage("org.getvpn.gm.esp"),
                            resideInAPackage("org.getvpn.gm.sa"));
}
