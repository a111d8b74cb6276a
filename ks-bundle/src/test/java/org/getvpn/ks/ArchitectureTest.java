// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/** Who may know whom. */
@AnalyzeClasses(packages = "org.getvpn.ks", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule KNOWS_NO_ONOS =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.onosproject..", "org.onlab..", "org.getvpn.app..");

    @ArchTest
    static final ArchRule NETTY_IN_NET_ONLY =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.getvpn.ks.net")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule THE_STORE_ENGINE_IN_STORE_ONLY =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.getvpn.ks.store")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.h2..");

    @ArchTest
    static final ArchRule THE_ENGINE_HAS_NO_NETWORK_FILES_THREADS_OR_CLOCK =
            noClasses()
                    .that()
                    .resideInAPackage("org.getvpn.ks.group")
                    .should()
                    .dependOnClassesThat(
                            DescribedPredicate.describe(
                                    "network, files, threads or a clock",
                                    (JavaClass type) ->
                                            Set.of(
                                                                    "java.lang.Thread",
                                                                    "java.time.Clock",
                                                                    "java.net.Socket",
                                                                    "java.net.DatagramSocket")
                                                            .contains(type.getName())
                                                    || type.getPackageName()
                                                            .startsWith("java.nio.file")
                                                    || type.getPackageName()
                                                            .startsWith("org.getvpn.ks.net")
                                                    || type.getPackageName()
                                                            .startsWith("org.getvpn.ks.server")
                                                    || type.getPackageName()
                                                            .startsWith("org.getvpn.ks.store")));

    @ArchTest
    static final ArchRule NOBODY_NEEDS_THE_PROGRAM =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.getvpn.ks.main")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.getvpn.ks.main");

    @ArchTest
    static final ArchRule THE_API_SHOWS_NO_TYPE_THAT_COULD_HOLD_A_KEY =
            methods()
                    .that()
                    .areDeclaredInClassesThat()
                    .resideInAPackage("org.getvpn.ks.api")
                    .and()
                    .arePublic()
                    .should(
                            new ArchCondition<>("name no type of the protocol library") {
                                @Override
                                public void check(JavaMethod method, ConditionEvents events) {
                                    boolean named =
                                            method.getAllInvolvedRawTypes().stream()
                                                    .anyMatch(
                                                            type ->
                                                                    type.getPackageName()
                                                                            .startsWith(
                                                                                    "org.getvpn.gdoi"));
                                    if (named) {
                                        events.add(
                                                SimpleConditionEvent.violated(
                                                        method, method.getFullName()));
                                    }
                                }
                            });

    @ArchTest
    static final ArchRule THE_API_HOLDS_NO_KEY =
            noFields()
                    .that()
                    .areDeclaredInClassesThat()
                    .resideInAPackage("org.getvpn.ks.api")
                    .should()
                    .haveRawType("org.getvpn.gdoi.crypto.SecretBytes");

    @ArchTest
    static final ArchRule NO_CLASS_IS_NAMED_AFTER_NOTHING =
            classes().should().haveNameNotMatching(".*(Manager|Util|Utils|Helper|Impl|Common)");
}
