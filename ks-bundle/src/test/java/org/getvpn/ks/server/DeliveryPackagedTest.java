// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bundle and the program as they are delivered. */
class DeliveryPackagedTest {
    @Test
    void theBundleNeedsOnlyWhatEveryOnosHas() throws IOException {
        Attributes manifest = manifest();
        Set<String> mandatory = new TreeSet<>();
        Matcher clause =
                Pattern.compile("([a-z0-9_.]+)((?:;[a-z:]+=(?:\"[^\"]*\"|[^,;]*))*)(?:,|$)")
                        .matcher(manifest.getValue("Import-Package"));
        while (clause.find()) {
            String range = clause.group(2);
            if (clause.group(1).startsWith("io.netty")) {
                assertTrue(range.contains("[4.1.35,5)"), clause.group());
            } else if (clause.group(1).startsWith("com.fasterxml")) {
                assertTrue(range.contains("[2.9,3)"), clause.group());
            } else if (clause.group(1).startsWith("org.slf4j")) {
                assertTrue(range.contains("[1.7,3)"), clause.group());
            }
            if (!range.contains("optional")) {
                mandatory.add(clause.group(1));
            }
        }
        Set<String> known =
                Set.of(
                        "io.netty.bootstrap",
                        "io.netty.buffer",
                        "io.netty.channel",
                        "io.netty.channel.nio",
                        "io.netty.channel.socket",
                        "io.netty.channel.socket.nio",
                        "io.netty.util.concurrent",
                        "com.fasterxml.jackson.core",
                        "com.fasterxml.jackson.databind",
                        "org.slf4j",
                        "javax.crypto",
                        "javax.crypto.spec",
                        "javax.naming",
                        "javax.naming.ldap",
                        "javax.security.auth",
                        "javax.security.auth.x500");
        assertTrue(known.containsAll(mandatory), "unexpected in " + mandatory);
        assertTrue(mandatory.contains("io.netty.channel"), "the pattern reads the header");
    }

    @Test
    void theBundleShowsItsInterfaceOnlyAndPublishesTheService() throws IOException {
        Attributes manifest = manifest();
        assertTrue(manifest.getValue("Export-Package").startsWith("org.getvpn.ks.api;"));
        assertFalse(manifest.getValue("Export-Package").contains(",org."));
        assertTrue(manifest.getValue("Service-Component").contains("GdoiKeyServer.xml"));
        for (String inside : new String[] {"getvpn-gdoi", "bcprov", "h2-mvstore"}) {
            assertTrue(manifest.getValue("Bundle-ClassPath").contains(inside), inside);
        }
    }

    @Test
    void theProgramCarriesNoForeignSignatureAndSaysHowItIsUsed() throws Exception {
        try (JarFile jar = new JarFile(System.getProperty("program"))) {
            Set<String> signatures =
                    jar.stream()
                            .map(entry -> entry.getName())
                            .filter(name -> name.matches("META-INF/.*\\.(SF|RSA|DSA)"))
                            .collect(Collectors.toSet());
            assertEquals(Set.of(), signatures);
        }
        Process help =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "-jar",
                                System.getProperty("program"),
                                "--help")
                        .redirectErrorStream(true)
                        .start();
        String text = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, help.waitFor(), text);
        assertTrue(text.contains("--make-wrapping-key FILE"), text);
    }

    private static Attributes manifest() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("bundle"))) {
            return jar.getManifest().getMainAttributes();
        }
    }
}
