// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.getvpn.gdoi.exchange.PhaseOneMode;
import org.getvpn.gdoi.exchange.PreSharedKeyLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One secret per peer, read from a private file, never shown. */
class PreSharedKeyFileTest {
    @TempDir Path folder;

    @Test
    void secretsStandInQuotesOrInHexadecimal() throws IOException {
        PreSharedKeyLines keys =
                read(
                        "# members of blue\n"
                                + "10.1.0.2 \"a \"quoted\" # secret\"\r\n"
                                + "\n"
                                + "  fd00::2\t0x00112233445566778899AABBCCDDEEFF  \n");
        assertEquals(2, keys.size());
        assertArrayEquals(
                "a \"quoted\" # secret".getBytes(StandardCharsets.UTF_8),
                keys.sharedWith(InetAddress.getByName("10.1.0.2")).orElseThrow().expose());
        assertEquals(16, keys.sharedWith(InetAddress.getByName("fd00::2")).orElseThrow().length());
        assertTrue(keys.sharedWith(InetAddress.getByName("10.1.0.3")).isEmpty());
    }

    @Test
    void aPeerThatNamesItselfIsFoundByItsName() throws IOException {
        PreSharedKeyLines keys =
                read(
                        "GM1.example.org \"one long secret\"\n"
                                + "keyid:Branch7 \"another long secret\"\n");
        assertEquals(15, keys.sharedWith("gm1.example.org").orElseThrow().length());
        assertEquals(19, keys.sharedWith("keyid:Branch7").orElseThrow().length());
        assertTrue(keys.sharedWith("keyid:branch7").isEmpty());
        SecretFileRefused refused =
                assertThrows(
                        SecretFileRefused.class,
                        () -> PreSharedKeyFile.read(folder.resolve("psk"), PhaseOneMode.MAIN));
        assertTrue(refused.getMessage().contains("a name needs Aggressive Mode"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* \"for everybody\"",
                "0.0.0.0/0 \"for everybody\"",
                "10.1.0 \"a long secret\"",
                "gm1_example-.org. \"a long secret\"",
                "10.1.0.2 unquoted-secret",
                "10.1.0.2 \"short\"",
                "10.1.0.2 0x001122334455667",
                "10.1.0.2 0x0011223344556677zz",
                "10.1.0.2 \"a long secret",
                "10.1.0.2",
                "10.1.0.1 \"a long secret\""
            })
    void aLineInAnotherFormIsRefusedByNumberWithoutItsSecret(String line) {
        SecretFileRefused refused =
                assertThrows(
                        SecretFileRefused.class,
                        () -> read("10.1.0.1 \"one long secret\"\n" + line + "\n"));
        assertTrue(refused.getMessage().contains("line 2"), refused.getMessage());
        assertFalse(refused.getMessage().contains("secret\""), refused.getMessage());
    }

    @Test
    void aFileThatOthersMayReadIsRefused() throws IOException {
        Path file = folder.resolve("psk");
        Files.writeString(file, "10.1.0.2 \"a long secret\"\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(
                assertThrows(
                                SecretFileRefused.class,
                                () -> PreSharedKeyFile.read(file, PhaseOneMode.AGGRESSIVE))
                        .getMessage()
                        .contains("chmod 600"));
    }

    private PreSharedKeyLines read(String text) throws IOException {
        Path file = folder.resolve("psk");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return PreSharedKeyFile.read(file, PhaseOneMode.AGGRESSIVE);
    }
}
