// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --check-config} says of a file. */
class CheckedFileTest {
    private static final String FILE =
            String.join(
                    "\n",
                    "keyServer:",
                    "  addresses: [\"10.255.0.1\"]",
                    "  stateDirectory: /var/lib/getvpn/ks",
                    "  wrappingKeyFile: /etc/getvpn/wrapping.key",
                    "  preSharedKeysFile: /etc/getvpn/psk",
                    "groups:",
                    "  - name: blue",
                    "    id: 1234",
                    "    members: [\"10.1.0.2\"]",
                    "    policy:",
                    "      - {action: PROTECT, source: 10.0.0.0/8, destination: 10.0.0.0/8}",
                    "");

    @TempDir Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int check(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("ks.yaml"), yaml);
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return KeyServerMain.run(
                new String[] {"--config", file.toString(), "--check-config"}, out, out);
    }

    private String text() {
        return new String(said.toByteArray(), StandardCharsets.UTF_8);
    }

    @Test
    void aFileInOrderIsCalledSo() throws IOException {
        assertEquals(0, check(FILE), this::text);
        assertTrue(text().contains("is in order: 1 group(s)"), this::text);
    }

    @Test
    void aLimitThatOnlySwitchesCanCountIsRefusedWithoutSwitches() throws IOException {
        assertEquals(KeyServerMain.WRONG, check(FILE + "    tek: {packets: 100000}\n"));
        assertTrue(text().contains("groups[0].tek"), this::text);
        assertTrue(text().contains("counted by switches"), this::text);
    }
}
