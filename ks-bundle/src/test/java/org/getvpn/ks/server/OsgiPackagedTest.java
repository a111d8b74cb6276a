// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.getvpn.gdoi.policy.GroupDownload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;

/** The bundle in Felix, with the Netty, Jackson and logging that ONOS 2.5 has, and nothing else. */
class OsgiPackagedTest {
    private static final String SERVICE = "org.getvpn.ks.api.KeyServer";
    @TempDir Path folder;
    private Framework framework;
    private Bundle keyServer;

    @BeforeEach
    void start() throws Exception {
        framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        "felix.service.urlhandlers",
                                        "false",
                                        Constants.FRAMEWORK_STORAGE,
                                        folder.resolve("cache").toString(),
                                        // Felix of that age does not know this Java by itself
                                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                                        "javax.crypto,javax.crypto.spec,javax.security.auth,sun.misc,javax.net.ssl,"
                                                + "javax.xml.parsers,javax.xml.transform,javax.xml.transform.dom,"
                                                + "javax.xml.transform.stream,org.w3c.dom,org.w3c.dom.bootstrap,"
                                                + "org.w3c.dom.ls,org.xml.sax,org.xml.sax.helpers,javax.management",
                                        "org.ops4j.pax.logging.DefaultServiceLog.level",
                                        "WARN",
                                        Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA,
                                        "osgi.ee;osgi.ee=JavaSE;version:List<Version>="
                                                + "\"1.5,1.6,1.7,1.8,9,10,11,17\""));
        framework.start();
        BundleContext context = framework.getBundleContext();
        List<Bundle> bundles = new ArrayList<>();
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(Path.of(System.getProperty("neighbours")), "*.jar")) {
            for (Path jar : jars) {
                bundles.add(context.installBundle(jar.toUri().toString()));
            }
        }
        keyServer = context.installBundle(Path.of(System.getProperty("bundle")).toUri().toString());
        bundles.add(keyServer);
        for (Bundle bundle : bundles) {
            bundle.start();
        }
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(20_000);
    }

    @Test
    void theServiceIsPublishedConfiguredAndServesAMember() throws Exception {
        assertEquals(Bundle.ACTIVE, keyServer.getState());
        ServiceReference<?> reference = framework.getBundleContext().getServiceReference(SERVICE);
        assertNotNull(reference, "no " + SERVICE);
        Object service = framework.getBundleContext().getService(reference);
        Installation installation = new Installation(folder);
        Class<?> mapper = keyServer.loadClass("com.fasterxml.jackson.databind.ObjectMapper");
        Object tree =
                mapper.getMethod("readTree", String.class)
                        .invoke(mapper.getConstructor().newInstance(), installation.text());
        Object configuration =
                keyServer
                        .loadClass("org.getvpn.ks.api.ConfigurationReader")
                        .getMethod(
                                "read",
                                keyServer.loadClass("com.fasterxml.jackson.databind.JsonNode"))
                        .invoke(null, tree);
        keyServer
                .loadClass(SERVICE)
                .getMethod("configure", configuration.getClass())
                .invoke(service, configuration);
        try (LoopbackMember member =
                new LoopbackMember(
                        "127.0.0.11",
                        "127.0.0.1",
                        installation.port(),
                        Installation.SECRET,
                        1234)) {
            Eventually.holds(
                    Duration.ofSeconds(40),
                    () -> !member.downloads().isEmpty(),
                    () -> member.facts().toString());
            GroupDownload download = member.downloads().get(0);
            assertEquals(1, download.teks().size());
        }
        framework.getBundleContext().ungetService(reference);
        keyServer.stop();
        assertTrue(framework.getBundleContext().getServiceReference(SERVICE) == null);
    }
}
