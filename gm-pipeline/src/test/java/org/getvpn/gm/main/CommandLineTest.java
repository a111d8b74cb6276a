// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    @TempDir Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void withoutArgumentsItExplainsItself() {
        assertEquals(0, run());
        assertTrue(out().contains("--check-config FILE"), out());
    }

    @Test
    void theHelpNamesTheOptionsOfTheJvm() throws Exception {
        assertEquals(0, run("--help"));
        for (String option : Files.readAllLines(Path.of("src/main/jvm.options"))) {
            assertTrue(option.startsWith("#") || out().contains(option), option);
        }
    }

    @Test
    void theExampleThatItPrintsIsAConfiguration() throws Exception {
        assertEquals(0, run("--example-config"));
        Path keys = folder.resolve("psk");
        Files.writeString(keys, "10.255.0.1 \"one secret\"\n10.255.0.2 \"other secret\"\n");
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
        Path file = folder.resolve("gm.yaml");
        Files.writeString(file, out().replace("/etc/getvpn/psk", keys.toString()));

        assertEquals(0, run("--check-config", file.toString()), this::err);
    }

    @Test
    void aBrokenConfigurationIsToldFieldByFieldAndEndsWithCode2() throws Exception {
        Path file =
                Files.writeString(folder.resolve("gm.yaml"), "group: blue\nidentiti: 10.1.0.2\n");

        assertEquals(2, run("--check-config", file.toString()));
        assertEquals(2, run("--config", file.toString()));

        assertTrue(err().contains(file + ": group: blue: must be a number"), err());
        assertTrue(err().contains("did you mean \"identity\"?"), err());
    }

    @Test
    void whatMakesNoSenseIsSaidAndEndsWithCode2() {
        for (List<String> words :
                List.of(
                        List.of("start"),
                        List.of("--config"),
                        List.of("--config", "a", "b"),
                        List.of("status"),
                        List.of("status", "--json", "x"))) {
            assertEquals(2, run(words.toArray(String[]::new)), words.toString());
        }
    }

    @Test
    void theStateOfAMemberThatDoesNotRunEndsWithCode1() {
        assertEquals(1, run("status", "--socket", folder.resolve("gm.sock").toString()));
        assertTrue(err().contains("is a member running"), err());
    }

    private int run(String... arguments) {
        return new Main(new PrintStream(out, true), new PrintStream(err, true))
                .run(List.of(arguments));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
